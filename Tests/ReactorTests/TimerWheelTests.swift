import Base
import Reactor
import Testing

@Suite("Timer wheel") struct TimerWheelTests {
    private let start = Instant(nanoseconds: 7_000_000_123)

    private func instant(_ milliseconds: Int) -> Instant { start.adding(milliseconds: milliseconds) }

    @Test(arguments: 1...20) func `tells every key once, never early and at most one tick late`(seed: UInt64) {
        let tick = 10, step = 3
        var random = RandomSource(seed: seed)
        var wheel = TimerWheel<Int>(tickMilliseconds: tick, slotCount: 16, start: start)
        // Longer than a turn of the wheel, so that slots are shared by several turns.
        let deadlines = (0..<500).map { _ in Int.random(in: 0...1_000, using: &random) }
        for (key, deadline) in deadlines.enumerated() { wheel.set(key, at: instant(deadline)) }
        var told: [Int: Int] = [:]
        for now in stride(from: 0, through: 1_100, by: step) {
            for key in wheel.advance(to: instant(now)) {
                #expect(told.updateValue(now, forKey: key) == nil)
            }
        }
        #expect(told.count == deadlines.count)
        for (key, deadline) in deadlines.enumerated() {
            let late = (told[key] ?? .max) - deadline
            #expect((0...tick + step).contains(late), "deadline \(deadline)")
        }
    }

    @Test func `tells after a long pause everything that is due, and nothing else`() {
        var wheel = TimerWheel<String>(tickMilliseconds: 10, slotCount: 8, start: start)
        for (key, deadline) in [("a", 5), ("b", 70), ("c", 79), ("d", 500), ("e", 5_000), ("f", 5_200)] {
            wheel.set(key, at: instant(deadline))
        }
        #expect(Set(wheel.advance(to: instant(5_100))) == ["a", "b", "c", "d", "e"])
        #expect(wheel.advance(to: instant(5_190)) == [])
        #expect(wheel.advance(to: instant(5_210)) == ["f"])
    }

    @Test func `tells a deadline that has passed already at the next tick`() {
        var wheel = TimerWheel<Int>(tickMilliseconds: 10, slotCount: 8, start: start)
        #expect(wheel.advance(to: instant(1_000)) == [])
        wheel.set(1, at: instant(3))
        #expect(wheel.advance(to: instant(1_009)) == [])
        #expect(wheel.advance(to: instant(1_010)) == [1])
    }

    @Test func `tells a key as often as it was set`() {
        var wheel = TimerWheel<Int>(tickMilliseconds: 10, slotCount: 8, start: start)
        wheel.set(1, at: instant(5))
        wheel.set(1, at: instant(25))
        #expect(wheel.advance(to: instant(100)) == [1, 1])
    }

    @Test func `knows how long it is to the next tick`() {
        var wheel = TimerWheel<Int>(tickMilliseconds: 250, slotCount: 8, start: start)
        #expect(wheel.millisecondsToNextTick(from: instant(0)) == 250)
        #expect(wheel.millisecondsToNextTick(from: instant(249)) == 1)
        #expect(wheel.millisecondsToNextTick(from: instant(900)) == 0)
        _ = wheel.advance(to: instant(900))
        #expect(wheel.millisecondsToNextTick(from: instant(900)) == 100)
    }
}
