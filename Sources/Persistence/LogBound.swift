internal import Base
internal import Channels

/// Keeps the write-ahead log within its bound, whoever reads. SQLite begins the log anew only when nobody needs any of
/// it, and under a steady crowd of readers that moment may never come; one that reads on and on keeps it away for good.
///
/// So a log that is too large is emptied while the committer waits: at first for readers to come to their end by
/// themselves, as most do within milliseconds; whoever begins meanwhile reads the data file. Then they are cut short.
struct LogBound {
    private let leash: SnapshotLeash
    private var tryAt = Instant(nanoseconds: 0)

    /// Milliseconds for readers to come to their end.
    static let patienceMilliseconds: CInt = 50
    /// How often readers are cut short until the committer goes on with its work.
    static let pullsMax = 5
    /// Milliseconds between two attempts, so that the commits go on even if something is always in the way.
    static let againMilliseconds = 1_000

    init(_ leash: SnapshotLeash) { self.leash = leash }

    /// Whether the log is to be emptied now.
    mutating func isDue(byteCount: Int, limits: Limits, at now: Instant) -> Bool {
        guard byteCount > limits.logBytesMax, now >= tryAt else { return false }
        tryAt = now.adding(milliseconds: Self.againMilliseconds)
        return true
    }

    /// False when some of it has to stay.
    @discardableResult func empty(_ database: Database) throws(StoreFailure) -> Bool {
        for _ in 0..<Self.pullsMax {
            if try database.emptyLog(waiting: Self.patienceMilliseconds) { return true }
            leash.pull()
        }
        return try database.emptyLog(waiting: Self.patienceMilliseconds)
    }
}
