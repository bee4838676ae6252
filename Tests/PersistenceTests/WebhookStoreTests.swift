import Base
import Channels
import TestSupport
import Testing

@testable import Auth
@testable import Persistence

@Suite("Webhooks on disk") struct WebhookStoreTests {
    private let secret = Secret(Array("secret".utf8))

    private func made(in house: House, _ events: [String] = ["*"]) async throws -> Webhook {
        try await house.storage.webhooks.create(
            url: "https://example.org/", events: events, secret: secret, by: .server)
    }

    @Test func `begin with what happens after them, and go on behind a restart`() async throws {
        let house = try House()
        _ = try await house.user("ann")
        let hook = try await made(in: house, ["user.*", "message.created"])
        #expect(hook.told.outbox == 1)
        _ = try await house.user("bob")
        house.close()
        let after = try House(in: house.directory, time: house.time)
        #expect(try await after.storage.webhooks.all() == [hook])
        let events = try await after.storage.webhooks.outbox(after: hook.told.outbox, limit: 10)
        #expect(events.map(\.type) == ["user.registered"])
        #expect(String(decoding: events[0].data, as: UTF8.self).contains(#""username":"bob","role":"member""#))
        let kept = try #require(try await after.storage.webhooks.secret(of: hook.id))
        #expect(kept.matches(Array("secret".utf8)))
        #expect(try await after.storage.webhooks.secret(of: 99) == nil)
    }

