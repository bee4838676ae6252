import Base
import Testing

@testable import Gateway

@Suite("Resting of the refused") struct RestingTests {
    private let start = Instant(nanoseconds: 1_000_000_000)

    @Test func `nobody rests who was not refused`() {
        var resting = Resting<Int>()
        let turn = resting.turn(at: start, milliseconds: 10)
        #expect(turn.begun == [] && turn.rested == [] && turn.until == nil)
    }

    @Test func `who is refused rests from the turn's end for as long as it was told`() {
        var resting = Resting<Int>()
        resting.add(1)
        resting.add(2)
        let end = start.adding(milliseconds: 10)
        var turn = resting.turn(at: start, milliseconds: 10)
        #expect(turn.begun == [1, 2] && turn.rested == [] && turn.until == end)
        turn = resting.turn(at: start.adding(milliseconds: 9), milliseconds: 10)
        #expect(turn.begun == [] && turn.rested == [] && turn.until == end)
        turn = resting.turn(at: end, milliseconds: 10)
        #expect(turn.begun == [] && turn.rested == [1, 2] && turn.until == nil)
    }

    @Test func `who is refused while others rest wakes with them`() {
        var resting = Resting<Int>()
        resting.add(1)
        _ = resting.turn(at: start, milliseconds: 10)
        resting.add(2)
        let later = resting.turn(at: start.adding(milliseconds: 4), milliseconds: 10)
        #expect(later.begun == [2] && later.until == start.adding(milliseconds: 10))
        let end = resting.turn(at: start.adding(milliseconds: 11), milliseconds: 10)
        #expect(end.rested == [1, 2] && end.until == nil)
    }

    @Test func `who is refused in the turn in which others wake begins a rest of their own`() {
        var resting = Resting<Int>()
        resting.add(1)
        _ = resting.turn(at: start, milliseconds: 10)
        resting.add(2)
        let now = start.adding(milliseconds: 12)
        let turn = resting.turn(at: now, milliseconds: 10)
        #expect(turn.rested == [1] && turn.begun == [2] && turn.until == now.adding(milliseconds: 10))
    }

    @Test func `nobody is woken twice or forgotten, whatever the turns are`() {
        var resting = Resting<Int>()
        var random = RandomSource(seed: 7)
        var now = start
        var asleep: Set<Int> = [], next = 0
        for _ in 0..<2_000 {
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                resting.add(next)
                next += 1
            }
            now = now.adding(milliseconds: Int.random(in: 0...6, using: &random))
            let turn = resting.turn(at: now, milliseconds: 10)
            for guest in turn.rested { #expect(asleep.remove(guest) != nil) }
            for guest in turn.begun { #expect(asleep.insert(guest).inserted) }
            #expect((turn.until == nil) == asleep.isEmpty)
        }
        let end = resting.turn(at: now.adding(milliseconds: 20), milliseconds: 10)
        #expect(Set(end.rested) == asleep)
    }
}
