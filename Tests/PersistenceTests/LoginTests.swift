import Base
import Channels
import TestSupport
import Testing

@testable import Auth
@testable import Persistence

@Suite("Logins on disk") struct LoginTests {
    private let login = LoginID(high: 9, low: 9)

    private func hash(_ number: UInt8) -> [UInt8] { [UInt8](repeating: number, count: 32) }

    /// A house in which ann has logged in with the refresh token 1.
    private func prepared(isRemembered: Bool = false) async throws -> (house: House, ann: UserID) {
        let house = try House()
        let ann = try await house.user("ann"), now = house.time.now
        try await house.storage.accounts.openLogin(
            NewLogin(
                id: login, user: ann, refreshHash: hash(1), createdAt: now, expiresAt: now.adding(seconds: 86_400),
                absoluteExpiry: now.adding(seconds: TokenLifetimes.rememberedSeconds), device: "phone",
                isRemembered: isRemembered), by: .server)
        return (house, ann)
    }

    private func attend(_ house: House, _ user: UserID) async -> Rejection? {
        let attend = Attend(login: login, session: SessionID(high: 1, low: 1))
        guard case .failure(let rejection) = await house.storage.journal.commit(.attend(attend), as: user) else {
            return nil
        }
        return rejection
    }

    @Test func `a login is seen anew, but not more often than is looked at, and never when it has ended`() async throws
    {
        let (house, ann) = try await prepared()
        let accounts = house.storage.accounts, start = house.time.now
        func seen(after seconds: Int64) async throws -> Int64? {
            let touched: [LoginID: Timestamp] = [
                login: start.adding(seconds: seconds), LoginID(high: 1, low: 2): start,
            ]
            try await accounts.touch(LastSeen(logins: touched))
            let found = try await house.storage.people.sessions(of: ann, limit: 9)
            #expect(found.count <= 1)
            return found.first.map { $0.lastSeenAt.seconds - start.seconds }
        }
        #expect(try await seen(after: 299) == 0)
        #expect(try await seen(after: 300) == 300)
        #expect(try await seen(after: 100) == 300, "what is written late does not turn time back")
        #expect(try await seen(after: 599) == 300)
        #expect(try await seen(after: 10_000) == 10_000)
        try await accounts.revoke(login: login, at: house.time.now, by: .server)
        #expect(try await seen(after: 20_000) == nil)
    }

    @Test func `a refresh token is spent once, and its successor stands`() async throws {
        let (house, ann) = try await prepared()
        let accounts = house.storage.accounts
        for step in UInt8(1)...4 {
            house.time.pass(milliseconds: 3_600_000)
            let rotation = try await accounts.rotate(
                refresh: hash(step), to: hash(step + 1), at: house.time.now, by: .server)
            guard case .rotated(let rotated, let account, let expiresAt) = rotation else {
                Issue.record("\(rotation)")
                return
            }
            #expect(rotated == login)
            #expect(account.id == ann)
            #expect(expiresAt == house.time.now.adding(seconds: TokenLifetimes.refreshSeconds))
        }
        #expect(await attend(house, ann) == nil)
        #expect(house.listener.endedLogins.isEmpty)
    }

    @Test func `a login is as old as its last proof, and refreshing is none`() async throws {
        let (house, ann) = try await prepared()
        let accounts = house.storage.accounts, factors = house.storage.secondFactors, opened = house.time.now
        house.time.pass(milliseconds: 1_000)
        _ = try await accounts.rotate(refresh: hash(1), to: hash(2), at: house.time.now, by: .server)
        #expect(try await accounts.provenAt(login) == opened)
        for shown in [ShownFactor.step(1), .recovery([1]), .wrong] {
            #expect(try await factors.confirm(login: login, of: ann, shown: shown, by: .server) == .wrong)
        }
        let bob = try await house.user("bob")
        #expect(try await factors.confirm(login: login, of: bob, shown: .password, by: .server) == .none)
        #expect(try await accounts.provenAt(login) == opened)
        #expect(try await factors.confirm(login: login, of: ann, shown: .password, by: .server) == .passed)
        #expect(try await accounts.provenAt(login) == house.time.now)
        try await accounts.revoke(login: login, at: house.time.now, by: .server)
        #expect(try await accounts.provenAt(login) == nil)
        #expect(try await factors.confirm(login: login, of: ann, shown: .password, by: .server) == .none)
        #expect(try await accounts.provenAt(LoginID(high: 1, low: 1)) == nil)
    }

    @Test func `a login that a trusted token opens is as old as its issuer says, and never from the future`()
        async throws
    {
        let house = try House(), now = house.time.now
        for (number, said) in [now.adding(seconds: -500), now.adding(seconds: 500)].enumerated() {
            let login = ForeignLogin(
                id: LoginID(high: 5, low: UInt64(number)), expiresAt: now.adding(seconds: 900), device: "id",
                provenAt: said)
            _ = try await house.storage.foreignUsers.admit(
                try #require(Identity(issuer: "https://id.example", subject: "s\(number)")),
                orMaking: NewAccount(uuid: "u\(number)", createdAt: now), by: login, at: now)
            #expect(try await house.storage.accounts.provenAt(login.id) == min(said, now))
        }
    }

