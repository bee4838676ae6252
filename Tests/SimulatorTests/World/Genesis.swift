import Base
import Channels

@testable import Auth
@testable import Persistence

/// With what every world begins: a few users, and channels of theirs, on a disk that all worlds copy.
struct Genesis {
    static let names = ["ann", "bob", "cat", "dan"]
    static let path = "/confab.db"
    static let auditKey = Secret([UInt8](repeating: 8, count: 32))
    static let start = Timestamp(milliseconds: 1_790_000_000_000)

    /// A group of all of them, one that everybody joins and leaves, and one out of which ann throws others.
    static let group = ChannelID("1"), open = ChannelID("2"), strict = ChannelID("3")

    static func user(_ index: Int) -> UserID {
        guard let id = UserID(rawValue: Int64(index + 1)) else { preconditionFailure("\(index) is no user") }
        return id
    }

    static func login(_ index: Int) -> LoginID { LoginID(high: 1, low: UInt64(index + 1)) }

    private let disk: Disk

    /// `@unchecked` is true because the disk is only copied once it is here.
    private final class Once: @unchecked Sendable {
        let genesis: Result<Genesis, any Error>

        init() { genesis = Result { try Genesis() } }
    }

    private static let once = Once()

    static func disk(seed: UInt64) throws -> Disk { Disk(copying: try once.genesis.get().disk, seed: seed) }

    private init() throws {
        disk = Disk(seed: 0)
        let vfs = DiskVFS(disk)
        // SQLite does not know that it holds it.
        try withExtendedLifetime(vfs) { try Self.fill(vfs.name) }
    }

    private static func fill(_ vfs: String) throws {
        let database = try Database(path: path, .writer, vfs: vfs)
        try Migration.run(on: database)
        // Chance of SQLite's own would be another in every process.
        try database.execute("UPDATE meta SET value = 'e1' WHERE name = 'epoch'")
        try database.execute("UPDATE meta SET value = 'f1' WHERE name = 'fingerprint_key'")
        try people(in: database)
        var limits = Limits()
        limits.areRatesLimited = false
        let store = try SQLiteChannelStore(database: database, recent: RecentEvents())
        var ledger = Ledger(store: store, limits: limits)
        try ledger.store.begin()
        for profile in [ChannelProfile(name: "group"), publicProfile, ChannelProfile(name: "strict")] {
            let create = CreateChannel(kind: .group, profile: profile, members: names.indices.dropFirst().map(user))
            _ = try ledger.decide(Proposal(user: user(0), command: .createChannel(create)), at: start)
        }
        try ledger.store.commit()
        while try ledger.store.index(atMost: 1_000) {}
        guard try database.checkpoint(emptying: true) else { throw StoreFailure.broken("the log is not empty") }
    }

    private static var publicProfile: ChannelProfile {
        var profile = ChannelProfile(name: "open")
        profile.visibility = .public
        return profile
    }

    private static func people(in database: Database) throws {
        try database.execute("BEGIN IMMEDIATE")
        let transaction = Transaction(database: database, chain: AuditChain(key: auditKey), now: start)
        var accounts = try AccountWriter(transaction), logins = try LoginWriter(transaction)
        for (index, name) in names.enumerated() {
            _ = try accounts.create(
                NewAccount(uuid: "uuid-\(name)", username: try Username(name), createdAt: start)
            ).get()
            let end = start.adding(seconds: 86_400 * 365)
            try logins.open(
                NewLogin(
                    id: login(index), user: user(index), refreshHash: [UInt8](repeating: UInt8(index), count: 32),
                    createdAt: start, expiresAt: end, absoluteExpiry: end)
            ).get()
        }
        try database.execute("COMMIT")
    }
}
