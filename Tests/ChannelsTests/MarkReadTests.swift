import Base
import Channels
import TestSupport
import Testing

@Suite("MarkRead") struct MarkReadTests {
    private let ann = World.ann, bob = World.bob

    private func world(messages count: Int) throws -> (world: World, channel: ChannelID) {
        var world = World()
        let channel = try world.openDirect(ann, bob)
        for index in 0..<count { _ = try world.send("m", as: "\(index)", in: channel, by: ann).sent() }
        return (world, channel)
    }

    @Test func `moves the marker forward and counts what is left`() throws {
        var (world, channel) = try world(messages: 5)
        let decision = try world.mark(3, in: channel, by: bob)
        #expect(try decision.marked() == (3, 2))
        #expect(
            decision.notices == [
                .markerMoved(channel: channel, user: bob, readNumber: 3, unread: 2, mentions: 0, membersCount: 2)
            ])
        #expect(decision.events.isEmpty, "a marker is a state, not an event")
        #expect(world.ledger.store.committed.channels[channel]?.members[bob]?.readNumber == 3)
    }

    @Test func `never moves it back, and says nothing when it stands`() throws {
        var (world, channel) = try world(messages: 5)
        _ = try world.mark(4, in: channel, by: bob)
        for number: Int64 in [0, 1, 3, 4] {
            let decision = try world.mark(number, in: channel, by: bob)
            #expect(try decision.marked() == (4, 1))
            #expect(decision.notices.isEmpty)
        }
        #expect(world.ledger.store.committed.channels[channel]?.members[bob]?.readNumber == 4)
    }

    @Test func `never moves it beyond the last message`() throws {
        var (world, channel) = try world(messages: 5)
        #expect(try world.mark(.max, in: channel, by: bob).marked() == (5, 0))
        _ = try world.send("m", as: "new", in: channel, by: ann)
        #expect(try world.ask(.describeChannel(channel), as: bob).described().unread == 1)
    }

    @Test func `moves only one's own`() throws {
        var (world, channel) = try world(messages: 5)
        _ = try world.mark(2, in: channel, by: bob)
        #expect(world.ledger.store.committed.channels[channel]?.members[ann]?.readNumber == 5)
    }

    @Test func `refuses strangers, channels that are not there, and numbers below zero`() throws {
        var (world, channel) = try world(messages: 1)
        #expect(try world.mark(1, in: channel, by: World.cat).rejection == .noSuchChannel)
        #expect(try world.mark(1, in: World.direct(World.dan, bob), by: bob).rejection == .noSuchChannel)
        #expect(try world.mark(-1, in: channel, by: bob).rejection?.code == .validationFailed)
    }
}
