import Base
import Channels
import TestSupport
import Testing

@testable import Auth
@testable import Persistence

@Suite("Devices on disk") struct DeviceStoreTests {
    private let phone: [JobKind: Int] = [PushOrder.kind: 10]

    private func login(_ house: House, _ user: UserID, _ number: UInt64) async throws -> LoginID {
        let login = LoginID(high: number, low: 1), now = house.time.now
        try await house.storage.accounts.openLogin(
            NewLogin(
                id: login, user: user, refreshHash: [UInt8](repeating: UInt8(number), count: 32), createdAt: now,
                expiresAt: now.adding(seconds: 86_400), absoluteExpiry: now.adding(seconds: 86_400)), by: .server)
        return login
    }

    private func put(
        _ house: House, _ user: UserID, _ login: LoginID, _ id: String, _ address: String
    ) async throws -> DevicePlace {
        try await house.storage.devices.put(
            Device(user: user, id: id, login: login, kind: .fcm, address: address, keys: nil), by: .server)
    }

    private func names(_ house: House, of user: UserID) async throws -> [String] {
        try await house.storage.devices.all(of: user).map { "\($0.id) \($0.address)" }
    }

    /// Jobs that are due now, and that are done by being looked at.
    private func due(_ house: House) async throws -> [String] {
        let jobs = try await house.storage.jobs.claim(phone, leases: [PushOrder.kind: 60])
        var orders: [String] = []
        for job in jobs {
            let order = try #require(PushOrder(job.payload))
            orders.append("\(order.topic.name) of \(order.user)\(order.isClosing ? " back" : "")")
            try await house.storage.jobs.settle(job, .done(result: nil, faults: []))
        }
        return orders
    }

    @Test func `a device goes with its login, however that ends, and an address has one owner`() async throws {
        let house = try House()
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        let logins = [try await login(house, ann, 1), try await login(house, ann, 2), try await login(house, bob, 3)]
        #expect(try await put(house, ann, logins[0], "a", "one") == .added)
        #expect(try await put(house, ann, logins[1], "b", "two") == .added)
        #expect(try await put(house, ann, logins[1], "b", "three") == .changed)
        #expect(try await names(house, of: ann) == ["a one", "b three"])
        #expect(try await put(house, bob, logins[2], "a", "one") == .added)
        #expect(try await names(house, of: ann) == ["b three"])
        try await house.storage.accounts.revoke(login: logins[1], at: house.time.now, by: .server)
        #expect(try await names(house, of: ann).isEmpty)
        #expect(try await put(house, ann, logins[1], "b", "four") == .loginEnded)
        #expect(try await names(house, of: ann).isEmpty)
        #expect(try await house.storage.devices.remove("a", of: bob, by: .server))
        #expect(try await !house.storage.devices.remove("a", of: bob, by: .server))
        for index in 0..<20 {
            house.time.pass(milliseconds: 1)
            _ = try await put(house, ann, logins[0], "d\(index)", "x\(index)")
        }
        let kept = try await names(house, of: ann)
        #expect(kept.count == Device.perUserMax && kept.contains("d19 x19") && !kept.contains("d3 x3"))
    }

    @Test func `what is said is pushed after the grace, once for all that came until then`() async throws {
        let house = try House()
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        let channel = try await house.direct(ann, bob)
        _ = try await put(house, bob, try await login(house, bob, 1), "a", "one")
        func say(_ name: String) async throws {
            _ = try await house.send("hi", as: name, in: channel, by: ann)
            _ = await house.storage.journal.commit(.catchUpNotifications, as: bob)
        }
        for name in ["0", "1", "2"] { try await say(name) }
        #expect(try await due(house).isEmpty)
        house.time.pass(milliseconds: 4_999)
        #expect(try await due(house).isEmpty)
        house.time.pass(milliseconds: 1)
        #expect(try await due(house) == ["channel-1_2 of 2"])
        let topic = PushTopic.channel(channel), devices = house.storage.devices
        #expect(try await devices.begin(topic, of: bob, isRepeated: false) == .first)
        #expect(try await devices.begin(topic, of: bob, isRepeated: false) == nil, "it was pushed")
        #expect(try await devices.begin(topic, of: bob, isRepeated: true) == .again, "a try that broke off is repeated")
        try await say("3")
        house.time.pass(milliseconds: 5_000)
        #expect(try await due(house) == ["channel-1_2 of 2"], "and once more for what came later")
        #expect(try await devices.begin(topic, of: bob, isRepeated: false) == .again)
        let mark = MarkRead(channel: channel, messageNumber: 4)
        _ = try await house.storage.journal.commit(.markRead(mark), as: bob).get()
        #expect(try await due(house) == ["channel-1_2 of 2 back"])
        #expect(try await devices.begin(topic, of: bob, isRepeated: true) == nil, "there is nothing any more")
    }

