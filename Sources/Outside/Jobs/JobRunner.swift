public import Auth
public import Base
public import Telemetry

/// Runs jobs in Swift's pool, each by the handler of its kind. What is begun, and what becomes of it, `JobSchedule`
/// decides.
public final class JobRunner: Sendable {
    private let jobs: any Jobs
    private let handlers: [JobKind: any JobHandler]
    private let bell: Doorbell
    private let time: TimeSource
    private let log: Logger
    private let schedule: Guarded<JobSchedule>
    private let isStopping = Guarded(false)

    /// Milliseconds between two looks when nobody rings: clocks are changed, and rings may be lost by a restart.
    private static let lookMilliseconds: Int64 = 60_000
    /// Milliseconds before looking again when what is due could not be taken.
    private static let patienceMilliseconds: Int64 = 1_000

    public init(
        _ jobs: any Jobs, handlers: [any JobHandler], bell: Doorbell, time: TimeSource, log: Logger
    ) {
        self.jobs = jobs
        self.handlers = handlers.reduce(into: [:]) { $0[$1.kind] = $1 }
        self.bell = bell
        self.time = time
        self.log = log
        schedule = Guarded(JobSchedule(self.handlers.mapValues(\.policy)))
    }

    /// Runs jobs until `stop`.
    public func run() async {
        await withDiscardingTaskGroup { group in
            var lastLook = Timestamp.distantFuture
            while !isStopping.withLock({ $0 }) {
                let now = time.now()
                // Also at the start: it may have been set back while nobody was here.
                if now < lastLook { await reckonAnew() }
                lastLook = now
                let begun = await claim(schedule.withLock { $0.plan(at: time.instant()) })
                for job in begun {
                    schedule.withLock { $0.began(job, at: time.instant()) }
                    group.addTask { await self.work(on: job) }
                }
                if begun.isEmpty { await bell.wait(milliseconds: await pause()) }
            }
            group.cancelAll()
        }
    }

    /// Begins nothing more. What is running is cancelled and begun again by the next start.
    public func stop() {
        isStopping.withLock { $0 = true }
        bell.ring()
    }

    private func reckonAnew() async {
        do throws(JobFailure) {
            try await jobs.reckonAnew()
        } catch {
            log.warning("jobs wait by a clock that was set back", ["why": "\(error)"])
        }
    }

    private func claim(_ plan: JobPlan) async -> [Job] {
        guard !plan.room.isEmpty, let due = try? await jobs.nextDue(), due <= time.now() else { return [] }
        do throws(JobFailure) {
            return try await jobs.claim(plan)
        } catch {
            log.warning("no job can be taken", ["why": "\(error)"])
            return []
        }
    }

    private func pause() async -> Int64 {
        guard let due = try? await jobs.nextDue() else { return Self.lookMilliseconds }
        let wait = due.milliseconds - time.now().milliseconds
        return wait > 0 ? min(wait, Self.lookMilliseconds) : Self.patienceMilliseconds
    }

    private func work(on job: Job) async {
        defer {
            schedule.withLock { $0.ended(job) }
            jobs.cancellations.remove(job.id)
            bell.ring()
        }
        guard let handler = handlers[job.kind] else { return }
        let lease = handler.policy.leaseSeconds
        let outcome = await handler.run(
            job,
            JobProgress(time, cancelled: { [jobs] in jobs.cancellations.contains(job.id) }) {
                [jobs, schedule, time] progress in
                schedule.withLock { $0.heard(of: job, at: time.instant()) }
                // A store that is busy is no reason to end the work.
                guard let isOurs = try? await jobs.report(progress, of: job, leaseSeconds: lease) else { return true }
                return isOurs
            })
        let now = time.now()
        let verdict = schedule.withLock { schedule in
            var random = RandomSource.system
            return schedule.verdict(on: outcome, of: job, at: now, random: &random)
        }
        if case .failed(let faults) = verdict {
            log.warning(
                "a job failed",
                ["kind": job.kind.name, "job": "\(job.id)", "why": faults.first?.detail ?? "no reason given"])
        }
        do throws(JobFailure) {
            try await jobs.settle(job, verdict)
        } catch {
            // Its lease ends, and it is done again.
            log.warning("what became of a job is not noted", ["job": "\(job.id)", "why": "\(error)"])
        }
    }
}
