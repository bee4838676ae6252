import Base
import Testing

@testable import Gateway

@Suite("Typing gate") struct TypingGateTests {
    /// A gate and its time, moved by hand.
    private struct World {
        var gate = TypingGate()
        var limits = Limits()
        var milliseconds = 0
        var told: [String] = []

        var now: Instant { PresenceWorld.start.adding(milliseconds: milliseconds) }

        mutating func say(_ isTyping: Bool, _ user: UserID = People.ann, in channel: String = "205") {
            let typing = Typing(channel: People.channel(channel), user: user, isTyping: isTyping, origin: nil)
            if gate.take(typing, at: now, limits) { note(typing) }
        }

        mutating func note(_ typing: Typing) {
            told.append("\(milliseconds) \(typing.user) \(typing.channel) \(typing.isTyping)")
        }

        mutating func pass(_ duration: Int) {
            let end = milliseconds + duration
            while let next = gate.next(limits)?.milliseconds(since: PresenceWorld.start), next <= end {
                milliseconds = next
                for typing in gate.advance(to: now, limits) { note(typing) }
            }
            milliseconds = end
        }
    }

    @Test func `who goes on typing is told of every three seconds at most`() {
        var world = World()
        for _ in 0..<10 {
            world.say(true)
            world.pass(1_000)
        }
        #expect(world.told == ["0 108 205 true", "3000 108 205 true", "6000 108 205 true", "9000 108 205 true"])
        world.pass(20_000)
        #expect(world.told.count == 4)
        #expect(world.gate.count == 0)
    }

    @Test func `that somebody has stopped is told when the while is over`() {
        var world = World()
        world.say(true)
        world.pass(1_000)
        world.say(false)
        world.pass(20_000)
        #expect(world.told == ["0 108 205 true", "3000 108 205 false"])
        #expect(world.gate.count == 0)
    }

    @Test func `it is told at once after the while, as long as it is shown`() {
        var world = World()
        world.say(true)
        world.pass(5_000)
        world.say(false)
        #expect(world.told == ["0 108 205 true", "5000 108 205 false"])
        world.pass(1_000)
        world.say(true)
        world.pass(20_000)
        #expect(world.told.last == "8000 108 205 true")
        world.say(false)
        #expect(world.told.count == 3, "nobody shows it any more")
    }

    @Test func `who was not typing has not stopped`() {
        var world = World()
        world.say(false)
        world.pass(20_000)
        #expect(world.told.isEmpty)
        #expect(world.gate.count == 0)
    }

    @Test func `who stops and goes on within the while is not told of again`() {
        var world = World()
        world.say(true)
        world.pass(1_000)
        world.say(false)
        world.say(true)
        world.pass(20_000)
        #expect(world.told == ["0 108 205 true"])
    }

    @Test func `users and channels are told of by themselves`() {
        var world = World()
        world.say(true)
        world.say(true, People.bob)
        world.say(true, in: "206")
        world.say(true)
        #expect(world.told == ["0 108 205 true", "0 109 205 true", "0 108 206 true"])
    }

    @Test(arguments: 1...100) func `whatever is typed, events are far apart and the last word is told`(seed: UInt64) {
        var random = RandomSource(seed: seed), world = World()
        var saidLast = false, saidAt = 0, times: [Int] = [], words: [Bool] = []
        for _ in 0..<300 {
            let before = world.told.count
            if Int.random(in: 0..<3, using: &random) == 0 {
                saidLast = Bool.random(using: &random)
                saidAt = world.milliseconds
                world.say(saidLast)
            }
            world.pass(Int.random(in: 0...1_500, using: &random))
            for line in world.told[before...] {
                times.append(Int(line.prefix { $0 != " " }) ?? 0)
                words.append(line.hasSuffix("true"))
            }
        }
        world.pass(10_000)
        for line in world.told[times.count...] {
            times.append(Int(line.prefix { $0 != " " }) ?? 0)
            words.append(line.hasSuffix("true"))
        }
        for (one, other) in zip(times, times.dropFirst()) { #expect(other - one >= 3_000) }
        // Who typed last is shown as typing; who stopped last is not, or is not for long.
        if saidLast {
            #expect(words.last == true && (times.last ?? 0) > saidAt - 3_000)
        } else {
            #expect(words.last != true || (times.last ?? 0) + 6_000 <= saidAt)
        }
        #expect(world.gate.count == 0)
    }
}
