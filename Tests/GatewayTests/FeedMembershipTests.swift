import Base
import Testing

@testable import Gateway

/// Drives a feed by chance while its user is taken out of channels and comes back, and while the log is ahead of what
/// the feed has heard of. A client that goes by what it is sent finds every log dense, and its own log first.
@Suite("Feed, while its user comes and goes") struct FeedMembershipTests {
    /// What happened, in the order of its commits.
    private enum Happening {
        case event(ChannelID, Int64)
        /// On one's own log, at a place of it.
        case removed(ChannelID, Int64)
        /// On one's own log; the channel's log stood at the last number.
        case added(ChannelID, Int64, Int64)
        /// On one's own log, as it is read by who is out of the channel that it told of.
        case hidden(Int64)
    }

    /// What a client makes of what it is sent.
    private struct Client {
        var cursors: [ChannelID: Int64] = [:]
        var personalSeq: Int64 = 0
        var faults: [String] = []
        /// While a resume is replayed, its answer will tell of memberships.
        var isReplaying = false

        mutating func take(_ happening: Happening) {
            switch happening {
            case .event(let channel, let seq):
                guard let cursor = cursors[channel] else { return faults.append("a stranger hears \(channel) \(seq)") }
                if seq != cursor + 1 { faults.append("\(channel) goes from \(cursor) to \(seq)") }
                cursors[channel] = seq
            case .removed(let channel, let seq):
                step(to: seq)
                if !isReplaying { cursors[channel] = nil }
            case .added(let channel, let seq, let head):
                step(to: seq)
                if !isReplaying { cursors[channel] = head }
            case .hidden(let seq):
                step(to: seq)
            }
        }

        private mutating func step(to seq: Int64) {
            if seq != personalSeq + 1 { faults.append("the own log goes from \(personalSeq) to \(seq)") }
            personalSeq = seq
        }
    }

    private struct World {
        var random: RandomSource
        var feed = Feed(heldBytesMax: 100)
        var client = Client()
        let own = ChannelID.personal(People.ann)
        let channels: [ChannelID]

        // The log, and who may read it.
        var happened: [Happening] = []
        var heads: [ChannelID: Int64] = [:]
        var personalHead: Int64 = 0
        var joined: Set<ChannelID> = []

        // The handler.
        var heardCount = 0
        var listening: Set<ChannelID> = []
        var queued = 0
        var asked: Feed.Range?
        /// What was read, on its way back; without happenings the user was found to be no member.
        var arriving: (range: Feed.Range, through: Int64, [Happening]?)?
        var replaying: [Feed.Range] = []
        var isReplaying: Bool

        // What came about.
        var gone = 0
        var backAgain = 0
        var hidden = 0

        init(seed: UInt64) {
            random = RandomSource(seed: seed)
            channels = (1...3).compactMap { ChannelID(rawValue: $0) }
            joined = Set(channels)
            listening = joined
            isReplaying = seed.isMultiple(of: 3)
            for channel in channels { client.cursors[channel] = 0 }
            guard isReplaying else { return }
            for _ in 0..<20 { happen(amongMembers: true) }
            heardCount = happened.count
            client.isReplaying = true
            replaying = channels.map { Feed.Range(channel: $0, after: 0, through: heads[$0, default: 0]) }
            feed.hold()
            goOn()
        }

        private func frame(_ index: Int) -> [UInt8] {
            [UInt8(index >> 16 & 0xFF), UInt8(index >> 8 & 0xFF), UInt8(index & 0xFF)]
                + [UInt8](repeating: 0, count: 17)
        }

        mutating func happen(amongMembers: Bool = false) {
            guard let channel = channels.randomElement(using: &random) else { return }
            if amongMembers || Int.random(in: 0..<3, using: &random) > 0 {
                heads[channel, default: 0] += 1
                happened.append(.event(channel, heads[channel, default: 0]))
            } else if joined.remove(channel) != nil {
                personalHead += 1
                happened.append(.removed(channel, personalHead))
            } else {
                personalHead += 1
                joined.insert(channel)
                happened.append(.added(channel, personalHead, heads[channel, default: 0]))
            }
        }

