import Base
import Testing

@testable import Gateway

@Suite("Admission, with simulated queues") struct AdmissionTests {
    @Test(arguments: [0.1, 0.5, 0.8]) func `who offers less than the capacity is never refused`(share: Double) {
        var simulation = QueueSimulation()
        let figures = simulation.run(rate: share * simulation.capacity, seconds: 5)
        #expect(figures.refused == 0)
        #expect(figures.p(99) < 20)
    }

    @Test(arguments: [1.2, 2, 5], [false, true])
    func `beyond the capacity goodput stays and answers are quick`(multiple: Double, sharesProcessor: Bool) {
        var simulation = QueueSimulation {
            $0.sharesProcessor = sharesProcessor
        }
        // Until it is measured, as much is taken on as may ever be unanswered.
        #expect(simulation.run(rate: multiple * simulation.capacity, seconds: 2).p(100) < 900)
        let figures = simulation.run(rate: multiple * simulation.capacity, seconds: 10)
        // What is read takes time, too, where there is one processor for both.
        let reading = sharesProcessor ? multiple * simulation.capacity * simulation.readSeconds : 0
        #expect(Double(figures.answered) / 10 >= 0.95 * (1 - reading) * simulation.capacity)
        // Little more than the capacity comes to the limit again and again; more is held at the target.
        #expect(figures.p(99) < (multiple < 2 ? 450 : 300))
        #expect(figures.refused > 0)
    }

    @Test func `five times the capacity keeps nine tenths of the goodput where a refusal costs a fiftieth`() {
        var simulation = QueueSimulation {
            $0.sharesProcessor = true
            $0.readSeconds = 1 / $0.capacity / 50
        }
        _ = simulation.run(rate: 5 * simulation.capacity, seconds: 2)
        let figures = simulation.run(rate: 5 * simulation.capacity, seconds: 10)
        #expect(Double(figures.answered) / 10 >= 0.88 * simulation.capacity)
        #expect(figures.p(99) < 300)
    }

    @Test(arguments: [500.0, 5_000, 200_000]) func `the delay is held whatever the capacity is`(capacity: Double) {
        var simulation = QueueSimulation {
            $0.capacity = capacity
            $0.readSeconds = 1e-7
        }
        _ = simulation.run(rate: 3 * capacity, seconds: 5)
        let figures = simulation.run(rate: 3 * capacity, seconds: 10)
        #expect(Double(figures.answered) / 10 >= 0.9 * capacity)
        // The slowest are bound by what may always be unanswered.
        let least = Double(Limits().unansweredMin) / capacity * 1e3
        #expect(figures.p(99) < max(300, 1.5 * least))
    }

    @Test func `after the load nobody is refused any more`() {
        var simulation = QueueSimulation()
        _ = simulation.run(rate: 5 * simulation.capacity, seconds: 5)
        _ = simulation.run(rate: 0.5 * simulation.capacity, seconds: 0.5)
        let figures = simulation.run(rate: 0.5 * simulation.capacity, seconds: 2)
        #expect(figures.refused == 0)
        #expect(figures.p(99) < 20)
    }

    @Test func `a session that sends little is heard beside those that send without end`() {
        var simulation = QueueSimulation()
        _ = simulation.run(rate: 5 * simulation.capacity, seconds: 1)
        let figures = simulation.run(rate: 5 * simulation.capacity, seconds: 10)
        #expect(figures.modest.offered >= 99)
        #expect(Double(figures.modest.answered) >= 0.9 * Double(figures.modest.offered))
        #expect(Double(figures.refused) > 0.7 * Double(figures.offered))
    }

    @Test func `those who are refused are told different times, longer the more they are`() {
        func times(_ multiple: Double) -> [Int] {
            var simulation = QueueSimulation()
            _ = simulation.run(rate: multiple * simulation.capacity, seconds: 2)
            return simulation.run(rate: multiple * simulation.capacity, seconds: 1).refusals.sorted()
        }
        let twice = times(2), fivefold = times(5)
        #expect(Set(twice).count > 100)
        #expect(twice.first.map { $0 >= 2 * Limits().delayTargetMilliseconds } ?? false)
        #expect(fivefold.last.map { $0 <= Limits().retryMillisecondsMax } ?? false)
        #expect(fivefold[fivefold.count / 2] > twice[twice.count / 2])
    }
}

@Suite("Admission, step by step") struct AdmissionStepTests {
    private static func limits(_ atFirst: Int) -> Limits {
        var limits = Limits()
        limits.unansweredMin = 4
        limits.unansweredAtFirst = atFirst
        return limits
    }

    private static func at(_ milliseconds: Int) -> Instant {
        Instant(nanoseconds: 0).adding(milliseconds: milliseconds)
    }

    /// Holds `count` unanswered, and has `each` of them answered and replaced every ten milliseconds.
    private static func work(
        _ admission: inout Admission, holding count: Int, each: Int, from: Int, to: Int, storedIn: Int = 0
    ) {
        while admission.unansweredCount < count { admission.took(at: at(from)) }
        for time in stride(from: from + 10, through: to, by: 10) {
            for _ in 0..<each { admission.settled() }
            admission.pass(to: at(time), storedIn: storedIn)
            for _ in 0..<each { admission.took(at: at(time)) }
        }
    }

