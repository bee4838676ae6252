internal import Auth
internal import Base
internal import Channels
internal import Telemetry

/// What a thread that writes and removes files has: a read-only connection of its own, opened when it is first used.
struct FileReader {
    let path: String
    let vfs: String?
    let leash: SnapshotLeash?
    let log: Logger
    private var statement: StatementCache?

    init(path: String, vfs: String? = nil, leash: SnapshotLeash? = nil, log: Logger) {
        self.path = path
        self.vfs = vfs
        self.leash = leash
        self.log = log
    }

    /// Whether a file, or the small image of one, has these bytes; `nil` when that cannot be found out.
    mutating func isUsed(_ sha256: [UInt8]) -> Bool? {
        ask { statement throws(StoreFailure) in
            try statement(
                "SELECT 1 FROM files WHERE sha256 = ?1 UNION ALL SELECT 1 FROM images WHERE thumbnail = ?1"
            ).bind(blob: sha256).first { _ throws(StoreFailure) in true } ?? false
        }
    }

    /// The next hashes that files have, in their order; `nil` when that cannot be found out.
    /// - Parameters:
    ///   - first: those behind it.
    ///   - last: up to this one; `nil` for all.
    mutating func hashes(after first: [UInt8], through last: [UInt8]?, atMost count: Int) -> [[UInt8]]? {
        ask { statement throws(StoreFailure) in
            let end = last ?? [UInt8](repeating: 0xFF, count: Digest.byteCount)
            return try statement(
                "SELECT DISTINCT sha256 FROM files WHERE sha256 > ? AND sha256 <= ? ORDER BY sha256 LIMIT ?"
            ).bind(blob: first).bind(blob: end).bind(count).all { row throws(StoreFailure) in row.bytes(0) }
        }
    }

    /// Whether there is such an upload that is not whole; `nil` when that cannot be found out.
    mutating func isOpen(upload id: String) -> Bool? {
        ask { statement throws(StoreFailure) in
            try statement("SELECT 1 FROM uploads WHERE id = ? AND file IS NULL").bind(id)
                .first { _ throws(StoreFailure) in true } ?? false
        }
    }

    private mutating func ask<Value>(_ body: (StatementCache) throws(StoreFailure) -> Value) -> Value? {
        do throws(StoreFailure) {
            let statement: StatementCache
            if let opened = self.statement {
                statement = opened
            } else {
                statement = StatementCache(try Database(path: path, .reader, vfs: vfs, leash: leash))
                self.statement = statement
            }
            return try body(statement)
        } catch {
            log.error("reading failed", ["why": "\(error)"])
            statement = nil
            return nil
        }
    }
}