    @Test func `a spent token that comes back ends the login, for its thief and its owner`() async throws {
        let (house, ann) = try await prepared()
        let accounts = house.storage.accounts
        _ = try await accounts.rotate(refresh: hash(1), to: hash(2), at: house.time.now, by: .server)
        #expect(await attend(house, ann) == nil)
        #expect(try await accounts.rotate(refresh: hash(1), to: hash(3), at: house.time.now, by: .server) == .reused)
        #expect(house.listener.endedLogins == [login])
        #expect(house.storage.endedLogins.contains(login))
        #expect(await attend(house, ann) == .loginEnded)
        for token in UInt8(1)...3 {
            #expect(
                try await accounts.rotate(refresh: hash(token), to: hash(9), at: house.time.now, by: .server)
                    == .unknown)
        }
    }

    @Test func `of many tries with one token at once exactly one wins`() async throws {
        let (house, _) = try await prepared()
        let accounts = house.storage.accounts, now = house.time.now, first = hash(1)
        let rotations = await withTaskGroup(of: Rotation?.self) { group in
            for step in UInt8(10)..<20 {
                group.addTask {
                    try? await accounts.rotate(
                        refresh: first, to: [UInt8](repeating: step, count: 32), at: now, by: .server)
                }
            }
            return await group.reduce(into: [Rotation?]()) { $0.append($1) }
        }
        let won = rotations.count { if case .rotated = $0 { true } else { false } }
        #expect(won == 1)
        #expect(rotations.count { $0 == .reused } == 1, "the second try ends the login, and the rest find none")
        #expect(house.listener.endedLogins == [login])
    }

    @Test func `a token that nobody was given, or whose time is over, is refused`() async throws {
        let (house, _) = try await prepared()
        let accounts = house.storage.accounts
        #expect(try await accounts.rotate(refresh: hash(8), to: hash(2), at: house.time.now, by: .server) == .unknown)
        house.time.pass(milliseconds: 86_400_000)
        #expect(try await accounts.rotate(refresh: hash(1), to: hash(2), at: house.time.now, by: .server) == .expired)
        #expect(house.listener.endedLogins.isEmpty, "an expired login is nobody's theft")
    }

    @Test func `a login never outlives its last day, however often it is refreshed`() async throws {
        let (house, _) = try await prepared(isRemembered: true)
        let accounts = house.storage.accounts, end = house.time.now.adding(seconds: TokenLifetimes.rememberedSeconds)
        house.time.pass(milliseconds: 3_600_000)
        let rotation = try await accounts.rotate(refresh: hash(1), to: hash(2), at: house.time.now, by: .server)
        guard case .rotated(_, _, let expiresAt) = rotation else {
            Issue.record("\(rotation)")
            return
        }
        #expect(expiresAt == end)
        house.time.jump(to: end)
        #expect(try await accounts.rotate(refresh: hash(2), to: hash(3), at: house.time.now, by: .server) == .expired)
    }

    @Test func `revoking ends a login, by its id or by any of its tokens`() async throws {
        for byToken in [false, true] {
            let (house, ann) = try await prepared()
            let accounts = house.storage.accounts
            _ = try await accounts.rotate(refresh: hash(1), to: hash(2), at: house.time.now, by: .server)
            if byToken {
                #expect(try await accounts.revoke(refresh: hash(1), at: house.time.now, by: .server) == login)
            } else {
                try await accounts.revoke(login: login, at: house.time.now, by: .server)
            }
            #expect(house.listener.endedLogins == [login])
            #expect(house.storage.endedLogins.contains(login))
            #expect(await attend(house, ann) == .loginEnded)
            #expect(
                try await accounts.rotate(refresh: hash(2), to: hash(3), at: house.time.now, by: .server) == .unknown)
            #expect(try await accounts.revoke(refresh: hash(8), at: house.time.now, by: .server) == nil)
        }
    }

    @Test func `an ended login is known after a restart for as long as its tokens may live`() async throws {
        let (house, ann) = try await prepared()
        try await house.storage.accounts.revoke(login: login, at: house.time.now, by: .server)
        let image = house.image()
        house.close()
        for directory in [house.directory, image] {
            let after = try House(in: directory, time: house.time)
            #expect(after.storage.endedLogins.contains(login))
            #expect(await attend(after, ann) == .loginEnded)
        }
        house.time.pass(milliseconds: EndedLogins.memoryMilliseconds + 1)
        let late = try House(in: image, time: house.time)
        #expect(!late.storage.endedLogins.contains(login), "no token of it can be valid any more")
        #expect(await attend(late, ann) == .loginEnded, "the ledger knows all the same")
    }

    @Test func `a login needs a user`() async throws {
        let house = try House(), now = Shelf.start
        let login = NewLogin(
            id: login, user: Shelf.user(99), refreshHash: hash(1), createdAt: now, expiresAt: now, absoluteExpiry: now)
        await #expect(throws: AccountFailure.notFound) {
            try await house.storage.accounts.openLogin(login, by: .server)
        }
        #expect(await house.storage.isWriting())
    }
}
