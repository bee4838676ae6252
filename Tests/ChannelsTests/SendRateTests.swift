import Base
import Channels
import TestSupport
import Testing

@Suite("Sending rate") struct SendRateTests {
    private let ann = World.ann, bob = World.bob

    private func world(perWindow count: Int) throws -> (world: World, channel: ChannelID) {
        var limits = Limits()
        limits.sendCountMax = count
        limits.sendWindowMilliseconds = 1_000
        var world = World(limits)
        let channel = try world.openDirect(ann, bob)
        return (world, channel)
    }

    @Test func `refuses what is sent too fast, says when to come back, and then takes it`() throws {
        var (world, channel) = try world(perWindow: 3)
        for index in 1...3 { _ = try world.send("m", as: "\(index)", in: channel, by: ann).sent() }
        let refused = try world.send("m", as: "4", in: channel, by: ann)
        let rejection = try #require(refused.rejection)
        #expect(rejection.code == .rateLimited)
        #expect(rejection.isTemporary)
        #expect(refused.events.isEmpty)
        let wait = try #require(rejection.retryAfterMilliseconds)
        world.now.milliseconds += Int64(wait)
        #expect(try world.send("m", as: "4", in: channel, by: ann).sent().message.number == 4)
    }

    @Test func `answers retries of what is there even when the sender is too fast`() throws {
        var (world, channel) = try world(perWindow: 1)
        let first = try world.send("m", as: "1", in: channel, by: ann).sent().message
        #expect(try world.send("m", as: "2", in: channel, by: ann).rejection?.code == .rateLimited)
        for _ in 1...10 { #expect(try world.send("m", as: "1", in: channel, by: ann).sent() == (first, true)) }
    }

    @Test func `counts all channels of a user together, and each user alone`() throws {
        var (world, channel) = try world(perWindow: 2)
        let group = try world.group([bob], by: ann)
        _ = try world.send("m", as: "1", in: channel, by: ann).sent()
        _ = try world.send("m", as: "1", in: group, by: ann).sent()
        #expect(try world.send("m", as: "2", in: group, by: ann).rejection?.code == .rateLimited)
        #expect(try world.send("m", as: "1", in: group, by: bob).sent().message.number == 2)
    }

    @Test func `is not charged for refusals`() throws {
        var (world, channel) = try world(perWindow: 2)
        _ = try world.send("m", as: "1", in: channel, by: ann).sent()
        for _ in 1...5 {
            #expect(try world.send("x", as: "1", in: channel, by: ann).rejection?.code == .idempotencyMismatch)
            #expect(
                try world.send("m", as: "1", in: World.direct(bob, World.cat), by: ann).rejection?.code == .notFound)
        }
        #expect(try world.send("m", as: "2", in: channel, by: ann).sent().message.number == 2)
    }
}
