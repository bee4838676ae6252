import Base
import Channels
import Testing

@Suite("Keeping order on the whole server") struct ModerationTests {
    private let ann = World.ann, bob = World.bob, cat = World.cat, eve = World.eve

    private func deletion(_ number: Int64, in channel: ChannelID, _ scope: DeleteMessages.Scope = .all) -> Command {
        .deleteMessages(DeleteMessages(channel: channel, number: number, scope: scope))
    }

    private func archive(_ channel: ChannelID) -> Command {
        .updateChannel(UpdateChannel(channel: channel, isArchived: .set(true)))
    }

    @Test func `a moderator deletes any message for all, in groups, direct and archived channels`() throws {
        var world = World()
        let group = try world.group([bob], by: ann), direct = try world.openDirect(ann, bob)
        for channel in [group, direct] {
            _ = try world.send("bad", as: "m", in: channel, by: bob)
            #expect(try world.ask(deletion(1, in: channel), as: eve).rejection?.code == .notFound)
            _ = try world.ask(archive(channel), as: eve, by: .moderator)
            let decision = try world.ask(deletion(1, in: channel), as: eve, by: .moderator)
            #expect(decision.rejection == nil && decision.events.count == 1)
            #expect(try world.ask(deletion(9, in: channel), as: eve, by: .moderator).rejection?.code == .notFound)
            #expect(try world.ask(deletion(1, in: channel, .me), as: eve, by: .moderator).rejection?.code == .notFound)
        }
    }

    @Test func `a moderator changes, archives and deletes a channel without belonging to it`() throws {
        var world = World()
        let group = try world.group([bob], by: ann)
        var update = UpdateChannel(channel: group)
        update.name = .set("Tidy")
        update.visibility = .set(.public)
        #expect(try world.ask(.updateChannel(update), as: eve).rejection?.code == .notFound)
        let shown = try world.ask(.updateChannel(update), as: eve, by: .moderator)
        guard case .success(.shown(let card)) = shown.result else { throw Unexpected(decision: shown) }
        #expect(card.profile.name == "Tidy" && card.membersCount == 2 && shown.events.count == 1)
        // Who belongs to it sees it as a member does.
        #expect(try world.ask(archive(group), as: bob, by: .moderator).described().profile.archivedAt != nil)
        let gone = try world.ask(.deleteChannel(group), as: eve, by: .moderator)
        #expect(gone.rejection == nil && gone.events.count == 3)
        #expect(try world.ask(.deleteChannel(group), as: eve, by: .moderator).rejection?.code == .notFound)
    }

    @Test func `a moderator removes members, but for the last owner`() throws {
        var world = World()
        let group = try world.group([bob, cat], by: ann)
        func removal(_ user: UserID) -> Command { .removeMember(RemoveMember(channel: group, user: user)) }
        #expect(try world.ask(removal(bob), as: cat).rejection?.code == .permissionDenied)
        #expect(try world.ask(removal(bob), as: cat, by: .moderator).rejection == nil)
        #expect(try world.ask(removal(cat), as: eve, by: .moderator).rejection == nil)
        #expect(try world.ask(removal(cat), as: eve, by: .moderator).rejection?.code == .notFound)
        #expect(try world.ask(removal(ann), as: eve, by: .moderator).rejection?.code == .preconditionFailed)
    }

    @Test func `a direct channel keeps its two members, its name and its being, whoever asks`() throws {
        var world = World()
        let direct = try world.openDirect(ann, bob)
        var named = UpdateChannel(channel: direct), opened = named
        named.name = .set("x")
        opened.visibility = .set(.public)
        for command in [
            .deleteChannel(direct), .removeMember(RemoveMember(channel: direct, user: ann)), .updateChannel(named),
            .updateChannel(opened),
        ] as [Command] {
            #expect(try world.ask(command, as: eve, by: .moderator).rejection?.code == .permissionDenied)
        }
        #expect(try world.ask(archive(direct), as: eve, by: .moderator).rejection == nil)
        #expect(try world.send("x", as: "a", in: direct, by: ann).rejection?.code == .channelArchived)
    }

    @Test func `keeping order gives no other right`() throws {
        var world = World()
        let group = try world.group([bob], by: ann)
        _ = try world.send("private", as: "m", in: group, by: ann)
        for command in [
            .describeChannel(group), .listMembers(group), .listReaders(group, 1), .listInvites(group),
            .sendMessage(SendMessage(channel: group, clientMessageID: ClientMessageID("x"), text: Array("x".utf8))),
            .editMessage(EditMessage(channel: group, number: 1, text: Array("x".utf8))),
            .pinMessage(PinMessage(channel: group, number: 1, isPinned: true)),
            .addMember(AddMember(channel: group, user: eve)), .joinChannel(JoinChannel(channel: group)),
            .changeRole(ChangeRole(channel: group, user: bob, role: .owner)), .leaveChannel(group),
        ] as [Command] {
            #expect(try world.ask(command, as: eve, by: .moderator).rejection?.code == .notFound, "\(command)")
        }
    }
}
