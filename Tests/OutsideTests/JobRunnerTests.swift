import Base
import Channels
import Telemetry
import TestSupport
import Testing

@testable import Auth
@testable import Outside
@testable import Persistence

/// Nobody listens.
private struct Nobody: Fanout {
    func publish(_ batch: [Announcement], storedIn milliseconds: Int) {}
}

/// Does what its test says, and remembers what it was given.
private final class Scripted: JobHandler {
    let kind: JobKind = "work"
    let policy: JobPolicy
    private let script: @Sendable (Job, JobProgress) async -> JobOutcome
    let seen = Guarded<[Job]>([])

    init(
        _ policy: JobPolicy = JobPolicy(concurrencyMax: 2),
        _ script: @escaping @Sendable (Job, JobProgress) async -> JobOutcome
    ) {
        self.policy = policy
        self.script = script
    }

    func run(_ job: Job, _ progress: JobProgress) async -> JobOutcome {
        seen.withLock { $0.append(job) }
        return await script(job, progress)
    }
}

@Suite("The runner of jobs") final class JobRunnerTests {
    private let directory = TemporaryDirectory()
    private let time = ManualTime()
    private let storage: Storage

    init() throws {
        storage = try Storage(
            path: directory.file("confab.db"), filesPath: directory.file("files"),
            auditKey: Secret([UInt8](repeating: 7, count: 32)), fanout: Nobody(),
            limits: Limits(), time: time.source,
            log: Logger(level: .off))
    }

    deinit { storage.close() }

    /// Runs until `isEnough` holds of the job, or for ten seconds.
    private func run(
        _ handler: Scripted, until job: Int64, isEnough: @Sendable (Job) -> Bool
    ) async throws -> Job {
        let runner = JobRunner(
            storage.jobs, handlers: [handler], bell: storage.bells.jobs, time: time.source, log: Logger(level: .off))
        let work = Task { await runner.run() }
        defer { work.cancel() }
        for _ in 0..<1_000 {
            if let job = try await storage.jobs.find(job), isEnough(job) {
                runner.stop()
                await work.value
                return job
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        runner.stop()
        await work.value
        throw Late()
    }

    private struct Late: Error {}

    @Test func `does a job once, and keeps its result and nothing of what it was to do`() async throws {
        let handler = Scripted { _, _ in
            .done(result: Array(#"{"n":1}"#.utf8), faults: [.init(row: 3, code: "x", detail: "y")])
        }
        let job = try await storage.jobs.enqueue(NewJob("work", payload: Array("secret".utf8)))
        let done = try await run(handler, until: job.id) { $0.state.isFinal }
        #expect(done.state == .done)
        #expect(done.result == Array(#"{"n":1}"#.utf8))
        #expect(done.faults == [.init(row: 3, code: "x", detail: "y")])
        #expect(done.payload.isEmpty)
        let seen = handler.seen.withLock { $0 }
        #expect(seen.map(\.payload) == [Array("secret".utf8)])
        #expect(seen.map(\.attempts) == [1])
    }

    @Test func `tries again when it is time, and not before`() async throws {
        let time = time, bell = storage.bells.jobs
        let handler = Scripted { job, _ in
            guard job.attempts < 4 else { return .done(result: nil) }
            // The next try is an hour away at most.
            Task {
                try? await Task.sleep(for: .milliseconds(30))
                time.pass(milliseconds: 3_600_000)
                bell.ring()
            }
            return .later(Job.Fault(code: "unreachable", detail: "try \(job.attempts)"))
        }
        let job = try await storage.jobs.enqueue(NewJob("work", payload: []))
        let done = try await run(handler, until: job.id) { $0.state.isFinal }
        #expect(done.state == .done)
        #expect(done.attempts == 4)
        let waiting = try await storage.jobs.enqueue(NewJob("work", payload: []))
        let second = Scripted { _, _ in .later(Job.Fault(code: "unreachable", detail: "no")) }
        let queued = try await run(second, until: waiting.id) { $0.state == .queued && $0.attempts == 1 }
        #expect(queued.faults.map(\.code) == ["unreachable"])
        #expect(
            try await storage.jobs.claim(
                JobSchedule(["work": JobPolicy(concurrencyMax: 10)]).plan(at: Instant(nanoseconds: 0))
            ).isEmpty, "it waits")
    }

    @Test func `gives a job that was cancelled no further word`() async throws {
        let jobs = storage.jobs
        let handler = Scripted { job, progress in
            _ = try? await jobs.cancel(job.id, by: .server)
            return await progress(1, of: 2) ? .done(result: Array("{}".utf8)) : .failed([])
        }
        let job = try await jobs.enqueue(NewJob("work", payload: []))
        let ended = try await run(handler, until: job.id) { $0.state.isFinal }
        #expect(ended.state == .cancelled)
        #expect(ended.result == nil)
        #expect(ended.progress == Job.Progress(done: 0, total: 0))
    }

    @Test func `runs no more of a kind at once than it may`() async throws {
        let running = Guarded((now: 0, most: 0))
        let handler = Scripted(JobPolicy(concurrencyMax: 3)) { _, _ in
            running.withLock { running in
                running.now += 1
                running.most = max(running.most, running.now)
            }
            try? await Task.sleep(for: .milliseconds(20))
            running.withLock { $0.now -= 1 }
            return .done(result: nil)
        }
        var last: Int64 = 0
        for _ in 0..<12 { last = try await storage.jobs.enqueue(NewJob("work", payload: [])).id }
        _ = try await run(handler, until: last) { $0.state.isFinal }
        #expect(running.withLock { $0.most } == 3)
    }

    @Test func `is kept from what it has no handler for`() async throws {
        let other = try await storage.jobs.enqueue(NewJob("other", payload: []))
        let job = try await storage.jobs.enqueue(NewJob("work", payload: []))
        _ = try await run(Scripted { _, _ in .done(result: nil) }, until: job.id) { $0.state.isFinal }
        #expect(try await storage.jobs.find(other.id)?.state == .queued)
    }
}
