import Base
import Channels
import TestSupport
import Testing

@testable import Auth
@testable import Persistence

@Suite("People on disk") struct PeopleTests {
    private let cause = Cause(actor: UserID(rawValue: 1), address: "192.0.2.1")

    private func trail(_ house: House) throws -> [String] {
        let database = try Database(path: house.path, .reader)
        return try database.prepare("SELECT action, target, detail FROM audit ORDER BY id").all {
            row throws(StoreFailure) in
            [row.string(0), row.string(1), row.stringOrNull(2) ?? "-"].joined(separator: " ")
        }
    }

    private func login(_ house: House, _ user: UserID, _ number: UInt64) async throws -> LoginID {
        let login = LoginID(high: number, low: 1), now = house.time.now
        try await house.storage.accounts.openLogin(
            NewLogin(
                id: login, user: user, refreshHash: [UInt8](repeating: UInt8(number), count: 32), createdAt: now,
                expiresAt: now.adding(seconds: 86_400), absoluteExpiry: now.adding(seconds: 86_400)), by: cause)
        return login
    }

    @Test func `what is done to accounts stands in the trail, without what stands in them`() async throws {
        let house = try House(), people = house.storage.people
        let ann = try await house.user("ann")
        var change = AccountChange()
        change.bio = .set("a secret bio")
        change.email = .set(try EmailAddress("a@example.org"))
        _ = try await people.change(ann, change, within: nil, if: { _ in true }, by: cause)
        _ = try await people.change(ann, change, within: nil, if: { _ in true }, by: cause)
        _ = try await people.setRole(of: ann, to: .moderator, within: .operator, by: cause)
        _ = try await people.suspend(ann, because: "spam", within: .operator, by: cause)
        _ = try await people.restore(ann, within: .operator, by: cause)
        try await people.endAll(of: ann, within: nil, by: cause)
        try await people.erase(ann, isDeletingMessages: false, within: .operator, by: cause)
        #expect(
            try trail(house) == [
                "user.created user:1 -", "user.updated user:1 email bio",
                "user.role_changed user:1 member to moderator",
                "user.suspended user:1 spam", "user.restored user:1 -", "login.all_ended user:1 -",
                "user.deleted user:1 -",
            ])
    }

    @Test func `a refusal leaves nothing behind`() async throws {
        let house = try House(), people = house.storage.people
        let ann = try await house.user("ann")
        let mod = try await people.setRole(of: ann, to: .superuser, within: .operator, by: .server)
        let before = try trail(house)
        await #expect(throws: PeopleFailure.outranked) {
            try await people.suspend(ann, because: nil, within: Rank([.writeUsers]), by: cause)
        }
        await #expect(throws: PeopleFailure.lastSuperuser) {
            try await people.suspend(ann, because: nil, within: .operator, by: cause)
        }
        await #expect(throws: PeopleFailure.changedMeanwhile) {
            try await people.change(ann, AccountChange(), within: nil, if: { _ in false }, by: cause)
        }
        await #expect(throws: PeopleFailure.noSuchUser) {
            try await people.erase(Shelf.user(99), isDeletingMessages: true, within: .operator, by: cause)
        }
        await #expect(throws: PeopleFailure.noSuchRole) {
            try await people.setRole(
                of: ann, to: try #require(Role(name: "emperor")), within: .operator, by: cause)
        }
        #expect(try await people.find(ann) == mod)
        #expect(try trail(house) == before)
    }

    @Test func `who is suspended hears it by their logins, and opens none`() async throws {
        let house = try House(), people = house.storage.people
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        let logins = [try await login(house, ann, 1), try await login(house, ann, 2)]
        let other = try await login(house, bob, 3)
        _ = try await people.suspend(ann, because: nil, within: .operator, by: cause)
        #expect(Set(house.listener.endedLogins) == Set(logins))
        for case .loginEnded(_, let why) in house.listener.announcements {
            guard case .blocked = why else {
                Issue.record("\(why)")
                continue
            }
        }
        for ended in logins { #expect(house.storage.endedLogins.contains(ended)) }
        #expect(!house.storage.endedLogins.contains(other))
        await #expect(throws: AccountFailure.notFound) { _ = try await login(house, ann, 4) }
        let refresh = [UInt8](repeating: 1, count: 32)
        let rotation = try await house.storage.accounts.rotate(
            refresh: refresh, to: [UInt8](repeating: 9, count: 32), at: house.time.now, by: cause)
        #expect(rotation == .unknown)
        _ = try await people.restore(ann, within: .operator, by: cause)
        _ = try await login(house, ann, 5)
        #expect(try await people.sessions(of: ann, limit: 9).map(\.address) == ["192.0.2.1"])
    }

    @Test func `there is one first superuser, however many try at once`() async throws {
        let house = try House(), people = house.storage.people, now = house.time.now
        let won = await withTaskGroup(of: Bool.self) { group in
            for number in 1...50 {
                group.addTask {
                    guard let name = try? Username("root\(number)") else { return false }
                    let new = NewAccount(uuid: "uuid-\(number)", username: name, createdAt: now)
                    return (try? await people.setUp(new, by: .server)) != nil
                }
            }
            return await group.reduce(into: 0) { if $1 { $0 += 1 } }
        }
        #expect(won == 1)
        var search = PeopleSearch(limit: 10)
        search.role = .superuser
        #expect(try await people.list(search).accounts.count == 1)
    }

    @Test func `the book of roles follows what is on disk, in its order`() async throws {
        let house = try House(), roles = house.storage.madeRoles, book = house.storage.roles
        let porter = try #require(Role(name: "porter"))
        #expect(try await roles.define(porter, .readUsers, within: .operator, by: cause) == false)
        #expect(book.permissions(of: porter) == .readUsers)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask { [cause] in
                    let wanted: Permissions = number.isMultiple(of: 2) ? .moderate : .readUsers
                    _ = try? await roles.define(porter, wanted, within: .operator, by: cause)
                }
            }
        }
        let last = book.permissions(of: porter)
        house.close()
        let after = try House(in: house.directory)
        #expect(after.storage.roles.permissions(of: porter) == last)
        await #expect(throws: PeopleFailure.builtInRole) {
            _ = try await after.storage.madeRoles.define(.member, .all, within: .operator, by: cause)
        }
        try await after.storage.madeRoles.remove(porter, within: .operator, by: cause)
        #expect(!after.storage.roles.contains(porter))
    }

    @Test func `logins that are over for a day go, and those that stand stay`() async throws {
        let house = try House()
        let ann = try await house.user("ann")
        for number in 1...200 as ClosedRange<UInt64> { _ = try await login(house, ann, number) }
        for number in 1...150 as ClosedRange<UInt64> {
            try await house.storage.accounts.revoke(
                login: LoginID(high: number, low: 1), at: house.time.now, by: .server)
        }
        house.time.pass(milliseconds: 90_000_000)
        let kept = try await login(house, ann, 201)
        let database = try Database(path: house.path, .reader)
        for _ in 1...200 {
            if try database.integer("SELECT count(*) FROM logins WHERE ended_at IS NOT NULL") == 0 { break }
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(try database.integer("SELECT count(*) FROM logins WHERE ended_at IS NOT NULL") == 0)
        let left = try await house.storage.people.sessions(of: ann, limit: 500).map(\.id)
        #expect(left.contains(kept))
        #expect(try database.integer("SELECT count(*) FROM refresh_tokens") == Int64(left.count))
    }

    @Test func `an erasure that was interrupted goes on after a restart`() async throws {
        let house = try House()
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        let channel = try await house.direct(ann, bob)
        for index in 1...700 { _ = try await house.send("plugh-\(index)", as: "\(index)", in: channel, by: ann) }
        _ = try await house.send("of bob", as: "1", in: channel, by: bob)
        try await house.storage.people.erase(ann, isDeletingMessages: true, within: nil, by: cause)
        let image = house.image()
        house.close()
        let after = try House(in: image)
        let database = try Database(path: after.path, .reader)
        for _ in 1...300 {
            if try database.integer("SELECT count(*) FROM erasures") == 0 { break }
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(try database.integer("SELECT count(*) FROM erasures") == 0)
        let page = try await after.storage.archive.messages(of: channel, for: bob, at: .newest, limit: 200)
        #expect(
            page.messages.filter { !$0.message.text.isEmpty }.map { String(decoding: $0.message.text, as: UTF8.self) }
                == ["of bob"])
        #expect(try database.integer("SELECT count(*) FROM journal WHERE body LIKE '%plugh%'") == 0)
        #expect(try database.integer("SELECT count(*) FROM journal WHERE body LIKE '%\"ann\"%'") == 0)
    }
}
