import Base
import Channels
import TestSupport

@testable import Auth
@testable import Persistence

/// A ledger over some store, and what may happen to it besides commands.
protocol Keeper {
    associatedtype Store: ChannelStore
    var ledger: Ledger<Store> { get set }
    /// Where there is one, what is committed is read as users read it.
    var reader: ArchiveReader? { get }
    /// Whether all that is old enough can be taken away.
    var isSettled: Bool { get }

    /// What the committer does besides before it commits.
    mutating func beforeCommit(at now: Timestamp) throws
    /// Something that must change nothing for anybody.
    mutating func disturb(_ random: inout RandomSource) throws
    mutating func settle() throws
}

extension Keeper {
    static var login: LoginID { LoginID(high: 1, low: 1) }

    static func limits(_ bounds: Model.Bounds) -> Limits {
        var limits = Limits()
        limits.areRatesLimited = false
        limits.pinsMax = bounds.pins
        limits.reactionKindsMax = bounds.reactionKinds
        limits.channelMembersMax = bounds.members
        limits.invitesMax = bounds.openInvites
        limits.purgeSeconds = 1
        return limits
    }
}

/// Everything in memory.
struct MemoryKeeper: Keeper {
    var ledger: Ledger<MemoryChannelStore>
    var reader: ArchiveReader? { nil }
    var isSettled: Bool { true }

    init(_ model: Model) {
        var store = MemoryChannelStore()
        for person in model.people {
            store.addUser(person.id, username: person.username, displayName: person.displayName)
        }
        store.addLogin(Self.login)
        ledger = Ledger(store: store, limits: Self.limits(model.bounds))
    }

    mutating func beforeCommit(at now: Timestamp) {}
    mutating func disturb(_ random: inout RandomSource) { ledger.forget() }
    mutating func settle() {}
}

/// A real file, with as much of it indexed as chance will have, left now and then as by a crash.
struct DiskKeeper: Keeper {
    var ledger: Ledger<SQLiteChannelStore>
    private var directory: TemporaryDirectory
    private var database: Database
    private var opened: ArchiveReader
    private let limits: Limits

    /// So few that indexing begins again and again.
    private static let runCountMin = 40

    var reader: ArchiveReader? { opened }
    var isSettled: Bool { ledger.store.unindexedCount == 0 }

    init(_ model: Model) throws {
        limits = Self.limits(model.bounds)
        directory = TemporaryDirectory()
        (database, ledger, opened) = try Self.open(directory, limits) { database throws in
            try Self.addUsers(model, to: database)
        }
    }

    private static func open(
        _ directory: TemporaryDirectory, _ limits: Limits, _ prepare: (Database) throws -> Void = { _ in }
    ) throws -> (Database, Ledger<SQLiteChannelStore>, ArchiveReader) {
        let path = directory.file("confab.db"), recent = RecentEvents()
        let database = try Database(path: path, .writer)
        // No machine loses its power here; only processes end.
        try database.execute("PRAGMA synchronous = OFF")
        try Migration.run(on: database)
        try prepare(database)
        let store = try SQLiteChannelStore(database: database, recent: recent, runCountMin: runCountMin)
        return (database, Ledger(store: store, limits: limits), try ArchiveReader(path: path, recent: recent))
    }

    private static func addUsers(_ model: Model, to database: Database) throws {
        try database.execute("BEGIN IMMEDIATE")
        let transaction = Transaction(database: database, chain: AuditChain(key: Secret([7])), now: model.now)
        var accounts = try AccountWriter(transaction), logins = try LoginWriter(transaction)
        for person in model.people {
            _ = try accounts.create(
                NewAccount(
                    uuid: "uuid-\(person.id)", username: try Username(person.username),
                    displayName: person.displayName, createdAt: model.now)
            ).get()
        }
        let new = NewLogin(
            id: login, user: model.people[0].id, refreshHash: [UInt8](repeating: 1, count: 32), createdAt: model.now,
            expiresAt: model.now.adding(seconds: 60), absoluteExpiry: model.now.adding(seconds: 60))
        try logins.open(new).get()
        try database.execute("COMMIT")
    }

    mutating func beforeCommit(at now: Timestamp) throws { try ledger.store.indexAlongside(at: now) }

    mutating func disturb(_ random: inout RandomSource) throws {
        switch Int.random(in: 0..<6, using: &random) {
        case 0, 1: _ = try ledger.store.index(atMost: Int.random(in: 1...20, using: &random))
        case 2: try settle()
        case 3: ledger.forget()
        case 4: _ = try database.checkpoint(emptying: Bool.random(using: &random))
        default: try crash()
        }
    }

    mutating func settle() throws { while try ledger.store.index(atMost: .max >> 1) {} }

    /// Goes on with what a process killed at this moment would leave.
    private mutating func crash() throws {
        let copy = TemporaryDirectory()
        for name in ["confab.db", "confab.db-wal"] {
            if let bytes = Files.read(directory.file(name)) { Files.write(bytes, to: copy.file(name)) }
        }
        (database, ledger, opened) = try Self.open(copy, limits)
        directory = copy
    }
}
