internal import Base
internal import CSQLite
internal import Channels

/// One connection to the data file, used by one thread.
///
/// Exactly one connection of one process may write or checkpoint: SQLite before 3.51.3 can lose committed pages when
/// two do it at once. All others are opened read-only.
final class Database {
    enum Access { case writer, reader }

    let handle: OpaquePointer
    /// Pages in the write-ahead log after the last commit of this connection.
    private(set) var logPages = 0
    /// A statement was ended because it had kept the write-ahead log for too long; to be begun again.
    private(set) var wasCutShort = false
    /// Something was read that is not what was written.
    private(set) var hasFoundDamage = false
    /// What that was, or that the disk did not give it back, when the last failure came about by that.
    private(set) var failedReading: StoreFailure?
    private let leash: SnapshotLeash?

    /// - Parameters:
    ///   - vfs: SQLite's name of the file system that the file is in; the machine's, with sealed pages, where it is
    ///     `nil`.
    ///   - leash: of a reader of a database that is written to meanwhile.
    init(
        path: String, _ access: Access, vfs: String? = nil, leash: SnapshotLeash? = nil, planted: PlantedFault? = nil
    ) throws(StoreFailure) {
        var opened: OpaquePointer?
        let flags =
            switch access {
            case .writer: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
            case .reader: SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX
            }
        let code = sqlite3_open_v2(path, &opened, flags, vfs ?? SealingFileSystem.machine.name)
        guard code == SQLITE_OK, let opened else {
            let why = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            sqlite3_close_v2(opened)
            throw .broken("cannot open \(path): \(why)")
        }
        handle = opened
        self.leash = leash
        leash?.hold(opened)
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, Self.busyMilliseconds)
        switch access {
        case .writer:
            try prepareToWrite()
            #if DEBUG
                if planted == .syncNormal { try execute("PRAGMA synchronous = NORMAL") }
            #endif
        case .reader: try execute("PRAGMA query_only = ON")
        }
    }

    deinit {
        leash?.letGo(handle)
        sqlite3_close_v2(handle)
    }

    /// A reader may meet the moment in which the log is being recovered.
    private static let busyMilliseconds: CInt = 5_000
    /// Bytes of a page: SQLite's own choice for new files.
    static let pageByteCount = 4_096
    /// KiB of pages that the writer keeps in memory.
    private static let cacheKiB = 65_536

    private func prepareToWrite() throws(StoreFailure) {
        reserveSeals()
        try execute("PRAGMA journal_mode = WAL")
        try execute("PRAGMA synchronous = FULL")
        try execute("PRAGMA foreign_keys = ON")
        try execute("PRAGMA secure_delete = ON")
        try execute("PRAGMA cache_size = -\(Self.cacheKiB)")
        // Checkpoints are made when there is time for them, not inside somebody's commit.
        try execute("PRAGMA wal_autocheckpoint = 0")
        // The promise "on disk" rests on these: a server that does not have them must not run.
        let mode = try text("PRAGMA journal_mode"), sync = try integer("PRAGMA synchronous")
        guard mode == "wal", sync == 2, try integer("PRAGMA foreign_keys") == 1 else {
            throw .broken("the database did not take its settings (journal_mode \(mode), synchronous \(sync))")
        }
        sqlite3_wal_hook(
            handle,
            { context, _, _, pages in
                guard let context else { return SQLITE_OK }
                Unmanaged<Database>.fromOpaque(context).takeUnretainedValue().logPages = Int(pages)
                return SQLITE_OK
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    func prepare(_ sql: String) throws(StoreFailure) -> Statement { try Statement(sql, in: self) }

    /// Runs statements that give no rows.
    func execute(_ sql: String) throws(StoreFailure) {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw failure(code) }
    }

    /// Runs `body` on one snapshot of the database.
    func snapshot<Value>(_ body: () throws(StoreFailure) -> Value) throws(StoreFailure) -> Value {
        try execute("BEGIN")
        do throws(StoreFailure) {
            let value = try body()
            try execute("COMMIT")
            return value
        } catch {
            try? execute("ROLLBACK")
            throw error
        }
    }

    func integer(_ sql: String) throws(StoreFailure) -> Int64 {
        let statement = try prepare(sql)
        return try statement.step() ? statement.integer(0) : 0
    }

    func text(_ sql: String) throws(StoreFailure) -> String {
        let statement = try prepare(sql)
        return try statement.step() ? statement.string(0) : ""
    }

    /// Rows that the last statement changed.
    var changes: Int { Int(sqlite3_changes(handle)) }
    var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(handle) }

    /// Copies the log into the data file as far as readers let it; true when all of it is there, so that the log can
    /// begin anew.
    /// - Parameter emptying: only when no reader needs the log, whose file is then empty.
    @discardableResult func checkpoint(emptying: Bool = false) throws(StoreFailure) -> Bool {
        // Readers come and go: it is asked again rather than waited for.
        try checkpoint(emptying ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE, waiting: 0)
    }

    /// Copies all of the log into the data file; false when readers need it for longer than these milliseconds.
    func checkpointWhole(waiting milliseconds: CInt) throws(StoreFailure) -> Bool {
        // Most of it goes without anybody's waiting.
        if try checkpoint() { return true }
        return try checkpoint(SQLITE_CHECKPOINT_FULL, waiting: milliseconds)
    }

    private func checkpoint(_ mode: CInt, waiting milliseconds: CInt) throws(StoreFailure) -> Bool {
        var pages: CInt = 0, copied: CInt = 0
        sqlite3_busy_timeout(handle, milliseconds)
        let code = sqlite3_wal_checkpoint_v2(handle, nil, mode, &pages, &copied)
        sqlite3_busy_timeout(handle, Self.busyMilliseconds)
        guard code == SQLITE_OK || code == SQLITE_BUSY else { throw failure(code) }
        guard code == SQLITE_OK, pages == copied else { return false }
        logPages = 0
        return true
    }

    /// Empties the log and its file, and waits so many milliseconds for readers who need it; false when that was not
    /// enough.
    func emptyLog(waiting milliseconds: CInt) throws(StoreFailure) -> Bool {
        try checkpoint(SQLITE_CHECKPOINT_TRUNCATE, waiting: milliseconds)
    }

    /// The log's file stays when the last connection is closed.
    func leaveLog() {
        var isLeft: CInt = 1
        sqlite3_file_control(handle, "main", SQLITE_FCNTL_PERSIST_WAL, &isLeft)
    }

    /// Has the log on the disk as it is now. A process that was killed may have written what it did not sync any more;
    /// that is read from the kernel's memory, and a power cut takes it away. Takes no room, so that it can be done on a
    /// full disk.
    func syncLog() throws(StoreFailure) {
        var log: UnsafeMutablePointer<sqlite3_file>?
        var code = sqlite3_file_control(handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log)
        if code == SQLITE_OK, let log, let sync = log.pointee.pMethods?.pointee.xSync {
            code = sync(log, SQLITE_SYNC_NORMAL)
        }
        guard code == SQLITE_OK else { throw .broken("the log cannot be synced (sqlite \(code))") }
    }

    /// - Parameter isReading: nothing of what failed has changed anything, so that what cannot be had is no reason to
    ///   stop.
    func failure(_ code: CInt, isReading: Bool = false) -> StoreFailure {
        let isUnread = takeUnread(), why = "\(path): \(String(cString: sqlite3_errmsg(handle))) (sqlite \(code))"
        let damage = takeDamage(), before = failedReading, isReader = sqlite3_db_readonly(handle, "main") == 1
        failedReading = nil
        switch code & 0xFF {
        case SQLITE_FULL: return .full
        case SQLITE_INTERRUPT: wasCutShort = true
        case SQLITE_CORRUPT where isUnread, SQLITE_IOERR where code == SealedFile.failedRead:
            failedReading = .unreadable("\(path): the disk cannot be read")
        // In a file system without seals SQLite says so itself. Of a writer it has ended the transaction by then.
        case SQLITE_IOERR where code == SealedFile.plainFailedRead && isReader:
            failedReading = .unreadable("\(path): the disk cannot be read")
        case SQLITE_CORRUPT:
            // In a transaction SQLite says it once more of whatever is to be written behind that (`CorruptRdOnly`).
            if damage == nil, case .unreadable? = before, sqlite3_get_autocommit(handle) == 0 {
                failedReading = before
            } else {
                hasFoundDamage = true
                failedReading = .damaged(damage.map { "\(path): \($0)" } ?? why)
            }
        default: break
        }
        guard let failedReading else { return .broken(why) }
        return isReading || isReader ? failedReading : .broken("\(failedReading)")
    }

    var path: String { sqlite3_db_filename(handle, "main").map { String(cString: $0) } ?? "" }
}
