import Base
import Channels
import TestSupport
import Testing

@testable import Auth
@testable import Persistence

/// What users are told on their own logs that is no channel's.
@Suite("One's own log") struct OwnLogTests {
    private let room: [JobKind: Int] = ["work": 10]
    private let leases: [JobKind: Int64] = ["work": 60]

    /// A user's own log, as it is read by them: seq, kind, and `member` of what was told.
    private func log(_ house: House, of user: UserID, _ member: StaticString) async throws -> [String] {
        let page = try await house.storage.archive.events(
            of: .personal(user), for: user, after: 0, through: .max, limit: 100, bytesMax: 1 << 20)
        return try page.events.map { event in
            guard case .note(let note) = event.fact else { return "\(event.seq) void" }
            let text = try JSONDocument(parsing: note.data).root[member]?.string ?? "-"
            return "\(event.seq) \(note.kind) \(text)"
        }
    }

    private func login(_ house: House, _ user: UserID, _ number: UInt64) async throws -> LoginID {
        let login = LoginID(high: number, low: 1), now = house.time.now
        try await house.storage.accounts.openLogin(
            NewLogin(
                id: login, user: user, refreshHash: [UInt8](repeating: UInt8(number), count: 32), createdAt: now,
                expiresAt: now.adding(seconds: 86_400), absoluteExpiry: now.adding(seconds: 86_400)), by: .server)
        return login
    }

    // MARK: Jobs

    @Test func `has each state and each hundredth part of a user's jobs, after a restart too, and no others'`()
        async throws
    {
        let house = try House(), jobs = house.storage.jobs
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        _ = try await house.direct(ann, bob)
        let job = try await jobs.enqueue(NewJob("work", user: ann, payload: Array("a secret".utf8), key: "k"))
        _ = try await jobs.enqueue(NewJob("work", user: ann, payload: [], key: "k"))
        _ = try await jobs.enqueue(NewJob("work", payload: []))
        let taken = try #require(try await jobs.claim(room, leases: leases).first { $0.id == job.id })
        #expect(try await jobs.report(.init(done: 1, total: 2), of: taken, leaseSeconds: 60))
        let fault = Job.Fault(code: "later", detail: "not now")
        try await jobs.settle(taken, .retry(at: house.time.now, because: fault))
        let again = try #require(try await jobs.claim(room, leases: leases).first { $0.id == job.id })
        try await jobs.settle(taken, .done(result: nil, faults: []))
        try await jobs.settle(again, .done(result: Array(#"{"n":1}"#.utf8), faults: []))
        _ = try await jobs.cancel(job.id, by: .server)
        let states = ["queued", "running", "running", "queued", "running", "done"]
        let expected = ["1 channelAdded -"] + states.enumerated().map { "\($0 + 2) jobUpdated \($1)" }
        #expect(try await log(house, of: ann, "state") == expected)
        #expect(try await log(house, of: bob, "state") == ["1 channelAdded -"])
        let told = house.listener.events.compactMap { event -> String? in
            guard case .note(let note) = event.fact, note.kind == .jobUpdated else { return nil }
            return String(decoding: note.data, as: UTF8.self)
        }
        var shown = JSONWriter()
        try #require(try await jobs.find(job.id)).write(to: &shown)
        #expect(told.count == 6)
        #expect(told.last == String(decoding: shown.bytes, as: UTF8.self), "as it is shown")
        #expect(!told.joined().contains("secret"))
        house.close()
        let after = try House(in: house.directory, time: house.time)
        #expect(try await log(after, of: ann, "state") == expected)
        _ = try await after.storage.jobs.enqueue(NewJob("work", user: ann, payload: []))
        #expect(try await log(after, of: ann, "state").last == "8 jobUpdated queued")
    }

    @Test func `has a job that was cancelled, and of many faults some`() async throws {
        let house = try House(), jobs = house.storage.jobs
        let ann = try await house.user("ann")
        let queued = try await jobs.enqueue(NewJob("work", user: ann, payload: []))
        for _ in 0..<2 { _ = try await jobs.cancel(queued.id, by: .server) }
        _ = try await jobs.enqueue(NewJob("work", user: ann, payload: []))
        let taken = try await jobs.claim(room, leases: leases)
        let faults = (1...50).map { Job.Fault(row: $0, code: "bad", detail: "row \($0)") }
        try await jobs.settle(taken[0], .failed(faults))
        #expect(
            try await log(house, of: ann, "state") == [
                "1 jobUpdated queued", "2 jobUpdated cancelled", "3 jobUpdated queued", "4 jobUpdated running",
                "5 jobUpdated failed",
            ])
        guard case .note(let note)? = house.listener.events.last?.fact else { throw Unheard() }
        let rows = try JSONDocument(parsing: note.data).root["errors"]?.elements.compactMap { $0["row"]?.integer }
        #expect(rows == Array(1...Int64(Job.toldFaultsMax)))
        #expect(try await jobs.find(taken[0].id)?.faults.count == 50)
    }

    private struct Unheard: Error {}

    // MARK: Logins

    @Test func `has each login that ended while another stood`() async throws {
        let house = try House(), accounts = house.storage.accounts, people = house.storage.people
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        var logins: [LoginID] = []
        for number in 1...6 as ClosedRange<UInt64> { logins.append(try await login(house, ann, number)) }
        _ = try await login(house, bob, 9)
        let now = house.time.now
        try await accounts.revoke(login: logins[0], at: now, by: .server)
        try await accounts.revoke(login: logins[0], at: now, by: .server)
        _ = try await accounts.revoke(refresh: [UInt8](repeating: 2, count: 32), at: now, by: .server)
        #expect(try await people.end(logins[2], of: ann, within: nil, by: .server))
        for _ in 0..<2 {
            _ = try await accounts.rotate(
                refresh: [UInt8](repeating: 4, count: 32), to: [UInt8](repeating: 40, count: 32), at: now, by: .server)
        }
        let expected = (0..<4).map { "\($0 + 1) sessionRevoked \(logins[$0])" }
        #expect(try await log(house, of: ann, "id") == expected)
        // Of its last login nobody is left to hear.
        _ = try await accounts.revokeAll(of: ann, at: now, by: .server)
        #expect(try await log(house, of: ann, "id") == expected)
        let last = try await login(house, ann, 7)
        try await accounts.revoke(login: last, at: now, by: .server)
        #expect(try await log(house, of: ann, "id") == expected)
        #expect(try await log(house, of: bob, "id") == [])
    }

    @Test func `has all that end for one that stays, and none when a user is suspended`() async throws {
        let house = try House(), proofs = house.storage.proofs
        let ann = try await house.user("ann"), kept = try await login(house, ann, 1)
        var others: Set<String> = []
        for number in 2...4 as ClosedRange<UInt64> {
            others.insert("sessionRevoked \(try await login(house, ann, number))")
        }
        let hash = PasswordHash.decoy(cost: .standard)
        try await proofs.setPassword(of: ann, from: nil, to: hash, keeping: kept, by: .server)
        let told = try await log(house, of: ann, "id")
        #expect(Set(told.map { String($0.dropFirst(2)) }) == others && told.count == 3)
        _ = try await house.storage.people.suspend(ann, because: nil, within: .operator, by: .server)
        #expect(try await log(house, of: ann, "id") == told)
    }
}
