internal import Base
internal import CSQLite
internal import Channels

/// A prepared statement, kept for the life of its connection. Parameters are given in the order in which they stand.
final class Statement {
    private let database: Database
    private let handle: OpaquePointer
    private var bound: CInt = 0
    /// The first parameter that SQLite did not take, for want of memory or because it is too long, says why. Without it
    /// the statement would run as if it were NULL.
    private var bindingCode = SQLITE_OK

    init(_ sql: String, in database: Database) throws(StoreFailure) {
        self.database = database
        var prepared: OpaquePointer?
        let code = sqlite3_prepare_v3(database.handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard code == SQLITE_OK, let prepared else { throw database.failure(code) }
        handle = prepared
    }

    deinit { sqlite3_finalize(handle) }

    /// SQLite copies what it is given before the call returns.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    // MARK: Parameters

    func bind(_ value: Int64) -> Statement {
        bind { sqlite3_bind_int64(handle, $0, value) }
    }

    func bind(_ value: Int) -> Statement { bind(Int64(value)) }
    func bind(_ value: Bool) -> Statement { bind(value ? 1 : 0 as Int64) }
    func bind(_ user: UserID) -> Statement { bind(user.rawValue) }
    func bind(_ channel: ChannelID) -> Statement { bind(channel.rawValue) }
    func bind(_ time: Timestamp) -> Statement { bind(time.milliseconds) }
    func bind(_ time: Timestamp?) -> Statement { time.map { bind($0) } ?? bindNull() }
    func bind(_ value: Int64?) -> Statement { value.map { bind($0) } ?? bindNull() }
    func bind(textOrNull text: [UInt8]?) -> Statement { text.map { bind(text: $0) } ?? bindNull() }
    func bind(_ text: String?) -> Statement { text.map { bind(text: Array($0.utf8)) } ?? bindNull() }

    func bind(text: [UInt8]) -> Statement {
        bind { place in
            text.withUnsafeBytes {
                // An empty array has no address, and SQLite takes none for NULL.
                let start = $0.baseAddress?.assumingMemoryBound(to: CChar.self)
                return if let start {
                    sqlite3_bind_text(handle, place, start, CInt($0.count), Self.copied)
                } else {
                    sqlite3_bind_text(handle, place, "", 0, Self.copied)
                }
            }
        }
    }

    func bind(blob: [UInt8]) -> Statement {
        bind { place in
            blob.withUnsafeBytes {
                // As with texts.
                if let start = $0.baseAddress {
                    sqlite3_bind_blob(handle, place, start, CInt($0.count), Self.copied)
                } else {
                    sqlite3_bind_zeroblob(handle, place, 0)
                }
            }
        }
    }

    func bindNull() -> Statement {
        bind { sqlite3_bind_null(handle, $0) }
    }

    private func bind(_ body: (_ place: CInt) -> CInt) -> Statement {
        bound += 1
        let code = body(bound)
        if bindingCode == SQLITE_OK { bindingCode = code }
        return self
    }

    // MARK: Running

    /// Goes to the next row; false after the last one, when the statement is ready for its next use.
    func step() throws(StoreFailure) -> Bool {
        switch bindingCode == SQLITE_OK ? sqlite3_step(handle) : bindingCode {
        case SQLITE_ROW: return true
        case SQLITE_DONE:
            reset()
            return false
        case let code:
            let failure = database.failure(code, isReading: sqlite3_stmt_readonly(handle) != 0)
            reset()
            throw failure
        }
    }

    /// Runs a statement that gives no rows.
    func run() throws(StoreFailure) {
        while try step() {}
    }

    /// The first row read by `body`, or `nil` when there is none.
    func first<Value>(_ body: (Statement) throws(StoreFailure) -> Value) throws(StoreFailure) -> Value? {
        guard try step() else { return nil }
        defer { reset() }
        return try body(self)
    }

    /// Every row read by `body`.
    func all<Value>(_ body: (Statement) throws(StoreFailure) -> Value) throws(StoreFailure) -> [Value] {
        var rows: [Value] = []
        defer { reset() }
        while try step() { rows.append(try body(self)) }
        return rows
    }

    func reset() {
        sqlite3_reset(handle)
        bound = 0
        bindingCode = SQLITE_OK
    }

    // MARK: The row

    func isNull(_ column: CInt) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }
    func integer(_ column: CInt) -> Int64 { sqlite3_column_int64(handle, column) }
    func integerOrNull(_ column: CInt) -> Int64? { isNull(column) ? nil : integer(column) }
    func time(_ column: CInt) -> Timestamp { Timestamp(milliseconds: integer(column)) }
    func timeOrNull(_ column: CInt) -> Timestamp? { isNull(column) ? nil : time(column) }
    func string(_ column: CInt) -> String { String(decoding: bytes(column), as: UTF8.self) }
    func stringOrNull(_ column: CInt) -> String? { isNull(column) ? nil : string(column) }

    func bytes(_ column: CInt) -> [UInt8] {
        guard let start = sqlite3_column_blob(handle, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }
}
