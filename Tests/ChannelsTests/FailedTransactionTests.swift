import Base
import Channels
import TestSupport
import Testing

@Suite("A failed transaction") struct FailedTransactionTests {
    /// Commands that touch everything the ledger keeps in memory, over channels that are partly there already.
    private static func batch(_ direct: ChannelID, _ group: ChannelID) -> [Proposal] {
        let ann = World.ann, bob = World.bob, cat = World.cat
        func send(_ name: String, _ channel: ChannelID, _ user: UserID) -> Proposal {
            Proposal(
                user: user,
                command: .sendMessage(
                    SendMessage(channel: channel, clientMessageID: ClientMessageID(name), text: Array(name.utf8))))
        }
        return [
            send("b1", direct, ann), send("b2", group, bob), send("b1", direct, ann),
            Proposal(user: bob, command: .markRead(MarkRead(channel: direct, messageNumber: 99))),
            Proposal(user: ann, command: .openDirect(OpenDirect(peer: .id(cat)))),
            Proposal(user: cat, command: .createChannel(CreateChannel(name: "new", members: [ann, bob]))),
            send("b3", World.direct(ann, cat), cat), Proposal(user: bob, command: .listChannels),
        ]
    }

    private static func prepared() throws -> (world: World, direct: ChannelID, group: ChannelID) {
        var world = World()
        let direct = try world.openDirect(World.ann, World.bob)
        let group = try world.group([World.bob, World.cat], by: World.ann)
        _ = try world.send("first", as: "first", in: direct, by: World.ann)
        for user in [World.ann, World.bob, World.cat] { _ = try world.attendance(of: user) }
        return (world, direct, group)
    }

    private static func run(_ batch: [Proposal], in world: inout World) throws(StoreFailure) -> [Decision] {
        try world.ledger.store.begin()
        var decisions: [Decision] = []
        for proposal in batch { decisions.append(try world.ledger.decide(proposal, at: world.now)) }
        try world.ledger.store.commit()
        return decisions
    }

    @Test(arguments: [StoreFailure.full, .broken("in doubt")])
    func `leaves no trace, whichever call failed`(failure: StoreFailure) throws {
        var call = 0, failures = 0
        while true {
            call += 1
            var (world, direct, group) = try Self.prepared()
            let before = world.ledger.store.committed
            let batch = Self.batch(direct, group)
            world.ledger.store.plannedFailure = .init(call: call, failure: failure)
            do throws(StoreFailure) {
                _ = try Self.run(batch, in: &world)
                break
            } catch {
                #expect(error == failure)
                failures += 1
            }
            world.ledger.store.rollback()
            world.ledger.forget()
            #expect(world.ledger.store.committed == before)

            // The same batch again comes to what it comes to where nothing failed, number for number.
            var fresh = world
            fresh.ledger = Ledger(store: world.ledger.store, limits: World.unlimited)
            let again = try Self.run(batch, in: &world), expected = try Self.run(batch, in: &fresh)
            #expect(again == expected, "after a failure at call \(call)")
            #expect(world.ledger.store.committed == fresh.ledger.store.committed)
        }
        #expect(failures > 20, "the batch reached the store \(failures) times only")
    }

    @Test func `gives back the numbers that it had taken`() throws {
        var (world, direct, _) = try Self.prepared()
        world.ledger.store.plannedFailure = .init(call: 4, failure: .full)
        #expect(throws: StoreFailure.full) { _ = try world.send("lost", as: "lost", in: direct, by: World.bob) }
        world.ledger.store.rollback()
        world.ledger.forget()
        let next = try world.send("kept", as: "kept", in: direct, by: World.bob).sent().message
        #expect((next.number, next.seq) == (2, 3))
        let retry = try world.send("lost", as: "lost", in: direct, by: World.bob).sent()
        #expect((retry.message.number, retry.isDuplicate) == (3, false))
    }

    @Test func `memory that is given up is read again as it was`() throws {
        var limits = World.unlimited
        limits.channelsInMemoryMax = 0
        var (world, direct, group) = try Self.prepared()
        var small = world
        small.ledger = Ledger(store: world.ledger.store, limits: limits)
        for proposal in Self.batch(direct, group) {
            let trimmed = try small.ask(proposal.command, as: proposal.user)
            #expect(try world.ask(proposal.command, as: proposal.user) == trimmed)
            small.ledger.trim(at: Timestamp(milliseconds: 0))
        }
        #expect(small.ledger.store.committed == world.ledger.store.committed)
    }
}
