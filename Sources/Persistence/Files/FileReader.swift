internal import Base
internal import Channels
internal import Telemetry

/// What a thread that writes and removes files has: a read-only connection of its own, opened when it is first used.
struct FileReader {
    let path: String
    let vfs: String?
    let log: Logger
    private var statement: StatementCache?

    init(path: String, vfs: String? = nil, log: Logger) {
        self.path = path
        self.vfs = vfs
        self.log = log
    }

    /// Whether a file has these bytes; `nil` when that cannot be found out.
    mutating func isUsed(_ sha256: [UInt8]) -> Bool? {
        do throws(StoreFailure) {
            let statement: StatementCache
            if let opened = self.statement {
                statement = opened
            } else {
                statement = StatementCache(try Database(path: path, .reader, vfs: vfs))
                self.statement = statement
            }
            return try statement("SELECT 1 FROM files WHERE sha256 = ?").bind(blob: sha256)
                .first { _ throws(StoreFailure) in true } ?? false
        } catch {
            log.error("reading failed", ["why": "\(error)"])
            statement = nil
            return nil
        }
    }
}
