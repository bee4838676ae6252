import Base
import Channels
import TestSupport
import Testing

@Suite("OpenDirect") struct OpenDirectTests {
    private let ann = World.ann, bob = World.bob

    @Test func `makes one channel, whichever side opens it and however often`() throws {
        var world = World()
        let first = try world.ask(.openDirect(OpenDirect(peer: .id(bob))), as: ann)
        #expect(first.isNew == true)
        #expect(first.events.count == 3)
        for user in [ann, bob, ann] {
            let peer = user == ann ? bob : ann
            let again = try world.ask(.openDirect(OpenDirect(peer: .id(peer))), as: user)
            #expect(again.isNew == false)
            #expect(again.events.isEmpty)
            #expect(try again.opened().channel == World.direct(ann, bob))
            #expect(try again.opened().peer?.id == peer)
        }
        #expect(world.ledger.store.committed.channels.count == 1)
    }

    @Test func `makes both sides members, who have read everything`() throws {
        var world = World()
        let channel = try world.openDirect(ann, bob)
        let cards = try world.ask(.listMembers(channel), as: bob).members()
        #expect(cards.map(\.user.id) == [ann, bob])
        #expect(cards.map(\.member.role) == [.member, .member])
        #expect(cards.map(\.member.readNumber) == [0, 0])
        let summary = try world.ask(.describeChannel(channel), as: ann).described()
        #expect(summary.kind == .direct)
        #expect(summary.unread == 0)
        #expect(summary.membersCount == 2)
    }

    @Test func `puts the channel on both personal logs, each numbered on its own`() throws {
        var world = World()
        _ = try world.openDirect(ann, bob)
        _ = try world.openDirect(ann, World.cat)
        _ = try world.openDirect(bob, World.cat)
        _ = try world.group([bob], by: ann)
        let logs = world.ledger.store.committed.logs
        for (user, count) in [(ann, 3), (bob, 3), (World.cat, 2)] {
            let log = try #require(logs[.personal(user)])
            #expect(log.map(\.seq) == Array(1...Int64(count)))
            for event in log {
                guard case .note(let note) = event.fact, note.kind == .channelAdded else {
                    Issue.record("no channel.added: \(event)")
                    continue
                }
                let told = try JSONDocument(parsing: note.data).root
                let channel = try #require(told["channel"]?.string.flatMap { ChannelID($0) })
                #expect(channel == note.subject)
                #expect(world.ledger.store.committed.channels[channel]?.members[user] != nil)
            }
            #expect(try world.attendance(of: user).personalSeq == Int64(count))
        }
    }

    @Test func `finds the other by name in any case`() throws {
        var world = World()
        let opened = try world.ask(.openDirect(OpenDirect(peer: .username("cAT"))), as: ann).opened()
        #expect(opened.channel == World.direct(ann, World.cat))
        #expect(opened.peer?.username == "Cat")
    }

    @Test func `refuses oneself and who is not there, and writes nothing`() throws {
        var world = World()
        let before = world.ledger.store.committed
        #expect(
            try world.ask(.openDirect(OpenDirect(peer: .id(ann))), as: ann).rejection?.code == .validationFailed)
        #expect(
            try world.ask(.openDirect(OpenDirect(peer: .username("ANN"))), as: ann).rejection?.code
                == .validationFailed)
        #expect(
            try world.ask(.openDirect(OpenDirect(peer: .id(World.user(99)))), as: ann).rejection?.code == .notFound)
        #expect(
            try world.ask(.openDirect(OpenDirect(peer: .username("zoe"))), as: ann).rejection?.code == .notFound)
        #expect(try world.ask(.openDirect(OpenDirect(peer: .id(ann))), as: World.user(99)).rejection?.code == .notFound)
        #expect(world.ledger.store.committed == before)
    }
}
