internal import Base

/// Which running jobs have been cancelled: so a handler hears of it at once, wherever it is in its work.
public final class JobCancellations: Sendable {
    private let jobs = Guarded<Set<Int64>>([])

    public init() {}

    /// Jobs that are remembered. Each is forgotten when its handler ends, so that there are never as many.
    private static let countMax = 10_000

    public func insert(_ job: Int64) {
        jobs.withLock { if $0.count < Self.countMax { $0.insert(job) } }
    }

    public func contains(_ job: Int64) -> Bool { jobs.withLock { $0.contains(job) } }

    public func remove(_ job: Int64) { jobs.withLock { _ = $0.remove(job) } }
}
