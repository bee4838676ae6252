import Base
import Channels
import TestSupport
import Testing

@testable import Auth
@testable import Persistence

@Suite("Audit trail") struct AuditTests {
    private static let chain = AuditChain(key: Secret([UInt8](repeating: 7, count: 32)))

    /// A trail of five rows in a closed house, changed by another hand.
    private func changed(_ sql: String) async throws -> AuditVerdict {
        let house = try House()
        for name in ["ann", "bob", "cid", "dan", "eve"] { _ = try await house.user(name) }
        house.close()
        let database = try Database(path: house.path, .writer)
        try database.execute(sql)
        return try AuditReader(database: database).verify(Self.chain)
    }

    @Test func `is whole as it was written`() async throws {
        #expect(try await changed("SELECT 1") == .whole(count: 5))
        let house = try House()
        #expect(try await house.storage.audit.verify() == .whole(count: 0))
    }

    @Test(
        arguments: [
            "at = at + 1", "actor = 7", "address = '192.0.2.1'", "action = 'user.deleted'", "action = 'nothing'",
            "target = 'user:9'", "detail = ''", "code = zeroblob(32)", "id = 99",
        ], [1, 3, 5])
    func `tells which row was changed`(change: String, number: Int64) async throws {
        // The last row with another number is a row that is missing at the end and one too many behind it.
        #expect(try await changed("UPDATE audit SET \(change) WHERE id = \(number)") == .broken(at: number))
    }

    @Test(arguments: [1, 3] as [Int64]) func `tells which row was taken out`(number: Int64) async throws {
        #expect(try await changed("DELETE FROM audit WHERE id = \(number)") == .broken(at: number))
        let closed = "DELETE FROM audit WHERE id = \(number); UPDATE audit SET id = id - 1 WHERE id > \(number)"
        #expect(try await changed(closed) == .broken(at: number))
    }

    @Test func `tells that its end was taken away, also with what is kept beside it`() async throws {
        #expect(try await changed("DELETE FROM audit WHERE id > 3") == .cutShort(count: 3))
        #expect(try await changed("DELETE FROM audit") == .cutShort(count: 0))
        let both = "DELETE FROM audit WHERE id > 3; DELETE FROM meta WHERE name = 'audit_head'"
        #expect(try await changed(both) == .cutShort(count: 3))
    }

    @Test func `tells that rows were exchanged`() async throws {
        let exchange = [(50, 2), (2, 3), (3, 50)].map { "UPDATE audit SET id = \($0) WHERE id = \($1)" }
            .joined(separator: ";")
        #expect(try await changed(exchange) == .broken(at: 2))
    }

    @Test func `cannot be continued by who has not the key`() async throws {
        let house = try House()
        _ = try await house.user("ann")
        house.close()
        let database = try Database(path: house.path, .writer)
        let stranger = AuditChain(key: Secret([1]))
        try AuditWriter(database: database, chain: stranger).write(
            AuditEntry(at: house.time.now, cause: .server, .userDeleted))
        #expect(try AuditReader(database: database).verify(Self.chain) == .broken(at: 2))
    }

    @Test func `a row is there exactly when what it tells of is`() async throws {
        let house = try House()
        let ann = try await house.user("ann")
        await #expect(throws: AccountFailure.self) { try await house.user("ann") }
        let rows = try await house.storage.audit.page(AuditFilter(), before: nil, limit: 10)
        #expect(rows.map(\.entry.action) == [.userCreated])
        #expect(rows.first?.entry.target == "user:\(ann)")
    }

    @Test func `pages backwards, and by actor, action, target and time`() async throws {
        let house = try House()
        var people: [UserID] = []
        for name in ["ann", "bob", "cid"] {
            people.append(try await house.user(name))
            house.time.pass(milliseconds: 10_000)
        }
        func numbers(_ filter: AuditFilter, before: Int64? = nil, limit: Int = 10) async throws -> [Int64] {
            try await house.storage.audit.page(filter, before: before, limit: limit).map(\.number)
        }
        #expect(try await numbers(AuditFilter()) == [3, 2, 1])
        #expect(try await numbers(AuditFilter(), limit: 2) == [3, 2])
        #expect(try await numbers(AuditFilter(), before: 2, limit: 2) == [1])
        #expect(try await numbers(AuditFilter(target: "user:\(people[1])")) == [2])
        #expect(try await numbers(AuditFilter(action: .userDeleted)) == [])
        #expect(try await numbers(AuditFilter(actor: people[0])) == [])
        let since = house.time.now.adding(seconds: -15)
        #expect(try await numbers(AuditFilter(since: since)) == [3])
    }

    @Test func `has what a moderator of the server does in a channel, and not what members do`() async throws {
        let house = try House()
        let ann = try await house.user("ann"), bob = try await house.user("bob"), eve = try await house.user("eve")
        let channel = try await house.direct(ann, bob)
        let delete = DeleteMessages(channel: channel, ranges: [1...1], scope: .all)
        for text in ["one", "two"] {
            let send = SendMessage(channel: channel, clientMessageID: .init(text), text: Array(text.utf8))
            _ = await house.storage.journal.commit(.sendMessage(send), as: ann)
        }
        _ = await house.storage.journal.commit(
            Proposal(user: eve, command: .deleteMessages(delete), authority: .moderator))
        _ = await house.storage.journal.commit(
            .deleteMessages(DeleteMessages(channel: channel, ranges: [2...2], scope: .all)), as: ann)
        let rows = try await house.storage.audit.page(AuditFilter(action: .messagesDeleted), before: nil, limit: 10)
        #expect(rows.map(\.entry.cause.actor) == [eve])
        #expect(rows.first?.entry.target == "channel:\(channel)")
    }
}
