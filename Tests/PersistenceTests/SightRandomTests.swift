import Base
import Channels
import TestSupport
import Testing

@testable import Persistence

/// The same commands to two ledgers, one of which keeps everything in memory where a slow reader looks it up.
@Suite("Random logs") struct SightRandomTests {
    private struct Pair {
        var scene: Scene
        var memory: Ledger<MemoryChannelStore>
        var random: RandomSource

        init(seed: UInt64) throws {
            scene = try Scene()
            guard let store = try Shelf(.memory).store as? MemoryChannelStore else { throw Mismatch() }
            memory = Ledger(store: store, limits: House.limits)
            random = RandomSource(seed: seed)
        }

        /// Has a few commands decided in one transaction.
        mutating func hold(_ proposals: [Proposal], _ note: Comment) throws {
            try scene.ledger.store.begin()
            try memory.store.begin()
            for proposal in proposals {
                scene.now.milliseconds += 200
                let given = try scene.ledger.decide(proposal, at: scene.now)
                let expected = try memory.decide(proposal, at: scene.now)
                #expect(given.comparable == expected.comparable, "\(note), \(proposal)")
            }
            try scene.ledger.store.commit()
            try memory.store.commit()
        }

        /// Takes away what is too old, from a log that is indexed as a whole.
        mutating func purge() throws {
            try scene.index()
            try scene.purge()
            try memory.store.begin()
            while try memory.purge(at: scene.now) {}
            try memory.store.commit()
        }

        mutating func compare(_ channel: ChannelID, for user: UserID, _ note: Comment) throws {
            let slow = SlowReader(content: memory.store.committed)
            let head = memory.store.committed.heads[channel]?.seq ?? 0
            for _ in 1...3 {
                let after = Int64.random(in: 0...head + 1, using: &random)
                let last = [.max, head, after + 2].randomElement(using: &random) ?? head
                let limit = Int.random(in: 1...12, using: &random)
                let found = try scene.reader.events(
                    of: channel, for: user, after: after, through: last, limit: limit, bytesMax: .max)
                let wanted = slow.events(of: channel, for: user, after: after, through: last, limit: limit)
                #expect(found?.events.map(\.withoutFingerprint) == wanted?.events, note)
                #expect(found?.hasMore == wanted?.hasMore, note)
                guard let found, !found.events.isEmpty else { continue }
                let places = found.events.flatMap { Array($0.seq...$0.lastSeq) }
                #expect(places.first == after + 1 && places == Array(after + 1...(places.last ?? 0)), note)
                if !found.hasMore { #expect(places.last == min(head, last), note) }
            }
            try compareHistory(slow, channel, for: user, note)
        }

        private mutating func compareHistory(
            _ slow: SlowReader, _ channel: ChannelID, for user: UserID, _ note: Comment
        ) throws {
            let views = slow.views(of: channel, for: user)
            for _ in 1...3 {
                let number = Int64.random(in: 1...30, using: &random), limit = Int.random(in: 1...9, using: &random)
                let positions: [HistoryPosition] = [.newest, .before(number), .after(number), .around(number)]
                let position = positions.randomElement(using: &random) ?? .newest
                let found = try scene.reader.messages(of: channel, for: user, at: position, limit: limit)
                guard let views else {
                    #expect(found == nil, note)
                    continue
                }
                let wanted = ExpectedPages.page(of: views.map(\.message.number), at: position, limit: limit)
                #expect(found?.messages.map(\.message.number) == wanted.numbers, "\(note), \(position), \(limit)")
                #expect(found?.hasMore == wanted.hasMore, "\(note), \(position), \(limit)")
                for view in found?.messages ?? [] { #expect(views.contains(view.comparable), "\(note), \(view)") }
                let one = try scene.reader.message(number, of: channel, for: user)
                #expect(one?.comparable == views.first { $0.message.number == number }, note)
            }
            let pinned = try scene.reader.pinned(in: channel, for: user)
            #expect(pinned?.map(\.comparable) == views?.filter { $0.pinnedAt != nil }, note)
        }
    }

    private struct Mismatch: Error {}

    @Test(arguments: (0..<6).map { UInt64($0 * 4 + 1) })
    func `are read as a slow reader finds them, however much is indexed`(firstSeed: UInt64) throws {
        for seed in firstSeed..<firstSeed + 4 {
            let users = [Shelf.ann, Shelf.bob, Shelf.cat]
            var commands = RandomCommands(seed: seed, users: users), pair = try Pair(seed: seed)
            for round in 1...40 {
                let note: Comment = "seed \(seed), round \(round)"
                try pair.hold((0..<Int.random(in: 1...12, using: &pair.random)).map { _ in commands.next() }, note)
                switch Int.random(in: 0..<8, using: &pair.random) {
                case 0...2: try pair.scene.index(.random(in: 1...30, using: &pair.random))
                case 3: try pair.purge()
                default: break
                }
                let channels = (1...4).map(ChannelState.group) + users.map { .personal($0) }
                let direct = ChannelState.direct(Shelf.ann, Shelf.bob)
                for user in users {
                    try pair.compare(channels.randomElement(using: &pair.random) ?? direct, for: user, note)
                }
                try pair.compare(direct, for: Shelf.ann, note)
            }
        }
    }
}
