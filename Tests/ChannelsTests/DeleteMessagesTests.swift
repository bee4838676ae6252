import Base
import Channels
import TestSupport
import Testing

@Suite("DeleteMessages") struct DeleteMessagesTests {
    private let ann = World.ann, bob = World.bob, cat = World.cat

    private func world(messages count: Int, by user: UserID = World.ann) throws -> (world: World, channel: ChannelID) {
        var world = World()
        let channel = try world.group([bob, cat], by: ann)
        for index in 0..<count { _ = try world.say("text \(index)", in: channel, by: user) }
        return (world, channel)
    }

    @Test func `for all leaves number, sender and time, and tells everybody`() throws {
        var (world, channel) = try world(messages: 3)
        _ = try world.react("x", to: 2, in: channel, by: bob)
        _ = try world.pin(2, in: channel, by: ann)
        world.now.milliseconds += 1
        let decision = try world.delete(2...2, in: channel, by: ann)
        let stored = world.ledger.store.committed, left = try #require(world.stored(2, in: channel))
        #expect(left.isDeleted && left.text == [] && left.sender == ann && left.details.deletedAt == world.now)
        #expect(try decision.deleted() == (stored.heads[channel]?.seq, nil))
        #expect(
            try decision.data(of: .messageDeleted) == #"{"message_numbers":[[2,2]],"scope":"all","by":"1"}"#)
        #expect(stored.reactions.isEmpty && stored.pins.isEmpty)
        #expect(stored.channels[channel]?.deleted.ranges == [2...2])
        #expect(try world.unread(in: channel, by: bob) == [2, 0])
    }

    @Test func `for all of what is gone changes nothing and tells nobody`() throws {
        var (world, channel) = try world(messages: 5)
        let first = try world.delete(2...4, in: channel, by: ann)
        let before = world.ledger.store.committed
        for range in [2...4, 3...3, 2...3] as [ClosedRange<Int64>] {
            let again = try world.delete(range, in: channel, by: ann)
            #expect(try again.deleted().seq == first.deleted().seq)
            #expect(again.events.isEmpty)
        }
        #expect(world.ledger.store.committed == before)
        // Of a range, only what is left.
        #expect(try world.delete(1...5, in: channel, by: ann).data(of: .messageDeleted).contains("[[1,1],[5,5]]"))
        #expect(world.ledger.store.committed.channels[channel]?.deleted.ranges == [1...5])
    }

    @Test func `for all is for one's own messages, and for those of others where one moderates`() throws {
        var (world, channel) = try world(messages: 2, by: bob)
        _ = try world.say("cat's", in: channel, by: cat)
        #expect(try world.delete(3...3, in: channel, by: bob).code == .permissionDenied)
        #expect(try world.delete(1...3, in: channel, by: bob).code == .permissionDenied, "one of them is not bob's")
        #expect(world.ledger.store.committed.channels[channel]?.deleted.isEmpty == true)
        _ = try world.delete(1...1, in: channel, by: bob).deleted()
        _ = try world.setRole(.admin, of: cat, in: channel, by: ann)
        _ = try world.delete(1...3, in: channel, by: cat).deleted()
        #expect(world.ledger.store.committed.channels[channel]?.deleted.ranges == [1...3])
        _ = try world.say("more", in: channel, by: bob)
        _ = try world.setRole(.reader, of: bob, in: channel, by: ann)
        #expect(try world.delete(4...4, in: channel, by: bob).code == .permissionDenied, "a reader hides at most")
        _ = try world.hide(4, in: channel, by: bob).deleted()
    }

    @Test func `for all in a direct channel is for who sent it`() throws {
        var world = World()
        let channel = try world.openDirect(ann, bob)
        _ = try world.say("ann's", in: channel, by: ann)
        #expect(try world.delete(1...1, in: channel, by: bob).code == .permissionDenied)
        _ = try world.delete(1...1, in: channel, by: ann).deleted()
    }