        /// The handler hears of what was committed some time ago.
        mutating func hear() {
            guard heardCount < happened.count else { return }
            let index = heardCount
            heardCount += 1
            switch happened[index] {
            case .event(let channel, let seq):
                if listening.contains(channel) { offer(index, channel, seq) }
            case .removed(let channel, let seq):
                offer(index, own, seq)
                listening.remove(channel)
                if feed.next?.channel == channel || asked?.channel == channel { backAgain += 1 }
                feed.leave(channel)
            case .added(let channel, let seq, _):
                offer(index, own, seq)
                listening.insert(channel)
                feed.join(channel, at: seq)
            case .hidden: return
            }
        }

        private mutating func offer(_ index: Int, _ channel: ChannelID, _ seq: Int64) {
            if feed.offer(frame(index), channel, seq, hasRoom: queued < 10) { deliver(happened[index]) }
        }

        private mutating func deliver(_ happening: Happening) {
            queued += 1
            client.take(happening)
        }

        mutating func drain() {
            queued = Int.random(in: 0...queued, using: &random)
            guard queued < 5 else { return }
            if !isReplaying { feed.catchUp() }
            goOn()
        }

        mutating func goOn() {
            guard asked == nil, arriving == nil, queued < 10 else { return }
            if isReplaying {
                guard let range = replaying.last else { return finishReplay() }
                return ask(range)
            }
            guard !feed.isBehind, !feed.isLive else { return }
            if let range = feed.next { return ask(range) }
            for frame in feed.finish() { deliver(happened[Int(frame[0]) << 16 | Int(frame[1]) << 8 | Int(frame[2])]) }
        }

        private mutating func ask(_ range: Feed.Range) {
            asked = range
            feed.asks(for: range.channel)
        }

        private mutating func finishReplay() {
            isReplaying = false
            client.isReplaying = false
            if feed.isBehind { feed.catchUp() }
            goOn()
        }

        /// The log is read as it is now, which the handler may not have heard of yet.
        mutating func read() {
            guard let range = asked, arriving == nil else { return }
            guard range.channel == own || joined.contains(range.channel) else {
                arriving = (range, range.through, nil)
                return
            }
            let last = min(range.through, range.after + Int64.random(in: 1...10, using: &random))
            let part: [Happening] = happened.filter {
                switch $0 {
                case .event(let channel, let seq):
                    channel == range.channel && seq > range.after && seq <= last
                case .removed(_, let seq), .added(_, let seq, _):
                    range.channel == own && seq > range.after && seq <= last
                case .hidden: false
                }
            }
            .map { happening in
                if case .added(let channel, let seq, _) = happening, !joined.contains(channel) { return .hidden(seq) }
                return happening
            }
            arriving = (range, last, part)
        }

        mutating func arrive() {
            guard let (range, through, part) = arriving else { return }
            (arriving, asked) = (nil, nil)
            for happening in part ?? [] {
                deliver(happening)
                guard case .hidden(let seq) = happening else { continue }
                hidden += 1
                feed.hid(seq...seq)
            }
            if part == nil {
                gone += 1
                feed.gone(from: range.channel)
            }
            if isReplaying {
                replaying.removeLast()
                if through < range.through {
                    replaying.append(Feed.Range(channel: range.channel, after: through, through: range.through))
                }
            } else if part != nil {
                feed.sent(range.channel, through: through)
            }
            goOn()
        }

        mutating func step() {
            switch Int.random(in: 0..<12, using: &random) {
            case ..<4: happen()
            case ..<8: hear()
            case ..<9: drain()
            case ..<10: read()
            default: arrive()
            }
        }

        /// Nothing more happens, and the socket takes everything.
        mutating func settle() {
            for _ in 0..<100_000 where !feed.isLive || asked != nil || heardCount < happened.count {
                hear()
                queued = 0
                drain()
                read()
                arrive()
            }
        }
    }

    private func run(seed: UInt64) -> World {
        var world = World(seed: seed)
        for _ in 0..<3_000 { world.step() }
        world.settle()
        return world
    }

    @Test(arguments: 1...300) func `every log is dense for who goes by what is sent`(seed: UInt64) {
        let world = run(seed: seed)
        #expect(world.client.faults.prefix(3) == [])
        #expect(world.feed.isLive)
        #expect(Set(world.client.cursors.keys) == world.joined)
        for channel in world.joined { #expect(world.client.cursors[channel] == world.heads[channel, default: 0]) }
    }

    @Test func `every race is run often`() {
        let worlds = (1...300).map { run(seed: $0) }
        #expect(worlds.count { $0.gone > 0 } > 200)
        #expect(worlds.count { $0.backAgain > 0 } > 200)
        #expect(worlds.count { $0.hidden > 0 } > 200)
    }
}
