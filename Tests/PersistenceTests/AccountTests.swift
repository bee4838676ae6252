import Base
import Channels
import TestSupport
import Testing

@testable import Auth
@testable import Persistence

@Suite("Accounts on disk") struct AccountTests {
    private func account(
        _ username: String?, email: String? = nil, phone: String? = nil, uuid: String = "uuid"
    ) throws -> NewAccount {
        NewAccount(
            uuid: uuid, username: try username.map { try Username($0) }, email: try email.map { try EmailAddress($0) },
            phone: try phone.map { try PhoneNumber($0) }, displayName: "Ann", role: .moderator,
            createdAt: Shelf.start)
    }

    @Test func `are found by every name in any case, and as they were made`() async throws {
        let house = try House()
        let made = try await house.storage.accounts.create(
            account("Ann.B", email: "Ann@Example.org", phone: "+49 170 1234567"), by: .server)
        house.close()
        let after = try House(in: house.directory)
        for name in ["ann.b", "ANN.B", "ann@example.org", "+491701234567"] {
            let login = try #require(LoginName.read(name))
            #expect(try await after.storage.accounts.find(login: login)?.account == made, "\(name)")
        }
        #expect(try await after.storage.accounts.find(user: made.id) == made)
        #expect(try await after.storage.accounts.find(user: Shelf.user(99)) == nil)
        let unknown = try #require(LoginName.read("zoe"))
        #expect(try await after.storage.accounts.find(login: unknown) == nil)
    }

    @Test func `keep when they were last seen, the latest of it`() async throws {
        let house = try House()
        let accounts = house.storage.accounts
        let ann = try await accounts.create(account("ann", uuid: "1"), by: .server).id
        let bob = try await accounts.create(account("bob", uuid: "2"), by: .server).id
        let nobody = Shelf.user(99)
        #expect(try await accounts.lastSeen(of: [ann, bob, nobody]) == [:])
        let late = Shelf.start.adding(seconds: 60)
        try await accounts.touch(LastSeen(users: [ann: late, nobody: late]))
        try await accounts.touch(LastSeen(users: [ann: Shelf.start, bob: Shelf.start]))
        try await accounts.touch(LastSeen())
        #expect(try await accounts.lastSeen(of: [ann, bob, nobody]) == [ann: late, bob: Shelf.start])
        house.close()
        let after = try House(in: house.directory)
        #expect(try await after.storage.accounts.find(user: ann)?.lastSeenAt == late)
        #expect(try await after.storage.accounts.lastSeen(of: [bob]) == [bob: Shelf.start])
    }

    @Test func `many are kept at once`() async throws {
        let house = try House()
        let accounts = house.storage.accounts
        for number in 1...20 { _ = try await accounts.create(account("user\(number)", uuid: "\(number)"), by: .server) }
        let seen = Dictionary(
            uniqueKeysWithValues: (1...3_000).map { (Shelf.user($0), Shelf.start.adding(seconds: $0)) })
        try await accounts.touch(LastSeen(users: seen))
        #expect(try await accounts.lastSeen(of: Array(seen.keys)) == seen.filter { $0.key.rawValue <= 20 })
    }

    @Test func `say which name is taken, and keep nothing of who came second`() async throws {
        let house = try House()
        let accounts = house.storage.accounts
        _ = try await accounts.create(
            account("ann", email: "ann@example.org", phone: "+491701234567", uuid: "1"), by: .server)
        await #expect(throws: AccountFailure.taken(field: "username")) {
            try await accounts.create(account("ANN", email: "other@example.org", uuid: "2"), by: .server)
        }
        await #expect(throws: AccountFailure.taken(field: "email")) {
            try await accounts.create(account("bob", email: "ANN@example.org", uuid: "2"), by: .server)
        }
        await #expect(throws: AccountFailure.taken(field: "phone")) {
            try await accounts.create(account("bob", phone: "+49-170-1234567", uuid: "2"), by: .server)
        }
        let bob = try await accounts.create(account("bob", email: "other@example.org", uuid: "2"), by: .server)
        #expect(bob.id.rawValue == 2, "a refusal uses up no number")
    }

    @Test func `are imported row by row, each with its own outcome`() async throws {
        let house = try House()
        func row(_ username: String, email: String? = nil, credential: ImportedCredential = .none) throws
            -> ImportedAccount
        {
            ImportedAccount(
                uuid: "uuid-\(username)-\(email ?? "")", username: try Username(username),
                email: try email.map { try EmailAddress($0) }, credential: credential)
        }
        let outcomes = try await house.storage.accounts.importAccounts(
            [
                row("ann", email: "ann@example.org"), row("bob", email: "bob@example.org"), row("Ann"),
                row("ann", email: "bob@example.org"), row("eve", email: "ann@example.org"),
                row("cat", credential: .password(Secret(Array("plain".utf8)))), row("dan"),
            ], at: Shelf.start)
        let ids = try (1...3).map { try #require(UserID(rawValue: $0)) }
        #expect(
            outcomes == [
                .created(ids[0]), .created(ids[1]), .exists(ids[0]), .refused("the username belongs to another user"),
                .refused("the email belongs to another user"), .refused("the password was not hashed"),
                .created(ids[2]),
            ])
    }

    @Test func `take a new password hash, if they are there`() async throws {
        let house = try House()
        var random = RandomSource(seed: 1), cost = PasswordHash.Cost.standard
        cost.logN = 10
        let hash = try PasswordHash.make(Array("new".utf8), cost: cost, random: &random)
        let ann = try await house.user("ann")
        try await house.storage.accounts.replaceHash(of: ann, with: hash)
        let stored = try await house.storage.accounts.find(login: try #require(LoginName.read("ann")))
        #expect(stored?.passwordHash?.text == hash.text)
        await #expect(throws: AccountFailure.notFound) {
            try await house.storage.accounts.replaceHash(of: Shelf.user(99), with: hash)
        }
    }
}