    @Test func `hear of everybody who becomes a user, by whatever road, and of what becomes of them`() async throws {
        let house = try House()
        func new(_ name: String) throws -> NewAccount {
            NewAccount(uuid: name, username: try Username(name), createdAt: house.time.now)
        }
        let storage = house.storage, rank = Rank(.all)
        let bob = try await storage.people.create(try new("bob"), profile: Profile(), within: rank, by: .server)
        _ = try await storage.people.setUp(try new("root"), by: .server)
        let identity = try #require(Identity(issuer: "mint", subject: "7"))
        for _ in 0..<2 {
            _ = try await storage.foreignUsers.account(of: identity, orMaking: try new("cid"), by: .server)
        }
        _ = try await storage.people.setRole(of: bob.id, to: .restaurantManager, within: rank, by: .server)
        _ = try await storage.people.suspend(bob.id, because: nil, within: rank, by: .server)
        try await storage.people.erase(bob.id, isDeletingMessages: false, within: rank, by: .server)
        let events = try await storage.webhooks.outbox(after: 0, limit: 20)
        #expect(
            events.map(\.type) == [
                "user.registered", "user.registered", "user.registered", "user.role_changed",
                "restaurant_manager.created", "user.suspended", "user.deleted",
            ])
    }

    @Test func `hear of managers and moderators by names of their own`() async throws {
        let house = try House()
        for (name, role) in [("ann", Role.restaurantManager), ("bob", .moderator), ("cid", .customer)] {
            _ = try await house.storage.accounts.create(
                NewAccount(uuid: name, username: try Username(name), role: role, createdAt: house.time.now), by: .server
            )
        }
        let types = try await house.storage.webhooks.outbox(after: 0, limit: 10).map(\.type)
        #expect(
            types == [
                "user.registered", "restaurant_manager.created", "user.registered", "moderator.created",
                "user.registered",
            ])
    }

    @Test func `are changed, paused and deleted, and what was tried with them is kept in order`() async throws {
        let house = try House()
        let hooks = house.storage.webhooks
        let hook = try await made(in: house)
        for attempt in 1...5 {
            try await hooks.record(
                WebhookDelivery(
                    event: "evt_1", type: "user.registered", attempt: attempt, at: house.time.now, status: 500,
                    error: nil, outcome: .retried, durationMilliseconds: 3),
                WebhookProgress(
                    told: hook.told, attempts: attempt, dueAt: house.time.now.adding(seconds: 5),
                    failingSince: house.time.now), of: hook.id)
        }
        let page = try #require(try await hooks.deliveries(of: hook.id, before: nil, limit: 2))
        #expect(page.map(\.attempt) == [5, 4])
        let rest = try #require(try await hooks.deliveries(of: hook.id, before: page[1].id, limit: 10))
        #expect(rest.map(\.attempt) == [3, 2, 1])
        #expect(try await hooks.all().first?.attempts == 5)
        try await hooks.record(
            nil, WebhookProgress(told: hook.told, attempts: 6, pausedBecause: "it is gone"), of: hook.id)
        #expect(try await hooks.all().first?.isActive == false)
        let changed = try await hooks.change(hook.id, url: nil, events: ["user.*"], isActive: true, by: .server)
        #expect(changed?.isActive == true)
        #expect(changed?.events == ["user.*"])
        #expect(changed?.url == hook.url)
        #expect(changed?.attempts == 0)
        #expect(try await hooks.delete(hook.id, by: .server))
        #expect(try await hooks.delete(hook.id, by: .server) == false)
        #expect(try await hooks.deliveries(of: hook.id, before: nil, limit: 1) == nil)
        #expect(try await hooks.change(hook.id, url: nil, events: nil, isActive: nil, by: .server) == nil)
    }

    @Test func `are told an event of another service once`() async throws {
        let house = try House()
        let hooks = house.storage.webhooks
        let data = Array(#"{"order":7}"#.utf8)
        #expect(try await hooks.publish(type: "order.paid", data: data, externalID: "a", by: .server))
        #expect(try await hooks.publish(type: "order.paid", data: data, externalID: "a", by: .server) == false)
        #expect(try await hooks.publish(type: "order.paid", data: data, externalID: "b", by: .server))
        #expect(try await hooks.outbox(after: 0, limit: 10).map(\.data) == [data, data])
        house.time.pass(milliseconds: 1)
        #expect(try await hooks.prune(before: house.time.now) == false)
        #expect(try await hooks.outbox(after: 0, limit: 10).isEmpty)
    }

    @Test func `are as many as may be`() async throws {
        let house = try House()
        for _ in 0..<Webhook.countMax { _ = try await made(in: house) }
        await #expect(throws: WebhookFailure.full) { try await made(in: house) }
    }

    @Test func `are told of channels by the journal, of each message as it is now, and never of what two say`()
        async throws
    {
        let house = try House()
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        let direct = try await house.direct(ann, bob)
        _ = try await house.send("between us", as: "0", in: direct, by: ann)
        let created = await house.storage.journal.commit(
            .createChannel(CreateChannel(name: "room", members: [bob])), as: ann)
        guard case .success(.opened(let summary, _)) = created else { throw Unanswered(result: created) }
        let room = summary.channel
        for name in ["1", "2"] { _ = try await house.send("text \(name)", as: name, in: room, by: ann) }
        let tail = house.storage.tail
        let all = try await tail.events(after: 0, limit: 100)
        #expect(all.events.allSatisfy { $0.event.channel == room })
        let texts = all.events.compactMap { _, event -> String? in
            guard case .messageCreated(let message) = event.fact else { return nil }
            return String(decoding: message.text, as: UTF8.self)
        }
        #expect(texts == ["text 1", "text 2"])
        #expect(try await tail.events(after: all.last, limit: 100).events.isEmpty)
        #expect(try await tail.events(after: all.last, limit: 100).last == all.last)
        _ = await house.storage.journal.commit(
            .deleteMessages(DeleteMessages(channel: room, number: 1, scope: .all)), as: ann)
        let later = try await tail.events(after: 0, limit: 100)
        let left = later.events.compactMap { _, event -> Int64? in
            guard case .messageCreated(let message) = event.fact else { return nil }
            return message.number
        }
        #expect(left == [2], "what was deleted is not told any more")
        var pages = 0, position: Int64 = 0, count = 0
        while true {
            let page = try await tail.events(after: position, limit: 2)
            guard page.last > position else { break }
            position = page.last
            count += page.events.count
            pages += 1
        }
        #expect(count == later.events.count)
        #expect(pages > 2)
    }
}