    @Test func `for me is told on one's own log alone, and hides the message from nobody else`() throws {
        var (world, channel) = try world(messages: 3)
        let seq = world.ledger.store.committed.heads[channel]?.seq
        let decision = try world.delete(2...3, for: .me, in: channel, by: bob)
        #expect(try decision.deleted() == (nil, 2))
        #expect(decision.events.map(\.channel) == [.personal(bob)])
        #expect(try decision.data(of: .messageHidden) == #"{"channel":"1","message_numbers":[[2,3]]}"#)
        #expect(try world.unread(in: channel, by: bob) == [1, 0])
        #expect(try world.unread(in: channel, by: cat) == [3, 0])
        #expect(world.ledger.store.committed.heads[channel]?.seq == seq)
        let again = try world.delete(2...3, for: .me, in: channel, by: bob)
        #expect(try again.deleted() == (nil, 2))
        #expect(again.events.isEmpty)
        #expect(try world.delete(1...9, for: .me, in: channel, by: bob).data(of: .messageHidden).contains("[[1,1]]"))
    }

    @Test func `for all takes what one has hidden as well, and nothing is counted twice`() throws {
        var (world, channel) = try world(messages: 4)
        _ = try world.hide(2, in: channel, by: ann)
        _ = try world.delete(2...3, for: .me, in: channel, by: bob)
        let decision = try world.delete(1...3, in: channel, by: ann)
        #expect(try decision.data(of: .messageDeleted).contains("[[1,3]]"))
        for user in [bob, cat] { #expect(try world.unread(in: channel, by: user) == [1, 0]) }
        #expect(try world.forgetting { try $0.summary(of: channel, for: bob) }.unread == 1)
        #expect(world.stored(2, in: channel)?.isDeleted == true)
        #expect(try world.hide(2, in: channel, by: cat).events.isEmpty, "what is gone cannot be hidden")
    }

    @Test func `takes mentions with it`() throws {
        var (world, channel) = try world(messages: 0)
        for _ in 1...3 { _ = try world.say("@bob @cat", in: channel, by: ann) }
        _ = try world.hide(1, in: channel, by: bob)
        #expect(try world.unread(in: channel, by: bob) == [2, 2])
        _ = try world.delete(2...2, in: channel, by: ann)
        #expect(try world.unread(in: channel, by: bob) == [1, 1])
        #expect(try world.unread(in: channel, by: cat) == [2, 2])
        #expect(world.ledger.store.committed.channels[channel]?.mentions == [bob: [3], cat: [1, 3]])
    }

    @Test func `finds no single message that was never there, and takes of a range what is there`() throws {
        var (world, channel) = try world(messages: 2)
        for scope in DeleteMessages.Scope.allCases {
            for number: Int64 in [3, .max] {
                #expect(try world.delete(number...number, for: scope, in: channel, by: ann).code == .notFound)
            }
            #expect(try world.delete(3...9, for: scope, in: channel, by: ann).events.isEmpty)
            #expect(try world.delete(1...1, for: scope, in: channel, by: World.dan).code == .notFound)
        }
        _ = try world.delete(1...Int64.max, in: channel, by: ann).deleted()
        #expect(world.ledger.store.committed.channels[channel]?.deleted.ranges == [1...2])
    }

    @Test func `takes no more at once than it may`() throws {
        var limits = World.unlimited
        limits.deleteMessagesMax = 2
        var world = World(limits)
        let channel = try world.openDirect(ann, bob)
        for index in 1...4 { _ = try world.say("\(index)", in: channel, by: ann) }
        #expect(try world.delete(1...3, in: channel, by: ann).pointers == ["/message_numbers"])
        #expect(
            try world.delete(1...1, 3...3, in: channel, by: ann).data(of: .messageDeleted).contains("[[1,1],[3,3]]"))
        _ = try world.delete(1...4, in: channel, by: ann).deleted()
        func fault(_ ranges: [ClosedRange<Int64>]) -> Bool {
            let delete = DeleteMessages(channel: channel, ranges: ranges, scope: .all)
            do throws(Rejection) { try delete.validate(within: limits) } catch { return true }
            return false
        }
        #expect(fault([]) && fault([0...1]) && fault(Array(repeating: 1...1, count: limits.deleteRangesMax + 1)))
        #expect(!fault(Array(repeating: 1...1, count: limits.deleteRangesMax)))
    }
}
