import Base
import TestSupport
import Testing

@testable import Channels

@Suite("Notifications") struct NotificationTests {
    private let ann = World.ann, bob = World.bob, cat = World.cat, dan = World.dan

    // MARK: Messages

    @Test func `all unread messages of a channel are one, made when a second has passed`() throws {
        var world = World()
        let channel = try world.openDirect(ann, bob)
        for index in 0..<5 { _ = try world.send("m", as: "\(index)", in: channel, by: ann) }
        #expect(try world.notified().isEmpty, "who reads along is not notified")
        world.pass(milliseconds: 1_000)
        #expect(try world.notified() == ["new_message to 2 from 1 about \(channel)"])
        _ = try world.send("m", as: "later", in: channel, by: ann)
        world.pass(milliseconds: 1_000)
        #expect(try world.notified().isEmpty, "there is one already")
    }

    @Test func `those who talk with one another are not notified of what they answer at once`() throws {
        var world = World()
        let channel = try world.openDirect(ann, bob)
        for index in 0..<20 {
            _ = try world.send("m", as: "\(index)", in: channel, by: index.isMultiple(of: 2) ? ann : bob)
            world.pass(milliseconds: 300)
            #expect(try world.notified().isEmpty)
        }
        world.pass(milliseconds: 700)
        #expect(try world.notified() == ["new_message to 1 from 2 about \(channel)"], "the last one is not answered")
    }

    @Test func `a channel that is read has its notification read, and the next message makes another`() throws {
        var world = World()
        let channel = try world.openDirect(ann, bob)
        for index in 0..<3 { _ = try world.send("m", as: "\(index)", in: channel, by: ann) }
        world.pass(milliseconds: 1_000)
        #expect(try world.notified().count == 1)
        _ = try world.mark(2, in: channel, by: bob)
        #expect(try world.read().isEmpty, "one message is still unread")
        _ = try world.mark(3, in: channel, by: bob)
        #expect(try world.read() == ["1 by 2"])
        _ = try world.send("m", as: "x", in: channel, by: ann)
        world.pass(milliseconds: 1_000)
        #expect(try world.notified().count == 1)
        _ = try world.send("answer", as: "y", in: channel, by: bob)
        #expect(try world.read() == ["2 by 2"], "who answers has read")
    }

    @Test func `one that is put aside unread comes back with the next message, not before`() throws {
        var world = World()
        let channel = try world.openDirect(ann, bob)
        _ = try world.send("m", as: "0", in: channel, by: ann)
        world.pass(milliseconds: 1_000)
        _ = try world.notified()
        #expect(try world.ask(.readNotifications(.one(1)), as: bob).events.count == 1)
        world.pass(milliseconds: 1_000)
        #expect(try world.notified().isEmpty)
        #expect(try world.attendance(of: bob).channels.first?.unread == 1, "the message stays unread")
        _ = try world.send("m", as: "1", in: channel, by: ann)
        world.pass(milliseconds: 1_000)
        #expect(try world.notified().count == 1)
    }

