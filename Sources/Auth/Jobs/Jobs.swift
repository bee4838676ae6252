public import Base

/// The queue of jobs, on disk. What changes anything returns only when the change is durable.
public protocol Jobs: Sendable {
    /// Adds a job, or finds the one with its key. Whose job it is hears of it on the own log, here and whenever it
    /// changes its state (`job.updated`).
    func enqueue(_ new: NewJob) async throws(JobFailure) -> Job

    func find(_ id: Int64) async throws(JobFailure) -> Job?

    /// Ends a job that has not ended. One that is running is ended when it next says how far it is.
    /// - Returns: as it is then; `nil` if there is none.
    func cancel(_ id: Int64, by cause: Cause) async throws(JobFailure) -> Job?

    /// When the next job is due, or a lease ends; `nil` while there is none.
    func nextDue() async throws(JobFailure) -> Timestamp?

    /// What was written later than now waits from now on as long as it was to wait: the clock has been set back.
    func reckonAnew() async throws(JobFailure)

    /// Takes what the plan chooses of the jobs that are due, and of those whose lease is over because who had them is
    /// gone.
    func claim(_ plan: JobPlan) async throws(JobFailure) -> [Job]

    /// Jobs, the newest first.
    func list(_ search: JobSearch) async throws(JobFailure) -> [Job]

    /// Which running jobs have been cancelled.
    var cancellations: JobCancellations { get }

    /// Says how far a running job is, and keeps it for as long again. Its user hears of each hundredth part.
    /// - Returns: false when it was cancelled meanwhile, or belongs to somebody else: then nothing more is to be done.
    func report(_ progress: Job.Progress, of job: Job, leaseSeconds: Int64) async throws(JobFailure) -> Bool

    /// Says what a try came to.
    func settle(_ job: Job, _ verdict: JobVerdict) async throws(JobFailure)

    /// Takes away what has ended before this time, a bounded number of them; true when there may be more.
    func prune(before time: Timestamp) async throws(JobFailure) -> Bool
}

/// Which jobs are looked for.
public struct JobSearch: Sendable {
    /// Whose; everybody's where it is `nil`.
    public var user: UserID?
    public var kind: JobKind?
    public var state: Job.State?
    /// Older than this one.
    public var before: Int64 = .max
    /// At most so many.
    public var limit: Int

    public init(user: UserID?, limit: Int) {
        self.user = user
        self.limit = limit
    }
}

public enum JobFailure: Error, Equatable, Sendable {
    /// So many wait already that no more are taken.
    case full
    /// So many of the user's have not ended that no more are taken.
    case tooMany
    case storageFull
    case unavailable
}

/// What becomes of a job after a try.
public enum JobVerdict: Sendable, Equatable {
    case done(result: [UInt8]?, faults: [Job.Fault])
    case retry(at: Timestamp, because: Job.Fault)
    case failed([Job.Fault])
}
