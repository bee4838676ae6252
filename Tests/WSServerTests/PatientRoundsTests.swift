import Base
import Testing

@testable import WSServer

@Suite("Patient rounds") struct PatientRoundsTests {
    private func at(_ milliseconds: Int) -> Instant {
        Instant(nanoseconds: 0).adding(milliseconds: 1_000 + milliseconds)
    }

    private func waiting(_ members: Range<Int>) -> PatientRounds<Int> {
        var rounds = PatientRounds<Int>()
        for member in members { rounds.add(member) }
        return rounds
    }

    @Test func `nobody waits at first, and who comes is due at once`() {
        var rounds = PatientRounds<Int>()
        #expect(rounds.dueAt == nil)
        #expect(rounds.next(atMost: 10, at: at(0)).isEmpty)
        rounds.add(1)
        #expect(rounds.dueAt.map { $0 <= at(0) } == true)
    }

    @Test func `so many are served at a time, in the order in which they came`() {
        var rounds = waiting(0..<5)
        for expected in [[0, 1], [2, 3], [4]] {
            #expect(Array(rounds.next(atMost: 2, at: at(0))) == expected)
            rounds.finished(at: at(0), delayedOthers: true, restMillisecondsMax: 50)
        }
        #expect(rounds.dueAt == nil)
    }

    @Test func `who comes during a round belongs to the next one, which begins after a rest`() {
        var rounds = waiting(0..<4)
        _ = rounds.next(atMost: 2, at: at(0))
        rounds.finished(at: at(4), delayedOthers: true, restMillisecondsMax: 50)
        rounds.add(0)
        #expect(Array(rounds.next(atMost: 9, at: at(4))) == [2, 3])
        rounds.finished(at: at(8), delayedOthers: true, restMillisecondsMax: 50)
        #expect(rounds.dueAt == at(16))
        #expect(rounds.next(atMost: 9, at: at(15)).isEmpty)
        rounds.add(1)
        #expect(Array(rounds.next(atMost: 9, at: at(16))) == [0, 1])
    }

    @Test func `where nobody else had to wait, round follows round, and the rest is no longer than others waited`() {
        var rounds = waiting(0..<4)
        _ = rounds.next(atMost: 2, at: at(0))
        rounds.finished(at: at(3), delayedOthers: false, restMillisecondsMax: 50)
        _ = rounds.next(atMost: 2, at: at(3))
        rounds.finished(at: at(7), delayedOthers: false, restMillisecondsMax: 50)
        rounds.add(0)
        rounds.add(1)
        #expect(Array(rounds.next(atMost: 1, at: at(7))) == [0])
        rounds.finished(at: at(9), delayedOthers: true, restMillisecondsMax: 50)
        #expect(Array(rounds.next(atMost: 1, at: at(9))) == [1])
        rounds.finished(at: at(14), delayedOthers: false, restMillisecondsMax: 50)
        rounds.add(0)
        #expect(rounds.dueAt == at(16))
    }

    @Test func `after a pause nobody waits for the rest of what was long ago`() {
        var rounds = waiting(0..<4)
        _ = rounds.next(atMost: 9, at: at(0))
        rounds.finished(at: at(8), delayedOthers: true, restMillisecondsMax: 50)
        rounds.add(7)
        #expect(Array(rounds.next(atMost: 9, at: at(30))) == [7])
    }

    @Test func `a rest has its bound, however long the round was`() {
        var rounds = waiting(0..<4)
        _ = rounds.next(atMost: 9, at: at(0))
        rounds.finished(at: at(3_000), delayedOthers: true, restMillisecondsMax: 50)
        rounds.add(7)
        #expect(rounds.dueAt == at(3_050))
        var restless = waiting(0..<4)
        _ = restless.next(atMost: 9, at: at(0))
        restless.finished(at: at(3_000), delayedOthers: true, restMillisecondsMax: 0)
        restless.add(7)
        #expect(Array(restless.next(atMost: 9, at: at(3_000))) == [7])
    }

    @Test func `who is told without end takes half of the time`() {
        var rounds = PatientRounds<Int>(), waiting: Set<Int> = [], busy = 0, now = 0
        while now < 10_000 {
            // Whoever waits already is told both things at once.
            for member in 0..<100 where waiting.insert(member).inserted { rounds.add(member) }
            let due = rounds.next(atMost: 64, at: at(now))
            if due.isEmpty {
                now += 1
                continue
            }
            waiting.subtract(due)
            // Each turn with somebody in it takes 5 ms.
            (busy, now) = (busy + 5, now + 5)
            rounds.finished(at: at(now), delayedOthers: true, restMillisecondsMax: 50)
        }
        #expect(busy > 3_000)
        #expect(busy <= 5_050)
    }
}
