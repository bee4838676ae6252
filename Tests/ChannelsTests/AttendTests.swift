import Base
import Channels
import TestSupport
import Testing

@Suite("Attend and the lists") struct AttendTests {
    private let ann = World.ann, bob = World.bob

    @Test func `refuses a login that has been ended or never was`() throws {
        var world = World()
        let ended = LoginID(high: 1, low: 2)
        world.ledger.store.addLogin(ended, isEnded: true)
        for login in [ended, LoginID(high: 8, low: 8)] {
            let decision = try world.ask(.attend(Attend(login: login, session: SessionID(high: 1, low: 1))), as: ann)
            #expect(decision.rejection == .loginEnded)
        }
        #expect(try world.attendance(of: ann).user.username == "ann")
    }

    @Test func `refuses a user who is not there`() throws {
        var world = World()
        let attend = Command.attend(Attend(login: World.login, session: SessionID(high: 1, low: 1)))
        #expect(try world.ask(attend, as: World.user(99)).rejection?.code == .notFound)
    }

    @Test func `lists the channels most recently active first`() throws {
        var world = World()
        let first = try world.openDirect(ann, bob)
        world.now = world.now.adding(seconds: 1)
        let second = try world.openDirect(ann, World.cat)
        world.now = world.now.adding(seconds: 1)
        let third = try world.group([bob], by: ann)
        #expect(try world.attendance(of: ann).channels.map(\.channel) == [third, second, first])
        world.now = world.now.adding(seconds: 1)
        _ = try world.send("m", as: "1", in: first, by: bob)
        #expect(try world.attendance(of: ann).channels.map(\.channel) == [first, third, second])
        #expect(try world.ask(.listChannels, as: ann).listed().map(\.channel) == [first, third, second])
        #expect(try world.attendance(of: ann).channels.map(\.unread) == [1, 0, 0])
        #expect(try world.attendance(of: World.dan).channels.isEmpty)
    }

    @Test func `gives what a fresh ledger over the same store gives`() throws {
        var world = World()
        _ = try world.attendance(of: bob)
        let direct = try world.openDirect(ann, bob)
        let group = try world.group([bob, World.cat], by: ann)
        for index in 1...4 {
            _ = try world.send("m", as: "\(index)", in: index % 2 == 0 ? direct : group, by: ann)
            _ = try world.attendance(of: bob)
        }
        var fresh = World()
        fresh.ledger = Ledger(store: world.ledger.store, limits: World.unlimited)
        for user in [ann, bob, World.cat] {
            #expect(try world.attendance(of: user) == fresh.attendance(of: user))
        }
    }

    @Test func `shows a channel and its members to members alone`() throws {
        var world = World()
        let channel = try world.group([bob], by: ann)
        #expect(try world.ask(.describeChannel(channel), as: bob).described().role == .member)
        #expect(try world.ask(.listMembers(channel), as: bob).members().count == 2)
        let missing = World.direct(World.dan, World.eve)
        for id in [channel, missing] {
            #expect(try world.ask(.describeChannel(id), as: World.cat).rejection == .noSuchChannel)
            #expect(try world.ask(.listMembers(id), as: World.cat).rejection == .noSuchChannel)
        }
        #expect(try world.ask(.listChannels, as: World.cat).listed().isEmpty)
    }
}
