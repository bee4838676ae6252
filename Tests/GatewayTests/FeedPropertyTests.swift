import Base
import Testing

@testable import Gateway

/// Drives a feed as the handler does, by chance: events happen, the socket's queue fills and drains, parts of the log
/// are read. Whatever happens, the socket gets each channel's events once and in order.
@Suite("Feed, whatever happens") struct FeedPropertyTests {
    private struct World {
        var random: RandomSource
        var feed = Feed(heldBytesMax: 400)
        let channels: [ChannelID]
        /// The last event of each channel.
        var heads: [ChannelID: Int64] = [:]
        var received: [ChannelID: [Int64]] = [:]
        /// Events in the socket's queue.
        var queued = 0
        let queueMax = 20
        /// A part of the log on its way: what was asked for.
        var reading: Feed.Range?
        var wasBehind = 0
        var fellBack = 0
        var heldMost = 0

        /// Of ten things that happen, so many are events.
        let pace: Int

        init(seed: UInt64) {
            random = RandomSource(seed: seed)
            pace = Int.random(in: 2...9, using: &random)
            channels = (1...5).compactMap { ChannelID(rawValue: $0) }
        }

        mutating func deliver(_ channel: ChannelID, _ seq: Int64) {
            received[channel, default: []].append(seq)
            queued += 1
        }

        /// A frame that says what it is.
        private func frame(_ channel: ChannelID, _ seq: Int64) -> [UInt8] {
            [UInt8(channel.rawValue), UInt8(seq >> 16 & 0xFF), UInt8(seq >> 8 & 0xFF), UInt8(seq & 0xFF)]
                + [UInt8](repeating: 0, count: 16)
        }

        mutating func happen() {
            guard let channel = channels.randomElement(using: &random) else { return }
            let seq = heads[channel, default: 0] + 1
            heads[channel] = seq
            let wasCatchingUp = !feed.isLive && !feed.isBehind
            if feed.offer(frame(channel, seq), channel, seq, hasRoom: queued < queueMax) { deliver(channel, seq) }
            if feed.isBehind { wasBehind += 1 }
            if wasCatchingUp, feed.isBehind { fellBack += 1 }
        }

        /// The socket takes some of its queue; told so, the handler goes on.
        mutating func drain() {
            queued = Int.random(in: 0...queued, using: &random)
            guard queued < queueMax / 2 else { return }
            feed.catchUp()
            goOn()
        }

        mutating func goOn() {
            guard reading == nil, queued < queueMax, !feed.isBehind, !feed.isLive else { return }
            if let range = feed.next {
                reading = range
            } else {
                let frames = feed.finish()
                heldMost = max(heldMost, frames.reduce(0) { $0 + $1.count })
                for frame in frames {
                    guard let channel = ChannelID(rawValue: Int64(frame[0])) else { continue }
                    deliver(channel, Int64(frame[1]) << 16 | Int64(frame[2]) << 8 | Int64(frame[3]))
                }
            }
        }

        /// The log gives a part of what was asked for, at least one event.
        mutating func read() {
            guard let range = reading else { return }
            reading = nil
            let last = min(range.through, range.after + Int64.random(in: 1...10, using: &random))
            for seq in range.after + 1...last { deliver(range.channel, seq) }
            feed.sent(range.channel, through: last)
            goOn()
        }

        mutating func step() {
            if Int.random(in: 0..<10, using: &random) < pace {
                happen()
            } else if Bool.random(using: &random) {
                drain()
            } else {
                read()
            }
        }

        /// Nothing more happens, and the socket takes everything.
        mutating func settle() {
            for _ in 0..<100_000 where !feed.isLive || reading != nil {
                queued = 0
                feed.catchUp()
                goOn()
                read()
            }
        }
    }

    private func run(seed: UInt64) -> World {
        var world = World(seed: seed)
        if seed.isMultiple(of: 3) { world.feed.hold() }
        for _ in 0..<2_000 { world.step() }
        world.settle()
        return world
    }

    @Test(arguments: 1...200) func `each event arrives once and in order, and little is held`(seed: UInt64) {
        let world = run(seed: seed)
        #expect(world.feed.isLive)
        for channel in world.channels {
            #expect(world.received[channel] ?? [] == Array(1...(world.heads[channel] ?? 0)))
        }
        #expect(world.heldMost <= 400)
    }

    @Test func `every road is taken often`() {
        let worlds = (1...200).map { run(seed: $0) }
        #expect(worlds.count { $0.wasBehind > 0 } > 100)
        #expect(worlds.count { $0.fellBack > 0 } > 50)
        #expect(worlds.count { $0.heldMost > 0 } > 100)
    }
}
