import Base
import Channels
import Glibc
import TestSupport
import Testing

@testable import Auth
@testable import Persistence

@Suite("API keys on disk") struct APIKeyTests {
    private func new(
        _ scopes: Set<KeyScope>, for user: UserID? = nil, at now: Timestamp, until end: Timestamp? = nil
    ) -> NewAPIKey {
        var random = RandomSource.system
        return NewAPIKey(
            name: "bridge", text: APIKeyText.make(random: &random), scopes: scopes, user: user,
            login: LoginID(random: &random), createdAt: now, expiresAt: end)
    }

    private func attend(_ house: House, _ user: UserID, by login: LoginID) async -> Rejection? {
        let attend = Attend(login: login, session: SessionID(high: 1, low: 1))
        guard case .failure(let rejection) = await house.storage.journal.commit(.attend(attend), as: user) else {
            return nil
        }
        return rejection
    }

    @Test func `a key is found by its text alone, now and after a restart`() async throws {
        let house = try House(), keys = house.storage.apiKeys, now = house.time.now
        let new = new([.introspect, .mint], at: now), other = self.new([.introspect], at: now)
        let key = try await keys.create(new, by: .server)
        #expect(keys.book.find(new.text.text, at: now)?.key.id == key.id)
        #expect(keys.book.find(other.text.text, at: now) == nil)
        // The right prefix, and a secret that is another's.
        let mixed = "ck_\(new.text.prefix)_\(other.text.text.suffix(43))"
        #expect(APIKeyText(mixed) != nil)
        #expect(keys.book.find(mixed, at: now) == nil)
        for text in ["", "ck_", new.text.text + "A", String(new.text.text.dropLast()), new.text.text.uppercased()] {
            #expect(keys.book.find(text, at: now) == nil, "\(text)")
        }
        try await keys.touch(key.id, at: now.adding(seconds: 5))
        house.close()
        let after = try House(in: house.directory, time: house.time), book = after.storage.apiKeys.book
        let found = try #require(book.find(new.text.text, at: now)?.key)
        #expect(found.scopes == [.introspect, .mint])
        #expect(found.lastUsedAt == now.adding(seconds: 5))
        let bytes = Files.read(after.path) ?? []
        #expect(!String(decoding: bytes, as: UTF8.self).contains(new.text.text.suffix(43)), "the secret is not kept")
    }

    @Test func `its last use is told to the disk once in a minute`() async throws {
        let house = try House(), keys = house.storage.apiKeys, now = house.time.now, new = new([.mint], at: now)
        _ = try await keys.create(new, by: .server)
        let told = [0, 1, 59, 60, 61, 119, 120].map { second in
            keys.book.find(new.text.text, at: now.adding(seconds: second))?.isToBeSaved ?? false
        }
        #expect(told == [true, false, false, true, false, false, true])
    }

    @Test func `a key that is over is none`() async throws {
        let house = try House(), keys = house.storage.apiKeys, now = house.time.now
        let new = new([.mint], at: now, until: now.adding(seconds: 60))
        _ = try await keys.create(new, by: .server)
        #expect(keys.book.find(new.text.text, at: now.adding(seconds: 59)) != nil)
        #expect(keys.book.find(new.text.text, at: now.adding(seconds: 60)) == nil)
    }

    @Test func `revoking ends the key and its login in one commit, and stays over a restart`() async throws {
        let house = try House(), keys = house.storage.apiKeys, now = house.time.now
        let robot = try await house.user("robot"), new = new([.bot], for: robot, at: now)
        let key = try await keys.create(new, by: .server)
        #expect(await attend(house, robot, by: key.login) == nil)
        try await keys.revoke(key.id, by: .server)
        #expect(keys.book.find(new.text.text, at: now) == nil)
        #expect(house.listener.endedLogins == [key.login])
        #expect(await attend(house, robot, by: key.login) == .loginEnded)
        await #expect(throws: AccountFailure.notFound) { try await keys.revoke(key.id, by: .server) }
        house.close()
        let after = try House(in: house.directory, time: house.time)
        #expect(after.storage.apiKeys.book.all.isEmpty)
        #expect(await attend(after, robot, by: key.login) == .loginEnded)
    }

    @Test func `a key acts as a user who is there`() async throws {
        let house = try House(), keys = house.storage.apiKeys
        let new = new([.bot], for: Shelf.user(99), at: house.time.now)
        await #expect(throws: AccountFailure.notFound) { try await keys.create(new, by: .server) }
        #expect(keys.book.all.isEmpty)
    }