    @Test func `who waits for answers is never refused while they come within the limit, however many wait`() {
        var admission = Admission(limits: Limits(), seed: 1, now: Self.at(0))
        // 15,000 on their way, 20,000 answered a second: 750 ms, and nobody has more than 16.
        Self.work(&admission, holding: 15_000, each: 200, from: 0, to: 3_000)
        #expect(admission.bound == 8_000)
        #expect(admission.room(held: 15) == .everything)
        #expect(!admission.isTight)
    }

    @Test func `who has much on its way is refused when answers come later than the limit`() {
        var admission = Admission(limits: Limits(), seed: 1, now: Self.at(0))
        Self.work(&admission, holding: 12_000, each: 200, from: 0, to: 300)
        #expect(admission.room(held: 16) == .nothing)
        #expect(admission.isTight)
        // What is answered in the target's 200 ms.
        #expect(admission.bound == 4_000)
    }

    @Test func `one interval in which little was answered says nothing yet`() {
        var admission = Admission(limits: Limits(), seed: 1, now: Self.at(0))
        Self.work(&admission, holding: 12_000, each: 20, from: 0, to: 200)
        #expect(admission.bound == Limits().unansweredAtFirst)
        #expect(admission.room(held: 16) == .everything)
    }

    @Test func `nothing is refused for its number alone while answers come soon`() {
        var admission = Admission(limits: Limits(), seed: 1, now: Self.at(0))
        Self.work(&admission, holding: 12_000, each: 1_000, from: 0, to: 2_000)
        #expect(admission.bound == Limits().unansweredAtFirst)
        #expect(admission.room(held: 1_000) == .everything)
    }

    @Test func `the time that the disk takes is no queueing`() {
        var admission = Admission(limits: Limits(), seed: 1, now: Self.at(0))
        // A commit takes 300 ms, and all that gathered meanwhile is in the next one.
        for turn in 0..<20 {
            while admission.unansweredCount < 8_000 { admission.took(at: Self.at(300 * turn)) }
            for _ in 0..<4_000 { admission.settled() }
            admission.pass(to: Self.at(300 * (turn + 1)), storedIn: 290)
            #expect(admission.room(held: 100) == .everything)
        }
        #expect(!admission.isTight)
    }

    @Test func `while it is tight new sessions are refused first, then reads, then changes`() {
        var admission = Admission(limits: Self.limits(8), seed: 1, now: Self.at(0))
        for _ in 0..<8 { admission.took(at: Self.at(0)) }
        #expect(admission.room(held: 16) == .nothing)
        var rooms: [Admission.Room] = []
        for _ in 0...8 {
            rooms.append(admission.room(held: 1))
            admission.settled()
        }
        #expect(
            rooms.reversed() == [
                .everything, .everything, .everything, .everything, .init(upTo: .read), .init(upTo: .read),
                .init(upTo: .change), .init(upTo: .change), .nothing,
            ])
        #expect(Admission.Room.everything.takes(.newSession))
        #expect(!Admission.Room(upTo: .read).takes(.newSession) && Admission.Room(upTo: .read).takes(.read))
        #expect(!Admission.Room(upTo: .change).takes(.read) && Admission.Room(upTo: .change).takes(.change))
        #expect(!Admission.Room.nothing.takes(.change))
    }

    @Test func `half a second in which nobody was refused ends it`() {
        var admission = Admission(limits: Limits(), seed: 1, now: Self.at(0))
        Self.work(&admission, holding: 12_000, each: 200, from: 0, to: 300)
        _ = admission.room(held: 16)
        admission.refused()
        while admission.unansweredCount > 400 { admission.settled() }
        Self.work(&admission, holding: 400, each: 200, from: 300, to: 700)
        #expect(admission.isTight)
        Self.work(&admission, holding: 400, each: 200, from: 700, to: 1_000)
        #expect(!admission.isTight)
        #expect(admission.bound == Limits().unansweredAtFirst)
    }

    @Test func `a stall in which nothing is answered at all refuses nobody by itself`() {
        var admission = Admission(limits: Limits(), seed: 1, now: Self.at(0))
        for _ in 0..<1_000 { admission.took(at: Self.at(0)) }
        admission.pass(to: Self.at(5_000))
        #expect(admission.room(held: 100) == .everything)
    }

    @Test func `requests count beside commands, and a login's time tells nothing`() {
        var admission = Admission(limits: Limits(), seed: 1, now: Self.at(0))
        admission.tookRequest(9, isMeasured: false, at: Self.at(0))
        admission.tookRequest(10, isMeasured: true, at: Self.at(0))
        #expect(admission.unansweredCount == 1)
        admission.settledRequest(9, at: Self.at(900))
        #expect(admission.unansweredCount == 1)
        admission.settledRequest(10, at: Self.at(901))
        #expect(admission.unansweredCount == 0)
    }
}