    @Test func `what was begun and not pushed leaves nothing to take back, but what came meanwhile`() async throws {
        let house = try House()
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        let channel = try await house.direct(ann, bob)
        _ = try await put(house, bob, try await login(house, bob, 1), "a", "one")
        let topic = PushTopic.channel(channel), devices = house.storage.devices
        func say(_ name: String) async throws {
            _ = try await house.send("hi", as: name, in: channel, by: ann)
            _ = await house.storage.journal.commit(.catchUpNotifications, as: bob)
        }
        try await say("0")
        #expect(try await devices.begin(topic, of: bob, isRepeated: false) == .first)
        #expect(try await devices.isShown(topic, to: bob))
        try await say("1")
        try await devices.drop(topic, of: bob)
        #expect(try await !devices.isShown(topic, to: bob))
        #expect(try await devices.begin(topic, of: bob, isRepeated: false) == .first)
        try await devices.drop(topic, of: bob)
        #expect(try await devices.begin(topic, of: bob, isRepeated: true) == nil)
    }

    @Test func `what is about no channel is forgotten with its notification`() async throws {
        let house = try House()
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        _ = try await put(house, bob, try await login(house, bob, 1), "a", "one")
        let new = NewNotification(.system, to: bob, from: nil, about: .user(ann))
        _ = await house.storage.journal.commit(.notify(new), as: bob)
        let topic = PushTopic.notification(1), devices = house.storage.devices
        #expect(try await devices.begin(topic, of: bob, isRepeated: false) == .first)
        _ = try await house.storage.notifications.prune(before: house.time.now.adding(seconds: 1))
        #expect(try await !devices.isShown(topic, to: bob))
    }

    @Test func `what is read before the grace is over is neither pushed nor taken back`() async throws {
        let house = try House()
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        let channel = try await house.direct(ann, bob)
        _ = try await put(house, bob, try await login(house, bob, 1), "a", "one")
        _ = try await house.send("hi", as: "0", in: channel, by: ann)
        _ = await house.storage.journal.commit(.catchUpNotifications, as: bob)
        let mark = MarkRead(channel: channel, messageNumber: 1)
        _ = try await house.storage.journal.commit(.markRead(mark), as: bob).get()
        house.time.pass(milliseconds: 5_000)
        #expect(try await due(house) == ["channel-1_2 of 2"])
        #expect(try await house.storage.devices.begin(.channel(channel), of: bob, isRepeated: false) == nil)
    }

    @Test func `nothing is queued for who has no device, or does not want it pushed`() async throws {
        let house = try House()
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        let channel = try await house.direct(ann, bob)
        _ = try await house.send("hi", as: "0", in: channel, by: ann)
        _ = await house.storage.journal.commit(.catchUpNotifications, as: bob)
        _ = try await put(house, bob, try await login(house, bob, 1), "a", "one")
        try await house.storage.notifications.set(NotificationPreferences(unpushed: [.newMessage]), of: bob)
        _ = try await house.send("hi", as: "1", in: channel, by: ann)
        _ = await house.storage.journal.commit(.catchUpNotifications, as: bob)
        house.time.pass(milliseconds: 60_000)
        #expect(try await due(house).isEmpty)
    }
}
