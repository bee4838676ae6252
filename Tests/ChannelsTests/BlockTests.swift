import Base
import Channels
import TestSupport
import Testing

@Suite("Blocks") struct BlockTests {
    private let ann = World.ann, bob = World.bob, cat = World.cat

    @Test(arguments: [false, true]) func `end what the other may send, and nothing that may be read`(
        isOpenedLater: Bool
    ) throws {
        var world = World()
        let channel = World.direct(ann, bob)
        if !isOpenedLater {
            _ = try world.openDirect(ann, bob)
            _ = try world.say("before", in: channel, by: bob)
        }
        #expect(try world.ask(.block(bob, isBlocked: true), as: ann).result == .success(.done))
        if isOpenedLater { _ = try world.openDirect(bob, ann) }
        for var world in [world, world.forgetful] {
            #expect(try world.send("x", as: "x", in: channel, by: bob).code == .permissionDenied)
            #expect(try world.summary(of: channel, for: bob).membersCount == 2)
            _ = try world.say("ann may", in: channel, by: ann)
            #expect(try world.mark(1, in: channel, by: bob).marked().readNumber >= 1)
            #expect(try world.ask(.block(bob, isBlocked: false), as: ann).rejection == nil)
            #expect(try world.send("x", as: "x", in: channel, by: bob).rejection == nil)
        }
    }

    @Test func `end new words in old messages too`() throws {
        var world = World()
        let channel = try world.openDirect(ann, bob)
        _ = try world.say("before", in: channel, by: bob)
        _ = try world.ask(.block(bob, isBlocked: true), as: ann)
        #expect(try world.edit(1, to: "and this", in: channel, by: bob).code == .permissionDenied)
        #expect(try world.delete(1...1, in: channel, by: bob).rejection == nil, "taking back is no word")
    }

    @Test func `keep a retry's answer as it was`() throws {
        var world = World()
        let channel = try world.openDirect(ann, bob)
        let first = try world.send("x", as: "x", in: channel, by: bob).sent().message
        _ = try world.ask(.block(bob, isBlocked: true), as: ann)
        #expect(try world.send("x", as: "x", in: channel, by: bob).sent() == (first, true))
    }

    @Test func `keep who is blocked from bringing one into groups`() throws {
        var world = World()
        _ = try world.ask(.block(bob, isBlocked: true), as: ann)
        let group = try world.group([cat], by: bob)
        #expect(try world.add(ann, to: group, by: bob).code == .permissionDenied)
        let create = CreateChannel(name: "trap", members: [cat, ann])
        #expect(try world.ask(.createChannel(create), as: bob).code == .permissionDenied)
        _ = try world.setRole(.admin, of: cat, in: group, by: bob)
        #expect(try world.add(ann, to: group, by: cat).member().isNew, "cat is not blocked")
        _ = try world.group([bob], by: ann)
    }

    @Test func `are listed, and are the same when they are asked for again`() throws {
        var world = World()
        for user in [cat, bob, cat] { _ = try world.ask(.block(user, isBlocked: true), as: ann) }
        #expect(try world.ask(.listBlocked, as: ann).users() == [bob, cat])
        #expect(try world.ask(.listBlocked, as: bob).users() == [])
        for _ in 1...2 { _ = try world.ask(.block(bob, isBlocked: false), as: ann) }
        #expect(try world.ask(.listBlocked, as: ann).users() == [cat])
        #expect(try world.ask(.block(ann, isBlocked: true), as: ann).code == .validationFailed)
        #expect(try world.ask(.block(World.user(99), isBlocked: true), as: ann).code == .notFound)
    }

    @Test func `are no more than are listed`() throws {
        var limits = World.unlimited
        limits.blocksMax = 1
        var world = World(limits)
        _ = try world.ask(.block(bob, isBlocked: true), as: ann)
        #expect(try world.ask(.block(bob, isBlocked: true), as: ann).rejection == nil)
        #expect(try world.ask(.block(cat, isBlocked: true), as: ann).code == .quotaExceeded)
    }
}
