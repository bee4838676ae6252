public import Auth
public import Base

/// Makes backups in the directory for them. The scheduled one puts the next into the queue, so that its row is its
/// schedule.
public struct BackupHandler: JobHandler {
    public let kind = BackupJob.kind
    public let policy = JobPolicy(
        priority: .bulk, concurrencyMax: 1, firstWaitSeconds: 60, giveUpSeconds: 6 * 3_600, leaseSeconds: 600)

    private let jobs: any Jobs
    private let backups: any Backups
    /// 0 for none by themselves.
    private let everyHours: Int
    private let time: TimeSource

    public init(_ jobs: any Jobs, _ backups: any Backups, everyHours: Int, time: TimeSource) {
        self.jobs = jobs
        self.backups = backups
        self.everyHours = everyHours
        self.time = time
    }

    /// Sees to it that the next scheduled one comes.
    public func schedule() async throws(JobFailure) {
        guard everyHours > 0 else { return }
        _ = try await jobs.enqueue(BackupJob.scheduled(everyHours: everyHours, after: time.now()))
    }

    public func run(_ job: Job, _ progress: JobProgress) async -> JobOutcome {
        if BackupJob.isScheduled(job) {
            // What was scheduled before the setting was turned off.
            guard everyHours > 0 else { return .done(result: nil) }
            do throws(JobFailure) {
                try await schedule()
            } catch {
                return .later(Job.Fault(code: "unavailable", detail: "\(error)"))
            }
        }
        do throws(BackupFailure) {
            let made = try await backups.make(by: Cause(actor: job.user)) { done, total in
                let isWanted = await progress(done, of: total)
                return isWanted && !Task.isCancelled
            }
            return .done(result: made.json, faults: made.faults.map { Job.Fault(code: "damaged", detail: $0) })
        } catch {
            let code = error == .full ? "storage_full" : error == .cancelled ? "cancelled" : "unavailable"
            return .later(Job.Fault(code: code, detail: error.detail))
        }
    }
}
