import Base
import Testing

@testable import Auth

@Suite("The schedule of jobs") struct JobScheduleTests {
    private let start = Timestamp(milliseconds: 1_790_000_000_000)
    private let begin = Instant(nanoseconds: 0)

    private func job(_ kind: JobKind = "work", attempts: Int = 1) -> Job {
        Job(
            id: 0, kind: kind, state: .running, user: nil, payload: [], attempts: attempts, createdAt: start,
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

    @Test func `what its handler is alive for is begun by nobody else, whatever the clock on the wall says`() {
        var schedule = JobSchedule(["work": JobPolicy(concurrencyMax: 9, leaseSeconds: 60)])
        let mine = job("work"), over = DueJob(id: mine.id, kind: "work", dueAt: start)
        schedule.began(mine, at: begin)
        #expect(schedule.plan(at: begin.adding(milliseconds: 59_999)).choose(from: [over]).isEmpty)
        schedule.heard(of: mine, at: begin.adding(milliseconds: 50_000))
        #expect(schedule.plan(at: begin.adding(milliseconds: 109_999)).choose(from: [over]).isEmpty)
        #expect(
            schedule.plan(at: begin.adding(milliseconds: 110_000)).choose(from: [over]) == [over], "nothing was heard")
        schedule.heard(of: mine, at: begin.adding(milliseconds: 110_000))
        schedule.ended(mine)
        #expect(schedule.plan(at: begin.adding(milliseconds: 110_001)).choose(from: [over]) == [over])
    }

    @Test func `has room for so many of a kind, and for no kind that it does not know`() {
        var schedule = JobSchedule(["work": JobPolicy(concurrencyMax: 2), "play": JobPolicy(concurrencyMax: 1)])
        #expect(schedule.plan(at: begin).room == ["work": 2, "play": 1])
        schedule.began(job("work"), at: begin)
        schedule.began(job("play"), at: begin)
        #expect(schedule.plan(at: begin).room == ["work": 1])
        schedule.began(job("work"), at: begin)
        #expect(schedule.plan(at: begin).room == [:])
        #expect(schedule.runningCount == 3)
        schedule.ended(job("work"))
        #expect(schedule.plan(at: begin).room == ["work": 1])
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

    // MARK: Priorities

    /// Kinds of each priority, with room enough.
    private let kinds: [JobKind: JobPolicy] = [
        "letter": JobPolicy(priority: .interactive, concurrencyMax: 16), "work": JobPolicy(concurrencyMax: 8),
        "backup": JobPolicy(priority: .bulk, concurrencyMax: 8),
    ]

    private func due(_ id: Int64, _ kind: JobKind, after seconds: Int64) -> DueJob {
        DueJob(id: id, kind: kind, dueAt: start.adding(seconds: seconds))
    }

    @Test func `lets letters go first, and who has waited long before everybody`() {
        var schedule = JobSchedule(kinds)
        let jobs = [due(1, "backup", after: 0), due(2, "work", after: 0), due(3, "letter", after: 29)]
        #expect(schedule.plan(at: begin).choose(from: jobs).map(\.id) == [3, 2, 1])
        // One place is left.
        for _ in 1..<JobSchedule.slotsMax { schedule.began(job("other"), at: begin) }
        #expect(schedule.plan(at: begin).choose(from: jobs).map(\.id) == [3])
        #expect(
            schedule.plan(at: begin).choose(from: [due(1, "backup", after: 0), due(3, "letter", after: 301)]).map(\.id)
                == [1])
        #expect(
            schedule.plan(at: begin).choose(from: [due(2, "work", after: 0), due(3, "letter", after: 31)]).map(\.id)
                == [2])
    }

    @Test func `keeps room for those who are waited for, however much bulk there is`() {
        var schedule = JobSchedule(kinds)
        let much = (1...100).map { due($0, "backup", after: 0) }
        let begun = schedule.plan(at: begin).choose(from: much)
        #expect(begun.count == JobSchedule.bulkSlotsMax)
        for _ in begun { schedule.began(job("backup"), at: begin) }
        #expect(schedule.plan(at: begin).room["backup"] == nil)
        #expect(schedule.plan(at: begin).choose(from: [due(200, "letter", after: 9_999)]).map(\.id) == [200])
    }

    /// A store that is looked into each second and gives of each kind those that wait longest, as many as there is room
    /// for; jobs that come by chance, more letters than can be sent, and that last by chance.
    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `nobody starves, no bound is passed, and no job is begun twice`(seed: UInt64) {
        var random = RandomSource(seed: seed), schedule = JobSchedule(kinds)
        let names: [JobKind] = ["letter", "work", "backup"]
        var waiting: [JobKind: ArraySlice<DueJob>] = [:], running: [(job: DueJob, end: Int64)] = []
        var next: Int64 = 1, begun: Set<Int64> = [], longest: [JobKind: Int64] = [:], isSound = true
        for second: Int64 in 0..<1_200 {
            for kind in names where second < 800 {
                let count = kind == "letter" ? Int.random(in: 0...12, using: &random) : second % 20 == 0 ? 1 : 0
                for _ in 0..<count {
                    waiting[kind, default: []].append(due(next, kind, after: second))
                    next += 1
                }
            }
            for ended in running where ended.end <= second { schedule.ended(job(ended.job.kind)) }
            running.removeAll { $0.end <= second }
            let plan = schedule.plan(at: begin)
            let candidates = plan.room.flatMap { kind, room in Array((waiting[kind] ?? []).prefix(room)) }
            for chosen in plan.choose(from: candidates) {
                isSound = isSound && begun.insert(chosen.id).inserted && waiting[chosen.kind]?.first == chosen
                waiting[chosen.kind]?.removeFirst()
                schedule.began(job(chosen.kind), at: begin)
                running.append((chosen, second + Int64.random(in: 1...5, using: &random)))
                let waited = second - (chosen.dueAt.seconds - start.seconds)
                longest[chosen.kind] = max(longest[chosen.kind] ?? 0, waited)
            }
            isSound = isSound && schedule.runningCount <= JobSchedule.slotsMax
            isSound = isSound && running.count { $0.job.kind == "backup" } <= JobSchedule.bulkSlotsMax
            isSound = isSound && running.count { $0.job.kind == "work" } <= 8
        }
        #expect(isSound)
        #expect(begun.count == Int(next - 1), "everything comes to its turn")
        for kind in names { #expect(longest[kind] ?? 0 < 600, "\(kind) waited for \(longest[kind] ?? 0) s") }
        #expect(longest["backup"] ?? 0 > 10, "the letters left no place free")
    }
}
