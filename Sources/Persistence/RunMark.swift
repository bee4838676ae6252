internal import Base
internal import CSQLite
internal import Channels
internal import Glibc
internal import Reactor

/// A file that says which run of the server has its write-ahead log in the data directory. It is there from the moment
/// when there is something in the log that is nowhere else until all of it is in the data file. So it is noticed when
/// somebody takes the log away or puts another data file in its place: SQLite would open either without a word, without
/// what was promised or with a mixture of both.
struct RunMark: Sendable {
    static let name = "confab.running"

    private let database: String
    private var path: String { BackupWriter.directory(of: database) + "/" + Self.name }

    init(database: String) { self.database = database }

    /// To be asked before the database is opened.
    /// - Returns: bits of the log that have flipped since it was written, and can be set right.
    @discardableResult func check() throws(StoreFailure) -> [LogFrames.Mend] {
        guard let run = try read() else { return [] }
        let advice = "bring it back, restore a backup, or remove \(path) to go on with what is left"
        var status = stat()
        guard stat(database + "-wal", &status) == 0 else {
            throw .broken(
                "\(database)-wal is not there: the last run was cut off, and its last commits were in it; \(advice)"
            )
        }
        if let found = Self.run(inFile: database), found != run {
            throw .broken(
                "\(database) is not the file that its write-ahead log belongs to (run \(found), not \(run)); \(advice)")
        }
        let log: LogFrames?
        do throws(SystemError) {
            log = try LogFrames(path: database + "-wal")
        } catch {
            throw .broken("\(database)-wal: \(error)")
        }
        if let damaged = log?.damaged {
            let place = damaged == 0 ? "at its head" : "in frame \(damaged)"
            throw .broken(
                "\(database)-wal is damaged \(place), and what was committed behind that would be lost; \(advice)")
        }
        return log?.mends ?? []
    }

    /// Sets them right, before the database is opened: SQLite would go on without that commit and all behind it.
    func mend(_ mends: [LogFrames.Mend]) throws(StoreFailure) {
        guard !mends.isEmpty else { return }
        let raw = open(database + "-wal", O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
        guard raw >= 0 else { throw Self.failure(database + "-wal") }
        let descriptor = Descriptor(raw)
        for mend in mends {
            guard withUnsafeBytes(of: mend.byte, { pwrite(raw, $0.baseAddress, 1, mend.offset) }) == 1 else {
                throw Self.failure(database + "-wal")
            }
        }
        guard fsync(descriptor.raw) == 0 else { throw Self.failure(database + "-wal") }
    }

    /// To be called when the database is open and its log is there.
    func set(_ opened: Database) throws(StoreFailure) {
        let run = try opened.text("SELECT value FROM meta WHERE name = 'run'")
        // A run that was killed has left it; on a full disk it could not be written again.
        if try read() == run { return }
        let raw = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard raw >= 0 else { throw Self.failure(path) }
        let descriptor = Descriptor(raw), bytes = Array(run.utf8)
        let count = bytes.withUnsafeBytes { write(descriptor.raw, $0.baseAddress, $0.count) }
        guard count == bytes.count, fsync(descriptor.raw) == 0 else { throw Self.failure(path) }
        do throws(SystemError) {
            try DiskFileStore.sync(BackupWriter.directory(of: path))
        } catch {
            throw .broken("\(path): \(error)")
        }
    }

    func clear() { unlink(path) }

    static func rename(in database: Database) throws(StoreFailure) {
        try database.execute("UPDATE meta SET value = lower(hex(randomblob(8))) WHERE name = 'run'")
    }

    private func read() throws(StoreFailure) -> String? {
        let raw = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard raw >= 0 else {
            if errno == ENOENT { return nil }
            throw Self.failure(path)
        }
        let descriptor = Descriptor(raw)
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = bytes.withUnsafeMutableBytes { Glibc.read(descriptor.raw, $0.baseAddress, $0.count) }
        guard count >= 0 else { throw Self.failure(path) }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    private static func failure(_ path: String) -> StoreFailure {
        .broken("\(path): \(String(cString: strerror(errno)))")
    }

    /// What stands in the data file alone, without its log; `nil` when that cannot be told, as in a new file or one
    /// whose log was being copied.
    private static func run(inFile path: String) -> String? {
        let escaped = path.utf8.map { byte in
            byte == UInt8(ascii: "/") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
                || (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A)
                ? String(decoding: [byte], as: UTF8.self) : "%" + [byte].hexadecimal
        }.joined()
        var handle: OpaquePointer?
        defer { sqlite3_close_v2(handle) }
        let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX
        guard
            sqlite3_open_v2(
                "file:\(escaped)?immutable=1", &handle, flags, SealingFileSystem.machine.name) == SQLITE_OK
        else { return nil }
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        let sql = "SELECT value FROM meta WHERE name = 'run'"
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK,
            sqlite3_step(statement) == SQLITE_ROW, let text = sqlite3_column_text(statement, 0)
        else { return nil }
        return String(cString: text)
    }
}