    @Test func `nobody is notified of what they do not want, of what they wrote, or of whom they block`() throws {
        var world = World()
        let channel = try world.group([bob, cat, dan], by: ann)
        _ = try world.notified()
        _ = try world.ask(.setNotifications(wish(channel, .mentions)), as: bob)
        let muted = world.now.adding(seconds: 60)
        _ = try world.ask(
            .setNotifications(SetNotifications(channel: channel, level: nil, mutedUntil: .set(muted))), as: cat)
        _ = try world.ask(.block(ann, isBlocked: true), as: dan)
        _ = try world.send("hi @bob @Cat @dan", as: "0", in: channel, by: ann)
        #expect(try world.notified() == ["mention to 2 from 1 about \(channel)/1"])
        world.pass(milliseconds: 1_000)
        #expect(try world.notified().isEmpty)
        _ = try world.send("and all", as: "1", in: channel, by: bob)
        world.pass(milliseconds: 60_000)
        #expect(
            try world.notified() == [
                "new_message to 1 from 2 about \(channel)", "new_message to 3 from 2 about \(channel)",
                "new_message to 4 from 2 about \(channel)",
            ])
    }

    private func wish(_ channel: ChannelID, _ level: NotificationLevel) -> SetNotifications {
        SetNotifications(channel: channel, level: level, mutedUntil: .kept)
    }

    @Test func `who only has mentions to read is not notified of them twice`() throws {
        var world = World()
        let channel = try world.group([bob], by: ann)
        _ = try world.send("hi @bob", as: "0", in: channel, by: ann)
        #expect(try world.notified().count == 2)
        world.pass(milliseconds: 1_000)
        #expect(try world.notified().isEmpty)
    }

    @Test func `who asks for the feed is notified of everything at once, and nobody else`() throws {
        var world = World()
        let channel = try world.group([bob, cat], by: ann)
        _ = try world.notified()
        _ = try world.send("hi", as: "0", in: channel, by: ann)
        let decision = try world.ask(.catchUpNotifications, as: bob)
        #expect(World.told(decision.events) == ["new_message to 2 from 1 about \(channel)"])
        #expect(try decision.listed().map(\.unread) == [1])
        #expect(try world.ask(.catchUpNotifications, as: bob).events.isEmpty)
        world.pass(milliseconds: 1_000)
        #expect(try world.notified() == ["new_message to 3 from 1 about \(channel)"])
    }

    // MARK: Slices

    @Test func `a large channel is notified slice by slice, each member once`() throws {
        var world = World()
        let members = (100..<1_100).map { World.user($0) }
        for member in members { world.ledger.store.addUser(member) }
        let channel = try world.ask(
            .createChannel(CreateChannel(name: "all", members: Array(members.prefix(900)))), as: ann
        ).opened().channel
        _ = try world.notified()
        _ = try world.send("hi", as: "0", in: channel, by: ann)
        world.pass(milliseconds: 1_000)
        var told: [String] = [], slices = 0
        while world.ledger.notifyingDue != nil {
            let slice = try world.notified()
            #expect(slice.count <= 128)
            told += slice
            slices += 1
        }
        #expect(slices > 5)
        #expect(told.count == 900 && Set(told).count == 900)
    }

    @Test func `a slice that is rolled back is done again`() throws {
        var world = World()
        let channel = try world.group([bob, cat], by: ann)
        _ = try world.notified()
        _ = try world.send("hi", as: "0", in: channel, by: ann)
        world.pass(milliseconds: 1_000)
        try world.ledger.store.begin()
        #expect(try world.ledger.notifyOfMessages(at: world.now).count == 2)
        world.ledger.store.rollback()
        world.ledger.forget()
        #expect(try world.notified().count == 2)
        #expect(world.ledger.notifyingDue == nil)
    }

    @Test func `what a former run did not come to is done by the next`() throws {
        var world = World()
        let channel = try world.group([bob], by: ann)
        _ = try world.notified()
        _ = try world.send("hi", as: "0", in: channel, by: ann)
        world.ledger = Ledger(store: world.ledger.store, limits: World.unlimited)
        try world.ledger.recallNotifications(at: world.now)
        world.pass(milliseconds: 1_000)
        #expect(try world.notified() == ["new_message to 2 from 1 about \(channel)"])
        world.ledger = Ledger(store: world.ledger.store, limits: World.unlimited)
        try world.ledger.recallNotifications(at: world.now)
        #expect(world.ledger.notifyingDue == nil)
    }

    // MARK: Others

    @Test func `mentions, reactions and invitations are told in the same transaction`() throws {
        var world = World()
        let channel = try world.group([bob], by: ann)
        #expect(try world.notified() == ["channel_invite to 2 from 1 about \(channel)"])
        _ = try world.ask(.addMember(AddMember(channel: channel, user: cat)), as: ann)
        #expect(try world.notified() == ["channel_invite to 3 from 1 about \(channel)"])
        _ = try world.send("@bob", as: "0", in: channel, by: ann)
        #expect(try world.notified() == ["mention to 2 from 1 about \(channel)/1"])
        let react = React(channel: channel, number: 1, emoji: "👍", isAdded: true)
        _ = try world.ask(.react(react), as: bob)
        #expect(try world.notified() == ["reaction to 1 from 2 about \(channel)/1"])
        _ = try world.ask(.react(react), as: ann)
        #expect(try world.notified().isEmpty, "nobody is notified of oneself")
        _ = try world.mark(1, in: channel, by: bob)
        #expect(try world.read() == ["1 by 2", "3 by 2"])
    }

    @Test func `what is told has the words of what may be seen, and what is kept has none of them`() throws {
        var world = World()
        let channel = try world.openDirect(ann, bob)
        _ = try world.send("secret words", as: "0", in: channel, by: ann)
        world.pass(milliseconds: 1_000)
        let told = try world.words()
        #expect(told == ["1: ANN: secret words"])
        let kept = (world.ledger.store.committed.logs[.personal(bob)] ?? []).compactMap { event -> String? in
            guard case .note(let note) = event.fact else { return nil }
            return String(decoding: note.data, as: UTF8.self)
        }
        #expect(kept.contains { $0.contains("new_message") } && !kept.contains { $0.contains("secret") })
        let group = try world.group([bob], by: ann)
        _ = try world.send("one", as: "1", in: group, by: ann)
        _ = try world.send("two", as: "2", in: group, by: ann)
        world.pass(milliseconds: 1_000)
        #expect(try world.words().last == "2: 2 new messages in group")
    }

    // MARK: Pushing

    @Test func `who has a device is pushed what is new, and what they read is taken back`() throws {
        var world = World()
        let channel = try world.openDirect(ann, bob)
        try world.giveDevices([bob])
        _ = try world.send("m", as: "0", in: channel, by: ann)
        world.pass(milliseconds: 1_000)
        _ = try world.notified()
        #expect(world.pushes == ["new_message to 2 about channel-\(channel) in 4000"], "a second has passed")
        _ = try world.send("m", as: "1", in: channel, by: ann)
        world.pass(milliseconds: 1_000)
        #expect(try world.notified().isEmpty, "there is one already")
        #expect(world.pushes.count == 2 && world.pushes.first == world.pushes.last)
        _ = try world.send("answer", as: "2", in: channel, by: bob)
        world.pass(milliseconds: 1_000)
        _ = try world.notified()
        #expect(world.pushes.last == "channel-\(channel) back from 2")
        #expect(world.pushes.count == 3, "ann has no device")
    }

    @Test func `nobody is pushed what they do not want to be told of, or wrote themselves`() throws {
        var world = World()
        let channel = try world.group([bob, cat, dan], by: ann)
        _ = try world.notified()
        try world.giveDevices([ann, bob, cat, dan])
        _ = try world.send("first", as: "0", in: channel, by: ann)
        world.pass(milliseconds: 1_000)
        _ = try world.notified()
        let before = world.pushes.count
        #expect(before == 3)
        _ = try world.ask(.setNotifications(wish(channel, .mentions)), as: bob)
        let muted = world.now.adding(seconds: 60)
        _ = try world.ask(
            .setNotifications(SetNotifications(channel: channel, level: nil, mutedUntil: .set(muted))), as: cat)
        _ = try world.ask(.block(ann, isBlocked: true), as: dan)
        _ = try world.send("more", as: "1", in: channel, by: ann)
        world.pass(milliseconds: 1_000)
        _ = try world.notified()
        #expect(world.pushes.count == before)
    }

    @Test func `a kind that somebody does not want is not theirs`() throws {
        var world = World()
        var content = world.ledger.store.committed
        content.unwanted[bob] = [.mention, .newMessage]
        world.ledger = Ledger(store: MemoryChannelStore(content), limits: World.unlimited)
        let channel = try world.group([bob], by: ann)
        _ = try world.send("@bob and all", as: "0", in: channel, by: ann)
        #expect(try world.notified() == ["channel_invite to 2 from 1 about \(channel)"])
        world.pass(milliseconds: 1_000)
        #expect(try world.notified().isEmpty)
    }

    @Test func `others' notifications are not there to be read`() throws {
        var world = World()
        let channel = try world.group([bob], by: ann)
        _ = try world.notified()
        #expect(try world.ask(.readNotifications(.one(1)), as: ann).rejection == .noSuchNotification)
        #expect(try world.ask(.readNotifications(.through(.max)), as: ann).events.isEmpty)
        #expect(try world.ask(.readNotifications(.through(1)), as: bob).events.count == 1)
        #expect(try world.ask(.readNotifications(.one(1)), as: bob).events.isEmpty, "it was read before")
        _ = channel
    }
}

