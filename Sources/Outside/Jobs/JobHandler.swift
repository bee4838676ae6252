public import Auth
internal import Base

/// Does the jobs of one kind. A job may be done more than once, because a crash can come between the doing and the
/// noting of it: what must not happen twice is the handler's own care.
public protocol JobHandler: Sendable {
    var kind: JobKind { get }
    var policy: JobPolicy { get }

    func run(_ job: Job, _ progress: JobProgress) async -> JobOutcome
}

/// What a handler says while it works: once in a second at most, the rest is passed over. Each word that is passed on
/// also keeps the job for as long again.
public struct JobProgress: Sendable {
    private let report: @Sendable (Job.Progress) async -> Bool
    private let cancelled: @Sendable () -> Bool
    private let time: TimeSource
    private let last = Guarded<Instant?>(nil)

    /// Milliseconds between two words.
    private static let intervalMilliseconds = 1_000

    init(
        _ time: TimeSource, cancelled: @escaping @Sendable () -> Bool = { false },
        _ report: @escaping @Sendable (Job.Progress) async -> Bool
    ) {
        self.time = time
        self.cancelled = cancelled
        self.report = report
    }

    /// The job was cancelled, a moment ago: the handler is to return soon, whatever it returns.
    public var isCancelled: Bool { cancelled() }

    /// - Returns: false when the job was cancelled: the handler is to return soon, whatever it returns.
    public func callAsFunction(_ done: Int64, of total: Int64) async -> Bool {
        if isCancelled { return false }
        let now = time.instant()
        let isTooEarly = last.withLock { last in
            if let last, now.milliseconds(since: last) < Self.intervalMilliseconds { return true }
            last = now
            return false
        }
        return isTooEarly ? true : await report(Job.Progress(done: done, total: total))
    }
}
