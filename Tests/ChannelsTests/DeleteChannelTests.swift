import Base
import Channels
import TestSupport
import Testing

@Suite("The end of a channel") struct DeleteChannelTests {
    private let ann = World.ann, bob = World.bob, cat = World.cat

    @Test func `is told in the channel first and then to each member`() throws {
        var world = World()
        let channel = try world.group([bob, cat], by: ann)
        for user in [ann, bob, cat] { _ = try world.attendance(of: user) }
        let decision = try world.ask(.deleteChannel(channel), as: ann)
        #expect(decision.events.map(\.channel) == [channel] + [ann, bob, cat].map { .personal($0) })
        #expect(decision.notes == [.channelDeleted, .channelRemoved, .channelRemoved, .channelRemoved])
        #expect(try decision.data(of: .channelDeleted) == #"{"by":"1"}"#)
        #expect(try decision.data(of: .channelRemoved) == #"{"channel":"1","reason":"deleted","by":"1"}"#)
        #expect(try decision.changed() == decision.events[0].seq)
    }

    @Test func `leaves nothing that could be asked for`() throws {
        var world = World()
        let channel = try world.channel([bob], by: ann) { $0.visibility = .public }
        _ = try world.say("secret", in: channel, by: ann)
        let invite = CreateInvite(channel: channel, token: "token", role: nil, usesMax: 0, seconds: 60)
        _ = try world.ask(.createInvite(invite), as: ann).invited()
        _ = try world.ask(.deleteChannel(channel), as: ann)
        for var world in [world, world.forgetful] {
            for user in [ann, bob, cat] {
                #expect(try world.ask(.describeChannel(channel), as: user).code == .notFound)
                #expect(try world.send("x", as: "x", in: channel, by: user).code == .notFound)
                #expect(try world.ask(.joinChannel(JoinChannel(channel: channel)), as: user).code == .notFound)
                #expect(
                    try world.ask(.joinChannel(JoinChannel(channel: nil, inviteToken: "token")), as: user).code
                        == .notFound)
                #expect(try world.ask(.listChannels, as: user).listed().isEmpty)
                #expect(try world.ask(.deleteChannel(channel), as: user).code == .notFound)
            }
            #expect(try world.group([bob], by: ann) != channel, "its number is never given again")
        }
    }

    @Test func `is the owner's to bring about`() throws {
        var world = World()
        let channel = try world.group([bob, cat], by: ann)
        _ = try world.setRole(.admin, of: bob, in: channel, by: ann)
        for user in [bob, cat] { #expect(try world.ask(.deleteChannel(channel), as: user).code == .permissionDenied) }
        #expect(try world.ask(.deleteChannel(channel), as: World.dan).code == .notFound)
        let direct = try world.openDirect(ann, bob)
        #expect(try world.ask(.deleteChannel(direct), as: ann).code == .permissionDenied)
        _ = try world.update(channel, by: ann) { $0.isArchived = .set(true) }
        #expect(try world.ask(.deleteChannel(channel), as: ann).notes.first == .channelDeleted)
    }

    @Test func `comes when the last member leaves`() throws {
        var world = World()
        let channel = try world.group([], by: ann)
        let decision = try world.ask(.leaveChannel(channel), as: ann)
        #expect(decision.notes == [.channelDeleted, .channelRemoved])
        #expect(try decision.data(of: .channelRemoved).contains(#""reason":"left""#))
        #expect(try world.ask(.describeChannel(channel), as: ann).code == .notFound)
    }
}
