import Base
import TestSupport
import Testing

@testable import Auth
@testable import Channels
@testable import Persistence

@Suite("Audit trail, tampered with") struct AuditTamperingTests {
    private static let chain = AuditChain(key: Secret([UInt8](repeating: 7, count: 32)))
    private static let count: Int64 = 1_000

    /// A trail of a thousand rows, in a database that another hand has opened.
    private static func trail(in directory: TemporaryDirectory) throws -> Database {
        let database = try Database(path: directory.file("confab.db"), .writer)
        try Migration.run(on: database)
        try database.execute("BEGIN")
        let writer = AuditWriter(database: database, chain: chain)
        for number in 1...count {
            try writer.write(
                AuditEntry(
                    at: Timestamp(milliseconds: 1_800_000_000_000 + number),
                    cause: Cause(actor: UserID(rawValue: number), address: "192.0.2.1"),
                    number.isMultiple(of: 2) ? .loginSucceeded : .loginFailed, target: "user:\(number)", detail: "a"))
        }
        try database.execute("COMMIT")
        return database
    }

    /// What another hand may do to a row: change a column each, take it out, put another in its place, or cut the trail
    /// off behind it; with what is kept beside the trail left, taken away, or that of an older trail.
    private static let hands: [@Sendable (Int64) -> String] = [
        { "UPDATE audit SET at = at - 1 WHERE id = \($0)" },
        { "UPDATE audit SET actor = actor + 1 WHERE id = \($0)" },
        { "UPDATE audit SET actor = NULL WHERE id = \($0)" },
        { "UPDATE audit SET address = '192.0.2.2' WHERE id = \($0)" },
        { "UPDATE audit SET action = 'user.created' WHERE id = \($0)" },
        { "UPDATE audit SET target = NULL WHERE id = \($0)" },
        { "UPDATE audit SET detail = 'b' WHERE id = \($0)" },
        { "UPDATE audit SET code = randomblob(32) WHERE id = \($0)" },
        { "DELETE FROM audit WHERE id = \($0)" },
        { "DELETE FROM audit WHERE id >= \($0)" },
        { "DELETE FROM audit WHERE id >= \($0); DELETE FROM meta WHERE name = 'audit_head'" },
        { "DELETE FROM audit WHERE id = \($0); UPDATE audit SET id = id - 1 WHERE id > \($0)" },
        {
            """
            UPDATE audit SET id = -1 WHERE id = \($0); UPDATE audit SET id = \($0) WHERE id = \($0 % 1_000 + 1);
            UPDATE audit SET id = \($0 % 1_000 + 1) WHERE id = -1
            """
        },
        {
            """
            UPDATE audit SET (at, actor, address, action, target, detail) =
            (SELECT at, actor, address, action, target, detail FROM audit WHERE id = \($0 % 1_000 + 1)) WHERE id = \($0)
            """
        },
    ]

    @Test func `is found at each of a thousand rows, and a trail that is whole is whole`() throws {
        let directory = TemporaryDirectory(), database = try Self.trail(in: directory)
        let reader = AuditReader(database: database)
        func verdict() throws -> AuditVerdict { try reader.verify(Self.chain) }
        #expect(try verdict() == .whole(count: Self.count))
        for number in 1...Self.count {
            let hand = Self.hands[Int(number) % Self.hands.count](number)
            try database.execute("SAVEPOINT hand; \(hand)")
            // As `verify` does, but inside of the transaction that is taken back.
            let found = try reader.judge(Self.chain)
            try database.execute("ROLLBACK TO hand; RELEASE hand")
            switch found {
            case .whole: Issue.record("\(hand) was not found")
            case .broken(let at): #expect(at <= number + 1, "\(hand)")
            case .cutShort(let count): #expect(count < number || number == Self.count, "\(hand)")
            }
        }
        #expect(try verdict() == .whole(count: Self.count))
    }

    @Test func `is found when everything was taken away, and what is kept beside it too`() async throws {
        let house = try House()
        _ = try await house.user("ann")
        house.close()
        do {
            let database = try Database(path: house.path, .writer)
            try database.execute("DELETE FROM audit; DELETE FROM meta WHERE name = 'audit_head'")
        }
        let after = try House(in: house.directory)
        #expect(try await after.storage.audit.verify() == .cutShort(count: 0))
    }

    @Test func `is found when the end is that of an older trail, head and all but the rows`() throws {
        let directory = TemporaryDirectory(), database = try Self.trail(in: directory)
        try database.execute("CREATE TABLE kept AS SELECT value FROM meta WHERE name = 'audit_head'")
        try AuditWriter(database: database, chain: Self.chain).write(
            AuditEntry(at: Timestamp(milliseconds: 1), cause: .server, .userDeleted))
        let older = "UPDATE meta SET value = (SELECT value FROM kept) WHERE name = 'audit_head'"
        try database.execute(older)
        #expect(try AuditReader(database: database).verify(Self.chain) == .cutShort(count: Self.count + 1))
    }
}
