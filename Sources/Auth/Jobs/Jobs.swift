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

    /// Takes jobs that are due, the longest waiting first, and those whose lease is over because who had them is gone.
    /// - Parameters:
    ///   - room: how many of each kind may be taken; no others are.
    ///   - leases: seconds for which each kind belongs to who takes it.
    func claim(_ room: [JobKind: Int], leases: [JobKind: Int64]) async throws(JobFailure) -> [Job]

    /// Says how far a running job is, and keeps it for as long again.
    /// - Returns: false when it was cancelled meanwhile, or belongs to somebody else: then nothing more is to be done.
    func report(_ progress: Job.Progress, of job: Job, leaseSeconds: Int64) async throws(JobFailure) -> Bool

    /// Says what a try came to.
    func settle(_ job: Job, _ verdict: JobVerdict) async throws(JobFailure)

    /// Takes away what has ended before this time, a bounded number of them; true when there may be more.
    func prune(before time: Timestamp) async throws(JobFailure) -> Bool
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
