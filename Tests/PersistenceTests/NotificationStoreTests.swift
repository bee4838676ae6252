import Base
import Channels
import TestSupport
import Testing

@testable import Auth
@testable import Persistence

@Suite("The feed on disk") struct NotificationStoreTests {
    /// A user's feed, when everything was notified of: kind, whether it is unread, and the message that it shows.
    private func feed(_ house: House, of user: UserID) async throws -> [String] {
        _ = await house.storage.journal.commit(.catchUpNotifications, as: user)
        let page = try await house.storage.notifications.page(of: user, before: nil, isUnreadOnly: false, limit: 100)
        return page.map { view in
            let text = view.message.map { String(decoding: $0.text, as: UTF8.self) } ?? "-"
            return "\(view.notification.content.kind.rawValue)\(view.notification.readAt == nil ? "*" : "") \(text)"
        }
    }

    private func group(_ house: House, _ members: [UserID], by owner: UserID) async throws -> ChannelID {
        let made = await house.storage.journal.commit(
            .createChannel(CreateChannel(name: "g", members: members)), as: owner)
        guard case .success(.opened(let summary, _)) = made else { throw Unanswered(result: made) }
        return summary.channel
    }

    @Test func `what is deleted or hidden leaves it, and its text was never in it`() async throws {
        let house = try House()
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        let channel = try await group(house, [bob], by: ann)
        for (name, text) in [("0", "@bob first secret"), ("1", "@bob second"), ("2", "third")] {
            _ = try await house.send(text, as: name, in: channel, by: ann)
        }
        #expect(
            try await feed(house, of: bob) == [
                "new_message* third", "mention* @bob second", "mention* @bob first secret", "channel_invite* -",
            ])
        let database = try Database(path: house.path, .reader)
        let rows = try database.prepare("SELECT group_concat(coalesce(detail, '')) FROM notifications")
            .first { row throws(StoreFailure) in row.string(0) }
        #expect(rows?.contains("secret") == false)
        for (scope, number) in [(DeleteMessages.Scope.all, 1 as Int64), (.me, 2)] {
            let result = await house.storage.journal.commit(
                .deleteMessages(DeleteMessages(channel: channel, ranges: [number...number], scope: scope)),
                as: scope == .all ? ann : bob)
            _ = try result.get()
        }
        #expect(try await feed(house, of: bob) == ["new_message* third", "channel_invite* -"])
        _ = try await house.storage.journal.commit(.leaveChannel(channel), as: bob).get()
        #expect(try await feed(house, of: bob).isEmpty)
    }

    @Test func `outlives a restart, which goes on where it was`() async throws {
        let house = try House()
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        let channel = try await house.direct(ann, bob)
        _ = try await house.send("hello", as: "0", in: channel, by: ann)
        house.close()
        let after = try House(in: house.directory, time: house.time)
        #expect(try await feed(after, of: bob) == ["new_message* hello"])
        _ = try await after.send("more", as: "1", in: channel, by: ann)
        #expect(try await feed(after, of: bob) == ["new_message* more"])
        _ = try await after.storage.journal.commit(
            .markRead(MarkRead(channel: channel, messageNumber: 2)), as: bob
        ).get()
        #expect(try await feed(after, of: bob) == ["new_message more"])
    }

    @Test func `comes by itself when the time has come, beside commits and without`() async throws {
        var limits = House.limits
        limits.notificationDelayMilliseconds = 1
        let house = try House(limits: limits)
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        let channel = try await house.direct(ann, bob)
        _ = try await house.send("hello", as: "0", in: channel, by: ann)
        house.time.pass(milliseconds: 10)
        func isTold() -> Bool {
            house.listener.events.contains { event in
                guard case .note(let note) = event.fact else { return false }
                return note.kind == .notificationCreated && event.channel == .personal(bob)
            }
        }
        while !isTold() { _ = await house.storage.isWriting() }
        #expect(try await feed(house, of: bob) == ["new_message* hello"])
    }

    @Test func `is bounded, and what is old goes`() async throws {
        var limits = House.limits
        limits.notificationsPerUserMax = 20
        let house = try House(limits: limits)
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        let channel = try await group(house, [bob], by: ann)
        for index in 0..<60 { _ = try await house.send("@bob \(index)", as: "\(index)", in: channel, by: ann) }
        let kept = try await feed(house, of: bob)
        #expect((20..<37).contains(kept.count) && kept.first == "mention* @bob 59")
        while try await house.storage.notifications.prune(before: house.time.now) {}
        #expect(try await feed(house, of: bob) == kept)
        while try await house.storage.notifications.prune(before: house.time.now.adding(seconds: 1)) {}
        #expect(try await feed(house, of: bob).isEmpty)
    }

    @Test func `is what its user wants of it, and goes with the user`() async throws {
        let house = try House()
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        let preferences = NotificationPreferences(unwanted: [.newMessage], unpushed: [.reaction, .mention])
        try await house.storage.notifications.set(preferences, of: bob)
        #expect(try await house.storage.notifications.preferences(of: bob) == preferences)
        #expect(try await house.storage.notifications.preferences(of: ann) == NotificationPreferences())
        let channel = try await group(house, [bob], by: ann)
        _ = try await house.send("@bob", as: "0", in: channel, by: ann)
        _ = try await house.send("all", as: "1", in: channel, by: ann)
        #expect(try await feed(house, of: bob) == ["mention* @bob", "channel_invite* -"])
        #expect(
            try await house.storage.notifications.unread(of: bob) == UnreadNotifications(singleCount: 2, channels: []))
        try await house.storage.people.erase(bob, isDeletingMessages: false, within: nil, by: .server)
        let database = try Database(path: house.path, .reader)
        for table in ["notifications", "notification_marks", "notification_preferences"] {
            let count = try database.integer("SELECT count(*) FROM \(table) WHERE user = \(bob.rawValue)")
            #expect(count == 0, "\(table)")
        }
    }
}
