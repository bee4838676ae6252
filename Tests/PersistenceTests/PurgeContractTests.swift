import Base
import Channels
import TestSupport
import Testing

@testable import Persistence

@Suite("Every store that takes away") struct PurgeContractTests {
    private let ann = Shelf.ann, bob = Shelf.bob
    private let direct = ChannelState.direct(Shelf.ann, Shelf.bob)
    /// Those in which everything is indexed: what is not is not taken away.
    private static let keepings: [Keeping] = [.memory, .indexed, .indexedAndCrashed]

    /// A channel of ten messages; the n-th is at 10 n milliseconds.
    private func prepared(_ keeping: Keeping) throws -> (shelf: Shelf, facts: Facts) {
        let shelf = try Shelf(keeping)
        var facts = Facts(direct), deleted = NumberRanges(), hidden = NumberRanges()
        try shelf.commit { store in
            try store.insert(.new(direct, [ann, bob]))
            for number in 1...10 {
                let event = facts.message("text \(number)", as: "\(number)", by: ann)
                try store.append(event, head: facts.head)
            }
            for number: Int64 in [2, 5] {
                _ = try store.setReaction("x", of: bob, to: number, in: direct, isAdded: true, at: Shelf.start)
                _ = try store.setPin(of: number, in: direct, isPinned: true, by: ann, at: Shelf.start)
                try store.addMention(of: bob, by: number, in: direct)
            }
            try store.changeDeleted(deleted.insert(1...1), in: direct)
            try store.changeDeleted(deleted.insert(3...6), in: direct)
            try store.changeHidden(hidden.insert(2...2), of: bob, in: direct)
            try store.changeHidden(hidden.insert(4...8), of: bob, in: direct)
        }
        try shelf.settle()
        return (shelf, facts)
    }

    private func time(of seq: Int64) -> Timestamp { Timestamp(milliseconds: Shelf.start.milliseconds + seq * 10) }

    private func purge(_ shelf: Shelf, before time: Timestamp, limit: Int) throws -> LogPlace? {
        var place: LogPlace?
        try shelf.commit { store in place = try store.purge(direct, before: time, limit: limit)?.place }
        try shelf.settle()
        return place
    }

    @Test(arguments: keepings) func `takes the oldest, with all that hung on them`(keeping: Keeping) throws {
        let (shelf, facts) = try prepared(keeping)
        #expect(try purge(shelf, before: time(of: 1), limit: 9) == nil)
        #expect(try purge(shelf, before: time(of: 5), limit: 9) == LogPlace(seq: 4, number: 4))
        #expect(try shelf.store.messages(1...10, in: direct) == Array(facts.messages[4...]))
        let state = try #require(try shelf.store.channel(direct))
        #expect(state.purged == LogPlace(seq: 4, number: 4))
        #expect(state.head == facts.head)
        #expect(state.deleted.ranges == [5...6])
        #expect(state.hidden[bob]?.ranges == [5...8])
        #expect(state.mentions == [bob: [5]])
        #expect(try shelf.store.pinCount(in: direct, besides: 0) == 1)
        #expect(try shelf.store.reactionKinds(of: 2, in: direct, including: "x").count == 0)
        #expect(try shelf.store.reactionKinds(of: 5, in: direct, including: "x").count == 1)
        func found(_ name: String) throws -> Message? {
            try shelf.store.message(
                sentAs: RetryKey(channel: direct, sender: ann, clientMessageID: ClientMessageID(name)))
        }
        #expect(try found("4") == nil)
        #expect(try found("5") == facts.messages[4])
        #expect(try purge(shelf, before: time(of: 5), limit: 9) == nil)
    }

    @Test(arguments: keepings) func `takes no more than it is told, and goes on from there`(keeping: Keeping) throws {
        var (shelf, facts) = try prepared(keeping)
        #expect(try purge(shelf, before: time(of: 9), limit: 3)?.seq == 3)
        #expect(try purge(shelf, before: time(of: 9), limit: 3)?.seq == 6)
        #expect(try purge(shelf, before: time(of: 9), limit: 3)?.seq == 8)
        #expect(try purge(shelf, before: time(of: 99), limit: 99)?.seq == 10)
        #expect(try shelf.store.channel(direct)?.head == facts.head)
        try shelf.commit { store in
            let event = facts.message("next", as: "1", by: bob)
            try store.append(event, head: facts.head)
        }
        try shelf.settle()
        #expect(try shelf.store.message(11, in: direct) == facts.messages[10], "no place is given twice")
        #expect(try shelf.store.head(of: direct) == facts.head)
    }

    @Test(arguments: keepings) func `takes nothing in a transaction that is rolled back`(keeping: Keeping) throws {
        let (shelf, facts) = try prepared(keeping)
        let before = try shelf.store.channel(direct)
        try shelf.store.begin()
        _ = try shelf.store.purge(direct, before: time(of: 9), limit: 9)
        shelf.store.rollback()
        #expect(try shelf.store.channel(direct) == before)
        #expect(try shelf.store.messages(1...10, in: direct) == facts.messages)
    }

    @Test(arguments: Keeping.allCases) func `looks for what is too old where something may be`(keeping: Keeping) throws
    {
        let shelf = try Shelf(keeping)
        var profile = ChannelProfile(name: "short")
        profile.retentionSeconds = 5
        try shelf.commit { store in
            for number: Int64 in 1...6 {
                try store.insert(.new(ChannelState.group(number), [ann]))
                if number % 2 == 0 { try store.update(ChannelState.group(number), profile, at: Shelf.start) }
            }
        }
        try shelf.settle()
        #expect(try shelf.store.channelsToPurge(after: 0, limit: 9).map(\.id.rawValue) == [2, 4, 6])
        #expect(try shelf.store.channelsToPurge(after: 2, limit: 1).map(\.id.rawValue) == [4])
        #expect(try shelf.store.channelsToPurge(after: 6, limit: 1).isEmpty)
    }
}
