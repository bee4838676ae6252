import Base
import Channels
import TestSupport
import Testing

@Suite("UpdateChannel") struct UpdateChannelTests {
    private let ann = World.ann, bob = World.bob, cat = World.cat, dan = World.dan

    /// A group of ann, its owner, bob, an admin, and cat, a member, with one message of each.
    private func world() throws -> (world: World, channel: ChannelID) {
        var world = World()
        let channel = try world.group([bob, cat], by: ann)
        _ = try world.setRole(.admin, of: bob, in: channel, by: ann)
        for user in [ann, bob, cat] { _ = try world.say("mine", in: channel, by: user) }
        return (world, channel)
    }

    @Test func `changes what is named and tells of the whole`() throws {
        var (world, channel) = try world()
        world.now.milliseconds += 1_000
        let decision = try world.update(channel, by: ann) { update in
            update.name = .set("new")
            update.topic = .set("what for")
            update.visibility = .set(.public)
            update.history = .set(.joined)
            update.retentionSeconds = .set(60)
        }
        let summary = try decision.described(), at = world.now.rfc3339
        #expect(summary.updatedAt == world.now)
        #expect(
            try decision.data(of: .channelUpdated) == """
                {"kind":"group","name":"new","topic":"what for","visibility":"public","history":"joined",\
                "archived_at":null,"retention_seconds":60,"updated_at":"\(at)","by":"1"}
                """)
        #expect(try world.forgetting { try $0.summary(of: channel, for: ann) } == summary)
        let back = try world.update(channel, by: ann) { update in
            update.topic = .set(nil)
            update.retentionSeconds = .set(nil)
        }
        #expect(try back.described().profile.topic == nil)
        #expect(try back.described().profile.retentionSeconds == nil)
        #expect(try back.described().name == "new", "what is not named is kept")
    }

    @Test func `tells nobody when nothing changes`() throws {
        var (world, channel) = try world()
        let before = world.ledger.store.committed
        #expect(try world.update(channel, by: ann) { $0.name = .set("group") }.events.isEmpty)
        #expect(try world.update(channel, by: ann) { _ in }.events.isEmpty)
        #expect(world.ledger.store.committed == before)
    }

    @Test func `lets admins change names and owners everything`() throws {
        var (world, channel) = try world()
        let changes: [(inout UpdateChannel) -> Void] = [
            { $0.visibility = .set(.public) }, { $0.history = .set(.joined) }, { $0.retentionSeconds = .set(9) },
            { $0.isArchived = .set(true) },
        ]
        for change in changes {
            for user in [bob, cat] {
                #expect(try world.update(channel, by: user, change).code == .permissionDenied)
            }
            #expect(try world.update(channel, by: dan, change).code == .notFound)
        }
        #expect(try world.update(channel, by: bob) { $0.name = .set("b") }.notes == [.channelUpdated])
        #expect(try world.update(channel, by: bob) { $0.topic = .set("b") }.notes == [.channelUpdated])
        #expect(try world.update(channel, by: cat) { $0.name = .set("c") }.code == .permissionDenied)
        let direct = try world.openDirect(ann, bob)
        for change in changes { #expect(try world.update(direct, by: ann, change).code == .permissionDenied) }
        #expect(try world.update(direct, by: ann) { $0.name = .set("x") }.code == .permissionDenied)
    }

    @Test func `takes values within their bounds and no others`() throws {
        var (world, channel) = try world()
        let limits = Limits()
        func pointers(_ change: (inout UpdateChannel) -> Void) throws -> [String]? {
            try world.update(channel, by: ann, change).pointers
        }
        #expect(try pointers { $0.name = .set("") } == ["/name"])
        #expect(
            try pointers { $0.name = .set(String(repeating: "n", count: limits.channelNameBytesMax + 1)) } == ["/name"])
        #expect(try pointers { $0.topic = .set(String(repeating: "n", count: limits.topicBytesMax + 1)) } == ["/topic"])
        for seconds: Int64 in [0, -1, 3_155_760_001, .max] {
            #expect(try pointers { $0.retentionSeconds = .set(seconds) } == ["/retention_seconds"])
        }
        #expect(try pointers { $0.retentionSeconds = .set(3_155_760_000) } == nil)
        #expect(try pointers { $0.topic = .set("") } == nil)
    }

    @Test func `by archiving refuses everything but reading, leaving and opening again`() throws {
        var (world, channel) = try world()
        let invite = CreateInvite(channel: channel, token: "token", role: nil, usesMax: 0, seconds: 60)
        _ = try world.ask(.createInvite(invite), as: ann).invited()
        _ = try world.update(channel, by: ann) { $0.visibility = .set(.public) }
        let archived = try world.update(channel, by: ann) { $0.isArchived = .set(true) }
        #expect(try archived.described().profile.archivedAt == world.now)
        world.now.milliseconds += 5
        #expect(try world.update(channel, by: ann) { $0.isArchived = .set(true) }.events.isEmpty)
        let before = world.ledger.store.committed
        let refused: [(UserID, Command)] = [
            (ann, .sendMessage(SendMessage(channel: channel, clientMessageID: ClientMessageID("x"), text: [0x61]))),
            (ann, .editMessage(EditMessage(channel: channel, number: 1, text: [0x61]))),
            (ann, .deleteMessages(DeleteMessages(channel: channel, number: 1, scope: .all))),
            (ann, .deleteMessages(DeleteMessages(channel: channel, number: 2, scope: .all))),
            (ann, .react(React(channel: channel, number: 1, emoji: "x", isAdded: true))),
            (ann, .pinMessage(PinMessage(channel: channel, number: 1, isPinned: true))),
            (ann, .addMember(AddMember(channel: channel, user: dan))),
            (dan, .addMember(AddMember(channel: channel, user: dan))),
            (dan, .joinChannel(JoinChannel(channel: channel))),
            (dan, .joinChannel(JoinChannel(channel: nil, inviteToken: "token"))),
            (ann, .changeRole(ChangeRole(channel: channel, user: cat, role: .admin))),
            (ann, .removeMember(RemoveMember(channel: channel, user: cat))), (ann, .createInvite(invite)),
            (bob, .updateChannel(UpdateChannel(channel: channel, isArchived: .kept).naming("x"))),
            (ann, .updateChannel(UpdateChannel(channel: channel, isArchived: .kept).naming("x"))),
            (ann, .updateChannel(UpdateChannel(channel: channel, isArchived: .set(true)).naming("x"))),
        ]
        for (user, command) in refused {
            #expect(try world.ask(command, as: user).code == .channelArchived, "\(command)")
        }
        #expect(world.ledger.store.committed == before)
        #expect(try world.mark(3, in: channel, by: ann).marked() == (3, 0))
        #expect(try world.hide(1, in: channel, by: cat).notes == [.messageHidden])
        #expect(try world.ask(.leaveChannel(channel), as: cat).notes == [.channelRemoved, .memberLeft])
        let opened = try world.update(channel, by: ann) { update in
            update.isArchived = .set(false)
            update.name = .set("again")
        }
        #expect(try opened.described().profile.archivedAt == nil)
        _ = try world.say("back", in: channel, by: ann)
    }
}

extension UpdateChannel {
    fileprivate func naming(_ name: String) -> UpdateChannel {
        var update = self
        update.name = .set(name)
        return update
    }
}
