import Base
import Channels
import TestSupport
import Testing

@Suite("Invitations") struct InviteTests {
    private let ann = World.ann, bob = World.bob, cat = World.cat, dan = World.dan

    private func invite(
        to channel: ChannelID, as token: String = "token", role: MemberRole? = nil, usesMax: Int64 = 0,
        seconds: Int64 = 60
    ) -> Command {
        .createInvite(CreateInvite(channel: channel, token: token, role: role, usesMax: usesMax, seconds: seconds))
    }

    private func join(_ token: String = "token", channel: ChannelID? = nil) -> Command {
        .joinChannel(JoinChannel(channel: channel, inviteToken: token))
    }

    @Test func `let in whoever has the token, in the name of who made them`() throws {
        var world = World()
        let channel = try world.group([bob], by: ann)
        let invite = try world.ask(invite(to: channel, usesMax: 5), as: ann).invited()
        #expect((invite.role, invite.uses, invite.expiresAt) == (.member, 0, world.now.adding(seconds: 60)))
        #expect(invite.createdBy == ann)
        let joined = try world.ask(join(channel: channel), as: cat)
        #expect(joined.notes == [.memberJoined, .channelAdded])
        #expect(try joined.data(of: .memberJoined).contains(#""role":"member","by":"1""#))
        #expect(try world.ask(join(), as: cat).events.isEmpty, "who is in uses up nothing")
        #expect(try world.ask(.listInvites(channel), as: ann).invites().map(\.uses) == [1])
    }

    @Test func `end with their time, with their uses and when they are taken back`() throws {
        var world = World()
        let channel = try world.group([], by: ann)
        _ = try world.ask(invite(to: channel, as: "timed", seconds: 10), as: ann)
        _ = try world.ask(invite(to: channel, as: "once", usesMax: 1), as: ann)
        let revoked = try world.ask(invite(to: channel, as: "revoked"), as: ann).invited()
        _ = try world.ask(join("once"), as: bob).changed()
        #expect(try world.ask(join("once"), as: cat).code == .notFound)
        #expect(try world.ask(join("once"), as: bob).changed() > 0, "who is in stays in")
        world.now.milliseconds += 9_999
        _ = try world.ask(join("timed"), as: cat).changed()
        world.now.milliseconds += 1
        #expect(try world.ask(join("timed"), as: dan).code == .notFound)
        #expect(try world.ask(.revokeInvite(channel, revoked.id), as: ann).rejection == nil)
        #expect(try world.ask(join("revoked"), as: dan).code == .notFound)
        #expect(try world.ask(.revokeInvite(channel, revoked.id), as: ann).code == .notFound)
        #expect(try world.ask(join("never made"), as: dan).code == .notFound)
    }

    @Test func `lead into their own channel alone`() throws {
        var world = World()
        let channel = try world.group([], by: ann), other = try world.group([], by: ann)
        let open = try world.channel([], by: ann) { $0.visibility = .public }
        let made = try world.ask(invite(to: channel), as: ann).invited()
        for wrong in [other, open] { #expect(try world.ask(join(channel: wrong), as: bob).code == .notFound) }
        #expect(try world.ask(.revokeInvite(other, made.id), as: ann).code == .notFound)
        _ = try world.ask(join(channel: channel), as: bob).changed()
    }

    @Test func `are made by who may invite, and give no more than the usual role`() throws {
        var world = World()
        let channel = try world.group([bob, cat], by: ann)
        _ = try world.setRole(.admin, of: cat, in: channel, by: ann)
        #expect(try world.ask(invite(to: channel), as: bob).code == .permissionDenied)
        #expect(try world.ask(invite(to: channel), as: dan).code == .notFound)
        #expect(try world.ask(invite(to: channel, as: "a", role: .admin), as: ann).code == .permissionDenied)
        #expect(try world.ask(invite(to: channel, as: "b", role: .reader), as: cat).invited().role == .reader)
        #expect(try world.ask(.listInvites(channel), as: bob).code == .permissionDenied)
        #expect(try world.ask(.revokeInvite(channel, 1), as: bob).code == .permissionDenied)
        let open = try world.channel([bob], by: ann) { $0.visibility = .public }
        _ = try world.ask(invite(to: open, as: "c"), as: bob).invited()
        let cast = try world.channel([bob], by: ann, kind: .broadcast)
        #expect(try world.ask(invite(to: cast, as: "d"), as: ann).invited().role == .reader)
        #expect(try world.ask(invite(to: cast, as: "e", role: .member), as: ann).code == .permissionDenied)
        let direct = try world.openDirect(ann, bob)
        #expect(try world.ask(invite(to: direct, as: "f"), as: ann).code == .permissionDenied)
    }

    @Test func `that are open are no more than are listed`() throws {
        var limits = World.unlimited
        limits.invitesMax = 2
        var world = World(limits)
        let channel = try world.group([], by: ann)
        _ = try world.ask(invite(to: channel, as: "a", seconds: 10), as: ann).invited()
        _ = try world.ask(invite(to: channel, as: "b", usesMax: 1), as: ann).invited()
        #expect(try world.ask(invite(to: channel, as: "c"), as: ann).code == .quotaExceeded)
        _ = try world.ask(join("b"), as: bob).changed()
        _ = try world.ask(invite(to: channel, as: "c"), as: ann).invited()
        world.now.milliseconds += 10_000
        _ = try world.ask(invite(to: channel, as: "d"), as: ann).invited()
        #expect(try world.ask(invite(to: channel, as: "e"), as: ann).code == .quotaExceeded)
    }

    @Test func `begin a history that is shown from joining on, and obey the channel's bound`() throws {
        var limits = World.unlimited
        limits.channelMembersMax = 2
        var world = World(limits)
        let channel = try world.channel([], by: ann) { $0.history = .joined }
        _ = try world.say("before", in: channel, by: ann)
        _ = try world.ask(invite(to: channel), as: ann)
        _ = try world.ask(join(), as: bob).changed()
        #expect(try world.summary(of: channel, for: bob).member.start.number == 1)
        #expect(try world.ask(join(), as: cat).code == .quotaExceeded)
        #expect(try world.ask(.listInvites(channel), as: ann).invites().map(\.uses) == [1])
    }
}