    @Test func `an identity is one user, made when it comes first`() async throws {
        let house = try House(), identities = house.storage.foreignUsers, now = house.time.now
        let alice = try #require(Identity(issuer: "mint", subject: "a-1"))
        func new(_ name: String) throws -> NewAccount {
            NewAccount(uuid: "uuid-\(name)", username: try Username(name), createdAt: now)
        }
        let first = try await identities.account(of: alice, orMaking: try new("alice"), by: .server)
        let again = try await identities.account(of: alice, orMaking: try new("other"), by: .server)
        #expect(again.id == first.id)
        #expect(again.username == "alice")
        let bob = try #require(Identity(issuer: "mint", subject: "b-1"))
        await #expect(throws: AccountFailure.taken(field: "username")) {
            try await identities.account(of: bob, orMaking: try new("Alice"), by: .server)
        }
        let elsewhere = try #require(Identity(issuer: "https://id.example", subject: "a-1"))
        let login = ForeignLogin(
            id: LoginID(high: 4, low: 4), expiresAt: now.adding(seconds: 60), device: "id", provenAt: now)
        let admitted = try await identities.admit(elsewhere, orMaking: try new("alice2"), by: login, at: now)
        guard case .admitted(let account) = admitted else {
            Issue.record("\(admitted)")
            return
        }
        #expect(account.id != first.id, "the same subject of another issuer is another user")
        let nameless = try #require(Identity(issuer: "https://id.example", subject: "c-1"))
        let other = ForeignLogin(
            id: LoginID(high: 4, low: 5), expiresAt: now.adding(seconds: 60), device: "id", provenAt: now)
        guard
            case .admitted(let unnamed) = try await identities.admit(
                nameless, orMaking: NewAccount(uuid: "c", username: try Username("alice"), createdAt: now), by: other,
                at: now)
        else {
            Issue.record("a taken name keeps nobody out")
            return
        }
        #expect(unnamed.username == nil)
    }

    @Test func `ending all logins ends those of trusted tokens too, and nobody else's`() async throws {
        let house = try House(), now = house.time.now, accounts = house.storage.accounts
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        func open(_ number: UInt64, _ user: UserID, endingIn seconds: Int64 = 86_400) async throws -> LoginID {
            let id = LoginID(high: 7, low: number)
            try await accounts.openLogin(
                NewLogin(
                    id: id, user: user, refreshHash: [UInt8](repeating: UInt8(number), count: 32), createdAt: now,
                    expiresAt: now.adding(seconds: seconds), absoluteExpiry: now.adding(seconds: seconds)), by: .server)
            return id
        }
        let mine = [try await open(1, ann), try await open(2, ann)], his = try await open(3, bob)
        _ = try await open(4, ann, endingIn: -100_000)
        let identity = try #require(Identity(issuer: "https://id.example", subject: "ann"))
        let login = ForeignLogin(
            id: LoginID(high: 8, low: 8), expiresAt: now.adding(seconds: 600), device: "id", provenAt: now)
        let new = NewAccount(uuid: "x", createdAt: now)
        guard
            case .admitted(let foreign) = try await house.storage.foreignUsers.admit(
                identity, orMaking: new, by: login, at: now)
        else {
            Issue.record("not admitted")
            return
        }
        #expect(try await accounts.revokeAll(of: ann, at: now, by: .server) == 3)
        #expect(Set(house.listener.endedLogins) == Set(mine), "what died long ago is told to nobody")
        #expect(!house.storage.endedLogins.contains(his))
        #expect(try await accounts.revokeAll(of: ann, at: now, by: .server) == 0)
        #expect(try await accounts.revokeAll(of: foreign.id, at: now, by: .server) == 1)
        #expect(house.storage.endedLogins.contains(login.id))
        let again = try await house.storage.foreignUsers.admit(identity, orMaking: new, by: login, at: now)
        #expect(again == .ended, "its issuer may think what it likes")
        #expect(await attend(house, bob, by: his) == nil)
    }

    @Test func `of 1,000 pairs of tries with one refresh token each one wins, and the other ends the login`()
        async throws
    {
        let house = try House(), accounts = house.storage.accounts, now = house.time.now
        let ann = try await house.user("ann")
        func hash(_ number: Int, _ kind: UInt8) -> [UInt8] { Digest.sha256([kind] + Array("\(number)".utf8)) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<1_000 {
                group.addTask {
                    try await accounts.openLogin(
                        NewLogin(
                            id: LoginID(high: 11, low: UInt64(number)), user: ann, refreshHash: hash(number, 0),
                            createdAt: now, expiresAt: now.adding(seconds: 600),
                            absoluteExpiry: now.adding(seconds: 600)),
                        by: .server)
                }
            }
            try await group.waitForAll()
        }
        let outcomes = await withTaskGroup(of: (Int, Rotation?).self) { group in
            for number in 0..<1_000 {
                for kind in UInt8(1)...2 {
                    group.addTask {
                        (
                            number,
                            try? await accounts.rotate(
                                refresh: hash(number, 0), to: hash(number, kind), at: now, by: .server)
                        )
                    }
                }
            }
            var all = [[Rotation?]](repeating: [], count: 1_000)
            for await (number, rotation) in group { all[number].append(rotation) }
            return all
        }
        for pair in outcomes {
            #expect(pair.count { if case .rotated = $0 { true } else { false } } == 1)
            #expect(pair.count { $0 == .reused } == 1)
        }
        #expect(Set(house.listener.endedLogins).count == 1_000)
        for number in 0..<1_000 { #expect(house.storage.endedLogins.contains(LoginID(high: 11, low: UInt64(number)))) }
    }

    @Test func `a file of keys that others may read is refused`() throws {
        let place = TemporaryDirectory(), file = KeyFile(in: place.path)
        #expect(try file.read() == nil)
        try file.write([1, 2, 3])
        #expect(try file.read() == [1, 2, 3])
        try file.write([4])
        #expect(try file.read() == [4])
        for mode in [0o640, 0o604, 0o620, 0o666] as [mode_t] {
            #expect(chmod(file.path, mode) == 0)
            #expect(throws: KeyFile.Failure.self) { try file.read() }
        }
        #expect(chmod(file.path, 0o600) == 0)
        Files.write([UInt8](repeating: 0x78, count: 70_000), to: file.path)
        #expect(chmod(file.path, 0o600) == 0)
        #expect(throws: KeyFile.Failure.self) { try file.read() }
    }
}
