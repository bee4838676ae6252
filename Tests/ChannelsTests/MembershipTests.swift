import Base
import Channels
import TestSupport
import Testing

@Suite("Membership") struct MembershipTests {
    private let ann = World.ann, bob = World.bob, cat = World.cat, dan = World.dan

    @Test func `begins where the log stands, and is told to the others first`() throws {
        var world = World()
        let channel = try world.group([bob], by: ann)
        _ = try world.say("1", in: channel, by: ann)
        _ = try world.attendance(of: cat)
        let decision = try world.add(cat, to: channel, by: ann)
        let (card, isNew) = try decision.member()
        #expect(isNew && card.user.id == cat && card.member.role == .member)
        #expect(decision.events.map(\.channel) == [channel, .personal(cat)])
        #expect(
            try decision.data(of: .memberJoined) == """
                {"user":"3","username":"Cat","display_name":"CAT","role":"member","by":"1","members_count":3}
                """)
        #expect(decision.notices == [.membersCounted(channel: channel, count: 3)])
        let summary = try world.summary(of: channel, for: cat)
        #expect((summary.readNumber, summary.unread, summary.membersCount) == (1, 0, 3))
        #expect(try decision.data(of: .channelAdded) == String(decoding: summary.json, as: UTF8.self))
        #expect(try world.attendance(of: cat).channels == [summary])
        #expect(try world.forgetting { try $0.attendance(of: cat) }.channels == [summary])
        let again = try world.add(cat, to: channel, by: bob)
        #expect(try again.member() == (card, false), "whoever asks, nothing has to be done")
        #expect(again.events.isEmpty)
    }

    @Test func `ends for the one before it is told to the others`() throws {
        var world = World()
        let channel = try world.group([bob, cat], by: ann)
        _ = try world.attendance(of: bob)
        let decision = try world.remove(bob, from: channel, by: ann)
        #expect(decision.events.map(\.channel) == [.personal(bob), channel])
        #expect(try decision.data(of: .channelRemoved) == #"{"channel":"1","reason":"removed","by":"1"}"#)
        #expect(try decision.data(of: .memberLeft) == #"{"user":"2","by":"1","members_count":2}"#)
        #expect(decision.notices == [.membersCounted(channel: channel, count: 2)])
        #expect(try decision.changed() == decision.events[1].seq)
        for var world in [world, world.forgetful] {
            #expect(try world.attendance(of: bob).channels.isEmpty)
            #expect(try world.send("x", as: "x", in: channel, by: bob).code == .notFound)
            #expect(try world.mark(1, in: channel, by: bob).code == .notFound)
            #expect(try world.ask(.listMembers(channel), as: ann).members().map(\.user.id) == [ann, cat])
        }
        let left = try world.ask(.leaveChannel(channel), as: cat)
        #expect(try left.data(of: .channelRemoved) == #"{"channel":"1","reason":"left","by":"3"}"#)
        #expect(try world.ask(.leaveChannel(channel), as: cat).code == .notFound)
        #expect(try world.remove(dan, from: channel, by: ann).code == .notFound)
    }

    @Test func `that ended takes nothing along when it begins again`() throws {
        var world = World()
        let channel = try world.group([bob], by: ann)
        for _ in 1...3 { _ = try world.say("@bob", in: channel, by: ann) }
        _ = try world.hide(1, in: channel, by: bob)
        let wishes = SetNotifications(channel: channel, level: MemberWish.none.level, mutedUntil: .kept)
        _ = try world.ask(.setNotifications(wishes), as: bob)
        _ = try world.ask(.leaveChannel(channel), as: bob)
        _ = try world.say("@bob", in: channel, by: ann)
        _ = try world.add(bob, to: channel, by: ann)
        #expect(try world.unread(in: channel, by: bob) == [0, 0])
        let member = try world.summary(of: channel, for: bob).member
        #expect((member.notifications, member.readNumber, member.start) == (.all, 4, .start))
        #expect(try world.react("x", to: 1, in: channel, by: bob).notes == [.reactionAdded], "seen again")
        #expect(try world.forgetting { try $0.summary(of: channel, for: bob) }.member == member)
    }

    @Test func `of the last owner ends only when another has become one`() throws {
        var world = World()
        let channel = try world.group([bob], by: ann)
        #expect(try world.ask(.leaveChannel(channel), as: ann).code == .preconditionFailed)
        #expect(try world.setRole(.admin, of: ann, in: channel, by: ann).code == .preconditionFailed)
        let change = try world.setRole(.owner, of: bob, in: channel, by: ann)
        #expect(try change.data(of: .memberUpdated) == #"{"user":"2","role":"owner","by":"1"}"#)
        #expect(try world.setRole(.owner, of: bob, in: channel, by: ann).events.isEmpty)
        _ = try world.setRole(.member, of: ann, in: channel, by: ann).member()
        #expect(try world.setRole(.owner, of: ann, in: channel, by: ann).code == .permissionDenied)
        #expect(try world.ask(.leaveChannel(channel), as: bob).code == .preconditionFailed)
        _ = try world.ask(.leaveChannel(channel), as: ann).changed()
        #expect(try world.ask(.leaveChannel(channel), as: bob).notes.first == .channelDeleted)
    }

    @Test func `in a broadcast is a reader's, who hears and does not speak`() throws {
        var world = World()
        let channel = try world.channel([bob], by: ann, kind: .broadcast)
        _ = try world.add(cat, to: channel, by: ann)
        let roles = try world.ask(.listMembers(channel), as: bob).members().map(\.member.role)
        #expect(roles == [.owner, .reader, .reader])
        _ = try world.say("news", in: channel, by: ann)
        #expect(try world.send("x", as: "x", in: channel, by: bob).code == .permissionDenied)
        _ = try world.setRole(.member, of: bob, in: channel, by: ann)
        #expect(try world.send("x", as: "x", in: channel, by: bob).code == .permissionDenied)
        _ = try world.setRole(.admin, of: bob, in: channel, by: ann)
        _ = try world.say("more", in: channel, by: bob)
        _ = try world.add(dan, to: channel, by: bob, as: .member).member()
    }

    @Test func `in a public channel is everybody's to take`() throws {
        var world = World()
        let channel = try world.channel([], by: ann) { $0.visibility = .public }
        guard case .success(.shown(let card)) = try world.ask(.describeChannel(channel), as: bob).result else {
            Issue.record("a public channel is shown")
            return
        }
        #expect((card.channel, card.membersCount) == (channel, 1))
        #expect(try world.send("x", as: "x", in: channel, by: bob).code == .notAMember)
        let joined = try world.ask(.joinChannel(JoinChannel(channel: channel)), as: bob)
        #expect(joined.notes == [.memberJoined, .channelAdded])
        #expect(try joined.changed() == joined.events[0].seq)
        #expect(try world.ask(.joinChannel(JoinChannel(channel: channel)), as: bob).events.isEmpty)
        #expect(try world.add(cat, to: channel, by: cat, as: .owner).code == .permissionDenied)
        #expect(try world.add(cat, to: channel, by: cat).member().isNew)
        #expect(try world.add(dan, to: channel, by: cat).member().card.member.role == .member, "members invite here")
        let closed = try world.group([], by: ann)
        #expect(try world.ask(.joinChannel(JoinChannel(channel: closed)), as: bob).code == .notFound)
        #expect(try world.add(bob, to: closed, by: bob).code == .notFound)
        #expect(try world.add(bob, to: closed, by: cat).code == .notFound)
        #expect(try world.ask(.joinChannel(JoinChannel(channel: nil)), as: bob).code == .notFound)
    }

    @Test func `is for as many as the channel takes, and for users who are there`() throws {
        var limits = World.unlimited
        limits.channelMembersMax = 2
        var world = World(limits)
        let channel = try world.group([], by: ann), before = world.ledger.store.committed
        #expect(try world.add(World.user(99), to: channel, by: ann).code == .notFound)
        #expect(world.ledger.store.committed == before)
        _ = try world.add(bob, to: channel, by: ann)
        #expect(try world.add(cat, to: channel, by: ann).code == .quotaExceeded)
    }

    @Test func `with the history from joining on begins with one's own coming`() throws {
        var world = World()
        let channel = try world.channel([bob], by: ann) { $0.history = .joined }
        for _ in 1...3 { _ = try world.say("@cat before", in: channel, by: ann) }
        let seq = try #require(world.ledger.store.committed.heads[channel]).seq
        _ = try world.add(cat, to: channel, by: ann)
        let member = try world.summary(of: channel, for: cat).member
        #expect(member.start == LogPlace(seq: seq, number: 3))
        #expect(try world.unread(in: channel, by: cat) == [0, 0])
        _ = try world.say("@cat after", in: channel, by: ann)
        #expect(try world.unread(in: channel, by: cat) == [1, 1])
        // What becomes of the older ones is none of cat's business.
        let edit = try world.edit(2, to: "@cat again", in: channel, by: ann)
        #expect(edit.events.map(\.unseenBy) == [[cat]])
        #expect(try world.unread(in: channel, by: cat) == [1, 1])
        _ = try world.delete(1...2, in: channel, by: ann)
        #expect(try world.unread(in: channel, by: cat) == [1, 1])
        #expect(try world.hide(3, in: channel, by: cat).code == .notFound)
        #expect(try world.delete(1...4, for: .me, in: channel, by: cat).data(of: .messageHidden).contains("[[4,4]]"))
        let readers = try world.ask(.listReaders(channel, 3), as: ann).members().map(\.user.id)
        #expect(readers == [ann], "who does not see a message has not read it")
        #expect(try world.ask(.listReaders(channel, 3), as: cat).code == .notFound)
    }

    @Test func `carries one's wishes about being notified`() throws {
        var world = World()
        let channel = try world.group([bob], by: ann), until = world.now.adding(seconds: 60)
        let wishes = SetNotifications(channel: channel, level: .mentions, mutedUntil: .set(until))
        let summary = try world.ask(.setNotifications(wishes), as: bob).described()
        #expect((summary.member.notifications, summary.member.mutedUntil) == (.mentions, until))
        let kept = SetNotifications(channel: channel, level: nil, mutedUntil: .kept)
        #expect(try world.ask(.setNotifications(kept), as: bob).described() == summary)
        #expect(try world.forgetting { try $0.summary(of: channel, for: bob) } == summary)
        let loud = SetNotifications(channel: channel, level: nil, mutedUntil: .set(nil))
        let after = try world.ask(.setNotifications(loud), as: bob).described()
        #expect((after.member.notifications, after.member.mutedUntil) == (.mentions, nil))
        #expect(try world.ask(.setNotifications(kept), as: cat).code == .notFound)
        #expect(try world.summary(of: channel, for: ann).member.notifications == .all)
    }
}

/// `.none` of an optional would be no wish at all.
private enum MemberWish {
    case none
    var level: NotificationLevel { .none }
}
