import Base
import Channels
import TestSupport
import Testing

@Suite("CreateChannel") struct CreateChannelTests {
    private let ann = World.ann, bob = World.bob

    private func create(_ members: [UserID], name: String = "group") -> Command {
        .createChannel(CreateChannel(name: name, members: members))
    }

    @Test func `gives the channel to who made it, and lets the others be members`() throws {
        var world = World()
        // Naming somebody twice, or oneself, changes nothing.
        let decision = try world.ask(create([bob, World.cat, bob, ann]), as: ann)
        let summary = try decision.opened()
        #expect(summary.role == .owner)
        #expect(summary.membersCount == 3)
        #expect(summary.name == "group")
        #expect(summary.peer == nil)
        let cards = try world.ask(.listMembers(summary.channel), as: World.cat).members()
        #expect(cards.map(\.user.id) == [ann, bob, World.cat])
        #expect(cards.map(\.member.role) == [.owner, .member, .member])
        #expect(decision.events.map(\.channel) == [summary.channel] + [ann, bob, World.cat].map { .personal($0) })
    }

    @Test func `gives every group a number of its own`() throws {
        var world = World()
        let channels = try (1...5).map { _ in try world.group([bob], by: ann) }
        #expect(Set(channels).count == 5)
    }

    @Test func `refuses a group with somebody who is not there, and writes nothing`() throws {
        var world = World()
        let before = world.ledger.store.committed
        #expect(try world.ask(create([bob, World.user(99)]), as: ann).rejection?.faults.map(\.pointer) == ["/members"])
        #expect(try world.ask(create([bob]), as: World.user(99)).rejection?.code == .notFound)
        #expect(world.ledger.store.committed == before)
    }

    @Test func `takes as many members as are allowed and not one more`() throws {
        var limits = World.unlimited
        limits.channelMembersMax = 3
        var world = World(limits)
        #expect(try world.ask(create([bob, World.cat]), as: ann).opened().membersCount == 3)
        let refused = try world.ask(create([bob, World.cat, World.dan]), as: ann)
        #expect(refused.rejection?.code == .validationFailed)
        #expect(refused.rejection?.faults.map(\.pointer) == ["/members"])
        #expect(world.ledger.store.committed.channels.count == 1)
    }

    @Test func `takes names of every allowed length and no other`() throws {
        var world = World()
        #expect(try world.ask(create([], name: ""), as: ann).rejection?.faults.map(\.pointer) == ["/name"])
        let long = String(repeating: "n", count: Limits().channelNameBytesMax)
        #expect(try world.ask(create([], name: long), as: ann).opened().name == long)
        #expect(try world.ask(create([], name: long + "n"), as: ann).rejection?.faults.map(\.pointer) == ["/name"])
    }
}
