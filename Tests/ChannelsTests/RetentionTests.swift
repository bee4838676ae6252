import Base
import Channels
import TestSupport
import Testing

@Suite("Retention") struct RetentionTests {
    private let ann = World.ann, bob = World.bob

    /// Takes away all that is too old now; how often it had to begin again.
    private func purge(_ world: inout World) throws -> Int {
        var rounds = 1
        try world.ledger.store.begin()
        while try world.ledger.purge(at: world.now) { rounds += 1 }
        try world.ledger.store.commit()
        return rounds
    }

    /// Ten messages, a second apart, in a channel that keeps them for five.
    private func world(_ limits: Limits = World.unlimited) throws -> (world: World, channel: ChannelID) {
        var world = World(limits)
        let channel = try world.group([bob], by: ann)
        _ = try world.update(channel, by: ann) { $0.retentionSeconds = .set(5) }
        for index in 1...10 {
            _ = try world.say(index % 2 == 0 ? "@bob" : "m", in: channel, by: ann)
            world.now.milliseconds += 1_000
        }
        return (world, channel)
    }

    @Test func `takes what is older than it keeps, and forgets what hung on it`() throws {
        var (world, channel) = try world()
        _ = try world.react("x", to: 2, in: channel, by: bob)
        _ = try world.pin(2, in: channel, by: ann)
        _ = try world.delete(3...3, in: channel, by: ann)
        _ = try world.hide(4, in: channel, by: bob)
        #expect(try world.unread(in: channel, by: bob) == [8, 4])
        _ = try purge(&world)
        let stored = world.ledger.store.committed, state = try #require(stored.channels[channel])
        #expect(state.purged.number == 5, "the sixth is five seconds old, and no older")
        #expect(world.log(of: channel).first?.seq == state.purged.seq + 1)
        #expect(stored.reactions.isEmpty && stored.pins.isEmpty && state.deleted.isEmpty && state.hidden.isEmpty)
        for var world in [world, world.forgetful] {
            #expect(try world.unread(in: channel, by: bob) == [5, 3])
            #expect(try world.mark(5, in: channel, by: bob).marked() == (5, 5))
            #expect(try world.react("x", to: 4, in: channel, by: bob).code == .notFound)
            #expect(try world.delete(4...4, in: channel, by: ann).code == .notFound)
            #expect(try world.say("next", in: channel, by: ann).number == 11, "numbers go on")
        }
    }

    @Test func `lets a name be used anew when its message is gone`() throws {
        var world = World()
        let channel = try world.group([bob], by: ann)
        _ = try world.update(channel, by: ann) { $0.retentionSeconds = .set(1) }
        _ = try world.send("old", as: "name", in: channel, by: ann)
        world.now.milliseconds += 1_001
        _ = try purge(&world)
        let again = try world.send("new", as: "name", in: channel, by: ann).sent()
        #expect((again.message.number, again.isDuplicate) == (2, false))
    }

    @Test func `leaves channels alone that keep everything`() throws {
        var world = World()
        let channel = try world.group([bob], by: ann)
        _ = try world.say("kept", in: channel, by: ann)
        world.now.milliseconds += 1_000_000_000
        let before = world.ledger.store.committed
        _ = try purge(&world)
        #expect(world.ledger.store.committed == before)
    }

    @Test func `takes a channel that is gone as a whole`() throws {
        var world = World()
        let channel = try world.group([bob], by: ann)
        for index in 1...5 { _ = try world.say("\(index)", in: channel, by: ann) }
        _ = try world.ask(.deleteChannel(channel), as: ann)
        _ = try purge(&world)
        #expect(world.log(of: channel).isEmpty)
    }

    @Test func `takes little at once and comes back for the rest`() throws {
        var limits = World.unlimited
        limits.purgeEventsMax = 16
        var world = World(limits), channels: [ChannelID] = []
        for _ in 1...40 {
            let channel = try world.group([], by: ann)
            _ = try world.update(channel, by: ann) { $0.retentionSeconds = .set(1) }
            for index in 1...3 { _ = try world.say("\(index)", in: channel, by: ann) }
            channels.append(channel)
        }
        world.now.milliseconds += 2_000
        #expect(world.ledger.isPurgeDue(at: world.now))
        #expect(try purge(&world) > 3, "sixteen events are taken in a round")
        for channel in channels { #expect(world.log(of: channel).isEmpty) }
        #expect(!world.ledger.isPurgeDue(at: world.now))
        #expect(world.ledger.isPurgeDue(at: world.now.adding(seconds: Int64(limits.purgeSeconds))))
    }

    @Test func `goes on at once where there is more`() throws {
        var limits = World.unlimited
        limits.purgeEventsMax = 16
        var world = World(limits)
        let channel = try world.group([], by: ann)
        for index in 1...100 { _ = try world.say("\(index)", in: channel, by: ann) }
        _ = try world.ask(.deleteChannel(channel), as: ann)
        _ = try purge(&world)
        #expect(world.log(of: channel).isEmpty)
    }
}
