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
        #expect(simulation.run(rate: multiple * simulation.capacity, seconds: 2).p(100) < 500)
        let figures = simulation.run(rate: multiple * simulation.capacity, seconds: 10)
        // What is read takes time, too, where there is one processor for both.
        let reading = sharesProcessor ? multiple * simulation.capacity * simulation.readSeconds : 0
        #expect(Double(figures.answered) / 10 >= 0.95 * (1 - reading) * simulation.capacity)
        #expect(figures.p(99) < 300)
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
    private static func limits(_ most: Int) -> Limits {
        var limits = Limits()
        limits.unansweredMin = 4
        limits.unansweredMax = most
        limits.unansweredAtFirst = most
        return limits
    }

    private static func at(_ milliseconds: Int) -> Instant {
        Instant(nanoseconds: 0).adding(milliseconds: milliseconds)
    }

    @Test func `new sessions are refused first, then reads, then changes`() {
        var admission = Admission(limits: Self.limits(8), seed: 1, now: Self.at(0))
        var rooms: [Admission.Room] = []
        for _ in 0...8 {
            rooms.append(admission.room(held: 1))
            admission.took(at: Self.at(0))
        }
        #expect(
            rooms == [
                .everything, .everything, .everything, .everything, .init(upTo: .read), .init(upTo: .read),
                .init(upTo: .change), .init(upTo: .change), .nothing,
            ])
        #expect(Admission.Room.everything.takes(.newSession))
        #expect(!Admission.Room(upTo: .read).takes(.newSession) && Admission.Room(upTo: .read).takes(.read))
        #expect(!Admission.Room(upTo: .change).takes(.read) && Admission.Room(upTo: .change).takes(.change))
        #expect(!Admission.Room.nothing.takes(.change))
    }

    @Test func `who holds much is refused when it becomes tight, and not before`() {
        var admission = Admission(limits: Self.limits(80), seed: 1, now: Self.at(0))
        for _ in 0..<10 { admission.heardOneMore() }
        admission.pass(to: Self.at(100))
        for _ in 0..<39 { admission.took(at: Self.at(100)) }
        #expect(admission.room(held: 39) == .everything)
        admission.took(at: Self.at(100))
        #expect(admission.room(held: 4) == .nothing)
        #expect(admission.room(held: 3).takes(.change))
    }

    @Test func `a stall in which nothing is answered at all lowers the bound, and no further than to the least`() {
        var admission = Admission(limits: Self.limits(64), seed: 1, now: Self.at(0))
        for _ in 0..<10 { admission.took(at: Self.at(0)) }
        var bounds: [Int] = []
        for step in 1...6 {
            admission.pass(to: Self.at(150 * step))
            bounds.append(admission.bound)
        }
        #expect(bounds == [32, 16, 8, 4, 4, 4])
        for _ in 0..<10 { admission.settled(at: Self.at(950)) }
        #expect(admission.unansweredCount == 0)
    }

    @Test func `one slow answer among quick ones is no overload`() {
        var admission = Admission(limits: Self.limits(64), seed: 1, now: Self.at(0))
        admission.took(at: Self.at(0))
        admission.settled(at: Self.at(2))
        admission.took(at: Self.at(3))
        admission.settled(at: Self.at(95))
        admission.took(at: Self.at(96))
        admission.pass(to: Self.at(230))
        #expect(admission.bound == 64)
    }

    @Test func `requests count beside commands, and a login's time tells nothing`() {
        var admission = Admission(limits: Self.limits(8), seed: 1, now: Self.at(0))
        admission.tookRequest(9, isMeasured: false, at: Self.at(0))
        admission.tookRequest(10, isMeasured: true, at: Self.at(0))
        #expect(admission.unansweredCount == 2)
        admission.settledRequest(9, at: Self.at(900))
        #expect(admission.delay == 0)
        admission.settledRequest(10, at: Self.at(901))
        admission.pass(to: Self.at(901))
        #expect(admission.delay == 901)
        #expect(admission.unansweredCount == 0)
    }
}
