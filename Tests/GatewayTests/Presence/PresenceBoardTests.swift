import Base
import Testing

@testable import Gateway

@Suite("Presence board") struct PresenceBoardTests {
    @Test func `who comes is told at once, with the channels by which it is heard`() throws {
        var world = PresenceWorld()
        world.report(.online, by: 1)
        let change = try #require(world.pass(0).first?.change)
        #expect(change.presence == Presence(user: People.ann, status: .online, lastSeenAt: nil))
        #expect(change.channels == PresenceWorld.channels)
        #expect(world.told(within: 100_000) == [])
    }

    @Test func `who leaves is gone after half a minute, and was last seen when the last socket left`() throws {
        var world = PresenceWorld()
        world.report(.online, by: 1)
        _ = world.pass(10_000)
        world.leave(by: 1)
        #expect(world.pass(29_999).isEmpty)
        #expect(world.board.presence(of: People.ann)?.status == .online)
        let gone = try #require(world.pass(1).first)
        #expect(gone.at == 40_000)
        #expect(
            gone.change.presence
                == Presence(user: People.ann, status: .offline, lastSeenAt: PresenceWorld.wall(10_000)))
        #expect(gone.change.channels == PresenceWorld.channels)
        #expect(world.board.takeSeen() == [People.ann: PresenceWorld.wall(10_000)])
    }

    @Test func `who comes back in time was never away`() {
        var world = PresenceWorld()
        world.report(.online, by: 1)
        #expect(world.told(within: 10_000) == ["0 online"])
        world.leave(by: 1)
        #expect(world.told(within: 29_000) == [])
        world.report(.online, by: 2)
        #expect(world.told(within: 100_000) == [])
        world.leave(by: 2)
        #expect(world.told(within: 100_000) == ["169000 offline"])
    }

    @Test(arguments: [
        ([PresenceStatus.online, .busy, .away, .offline], PresenceStatus.online), ([.away, .busy], .busy),
        ([.offline, .away, .offline], .away), ([.offline, .offline], .offline), ([.busy, .online], .online),
    ]) func `of several sockets the most present counts`(sockets: [PresenceStatus], status: PresenceStatus) {
        var world = PresenceWorld()
        for (number, status) in sockets.enumerated() { world.report(status, by: number) }
        #expect(world.told(within: 100) == (status == .offline ? [] : ["0 \(status.name)"]))
    }

    @Test func `when the most present socket leaves, the next counts at once`() {
        var world = PresenceWorld()
        world.report(.online, by: 1)
        world.report(.away, by: 2)
        #expect(world.told(within: 6_000) == ["0 online"])
        world.leave(by: 1)
        #expect(world.told(within: 100_000) == ["6000 away"])
    }

    @Test func `changes are five seconds apart, and the last one is told`() {
        var world = PresenceWorld()
        world.report(.online, by: 1)
        #expect(world.told(within: 1_000) == ["0 online"])
        for status: PresenceStatus in [.busy, .away, .busy, .away] {
            world.report(status, by: 1)
            #expect(world.told(within: 500) == [])
        }
        #expect(world.told(within: 2_000) == ["5000 away"])
        world.report(.online, by: 1)
        world.report(.away, by: 1)
        #expect(world.told(within: 100_000) == [], "it is what others believe")
    }

    @Test func `who says that nobody shall see it is gone at once, and leaves without a trace`() {
        var world = PresenceWorld()
        world.report(.online, by: 1)
        #expect(world.told(within: 8_000) == ["0 online"])
        world.report(.offline, by: 1)
        #expect(world.told(within: 60_000) == ["8000 offline"])
        #expect(world.board.takeSeen() == [People.ann: PresenceWorld.wall(8_000)])
        world.leave(by: 1)
        #expect(world.told(within: 100_000) == [])
        #expect(world.board.takeSeen() == [:], "who was not seen was not seen last either")
        #expect(world.board.count == 0)
    }

    @Test func `who comes back unseen is waited for no longer than who does not come back`() {
        var world = PresenceWorld()
        world.report(.online, by: 1)
        #expect(world.told(within: 10_000) == ["0 online"])
        world.leave(by: 1)
        #expect(world.told(within: 1_000) == [])
        world.report(.offline, by: 2)
        #expect(world.told(within: 100_000) == ["40000 offline"])
    }

    @Test func `a socket that is unknown leaves nothing`() {
        var world = PresenceWorld()
        world.leave(by: 1)
        world.board.setChannels(PresenceWorld.channels, of: People.bob)
        #expect(world.told(within: 100_000) == [])
        #expect(world.board.count == 0)
    }

    @Test func `of who is unknown, and of who was never seen, nothing is known`() {
        var world = PresenceWorld()
        #expect(world.board.presence(of: People.ann) == nil)
        world.report(.offline, by: 1)
        #expect(world.told(within: 0) == [])
        #expect(world.board.presence(of: People.ann) == nil)
        #expect(world.board.visible == [])
    }

    @Test func `when all have gone nothing is kept of anybody`() {
        var world = PresenceWorld()
        for number in 1...50 {
            guard let user = UserID(rawValue: Int64(number)) else { continue }
            world.report(.online, user, by: number)
            _ = world.pass(100)
            if number.isMultiple(of: 2) { world.report(.away, user, by: number + 100) }
            world.leave(user, by: number)
            if number.isMultiple(of: 2) { world.leave(user, by: number + 100) }
        }
        #expect(world.board.count == 50)
        _ = world.pass(100_000)
        #expect(world.board.count == 0)
        #expect(world.board.next(world.limits) == nil)
    }
}
