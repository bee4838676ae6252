import Base
import Testing

@testable import Auth

@Suite("The schedule of jobs") struct JobScheduleTests {
    private let start = Timestamp(milliseconds: 1_790_000_000_000)

    private func job(_ kind: JobKind = "work", attempts: Int = 1) -> Job {
        Job(
            id: 1, kind: kind, state: .running, user: nil, payload: [], attempts: attempts, createdAt: start,
            updatedAt: start)
    }

    @Test func `waits twice as long after each failure, up to a bound, and a little less by chance`() {
        let policy = JobPolicy(concurrencyMax: 1, firstWaitSeconds: 5, waitSecondsMax: 60)
        var random = RandomSource(seed: 1)
        for (attempts, seconds) in [(1, 5), (2, 10), (3, 20), (4, 40), (5, 60), (6, 60), (1_000, 60)] as [(Int, Int64)]
        {
            let waits = (0..<200).map { _ in policy.wait(after: attempts, random: &random) }
            #expect(waits.allSatisfy { (seconds * 750...seconds * 1_000).contains($0) }, "after \(attempts)")
            #expect(Set(waits).count > 100, "chance keeps them apart")
        }
    }

    @Test func `gives up when the next try would come too late`() {
        let policy = JobPolicy(concurrencyMax: 1, firstWaitSeconds: 100, waitSecondsMax: 100, giveUpSeconds: 1_000)
        var random = RandomSource(seed: 1)
        #expect(policy.nextTry(after: 9, createdAt: start, at: start.adding(seconds: 800), random: &random) != nil)
        #expect(policy.nextTry(after: 9, createdAt: start, at: start.adding(seconds: 950), random: &random) == nil)
    }

    @Test func `has room for so many of a kind, and for no kind that it does not know`() {
        var schedule = JobSchedule(["work": JobPolicy(concurrencyMax: 2), "play": JobPolicy(concurrencyMax: 1)])
        #expect(schedule.room == ["work": 2, "play": 1])
        schedule.began(job("work"))
        schedule.began(job("play"))
        #expect(schedule.room == ["work": 1])
        schedule.began(job("work"))
        #expect(schedule.room == [:])
        #expect(schedule.runningCount == 3)
        schedule.ended(job("work"))
        #expect(schedule.room == ["work": 1])
    }

    @Test func `keeps what was done and what failed, and tries again what may yet succeed`() throws {
        let schedule = JobSchedule(["work": JobPolicy(concurrencyMax: 1, giveUpSeconds: 60)])
        var random = RandomSource(seed: 7)
        let fault = Job.Fault(code: "unreachable", detail: "nobody is there")
        let result = Array("{}".utf8)
        #expect(
            schedule.verdict(on: .done(result: result, faults: [fault]), of: job(), at: start, random: &random)
                == .done(result: result, faults: [fault]))
        #expect(schedule.verdict(on: .failed([fault]), of: job(), at: start, random: &random) == .failed([fault]))
        guard case .retry(let due, fault) = schedule.verdict(on: .later(fault), of: job(), at: start, random: &random)
        else {
            Issue.record("it is not tried again")
            return
        }
        #expect((3_750...5_000).contains(due.milliseconds - start.milliseconds))
        #expect(
            schedule.verdict(on: .later(fault), of: job(), at: start.adding(seconds: 60), random: &random)
                == .failed([fault]))
        #expect(
            schedule.verdict(on: .later(fault), of: job("unknown"), at: start, random: &random) == .failed([fault]))
    }
}