extension World {
    mutating func pass(milliseconds: Int64) { now = Timestamp(milliseconds: now.milliseconds + milliseconds) }

    /// What is told at the end of a transaction: of the commands before it, and of messages when that is due.
    private mutating func settle() throws -> [Event] {
        try ledger.store.begin()
        var events = try ledger.takeNotifications(at: now)
        if let due = ledger.notifyingDue, due <= now { events += try ledger.notifyOfMessages(at: now) }
        try ledger.store.commit()
        ledger.notificationsCommitted()
        return events
    }

    mutating func notified() throws -> [String] { Self.told(try settle()) }

    /// How many messages each stands for, and what it says.
    mutating func words() throws -> [String] {
        try settle().compactMap { event in
            guard case .note(let note) = event.fact, note.kind == .notificationCreated,
                let json = try? JSONDocument(parsing: note.data).root
            else { return nil }
            return "\(json["count"]?.integer ?? 0): \(json["text"]?.string ?? "-")"
        }
    }

    var pushes: [String] { ledger.store.committed.pushes }

    mutating func giveDevices(_ users: Set<UserID>) throws {
        var content = ledger.store.committed
        content.deviceOwners = users
        ledger = Ledger(store: MemoryChannelStore(content), limits: Self.unlimited)
    }

    static func told(_ events: [Event]) -> [String] {
        events.compactMap { event in
            guard case .note(let note) = event.fact, note.kind == .notificationCreated,
                let json = try? JSONDocument(parsing: note.data).root
            else { return nil }
            let words = ["type", "to_user", "from_user", "reference_id"].map { name in
                json.members.first { $0.name == name }?.value.string ?? "-"
            }
            return "\(words[0]) to \(words[1]) from \(words[2]) about \(words[3])"
        }
    }

    /// Which notifications were read since this was last asked, and by whom.
    mutating func read() throws -> [String] {
        try settle().flatMap { event -> [String] in
            guard case .note(let note) = event.fact, note.kind == .notificationRead, let user = event.channel.owner,
                let json = try? JSONDocument(parsing: note.data).root
            else { return [] }
            return json["ids"]?.elements.map { "\($0.string ?? "-") by \(user)" } ?? []
        }
    }
}
