import Base
import Channels
import TestSupport

@testable import Auth
@testable import Persistence

/// The states in which a store must keep its promises. On disk, an answer may come from the open transaction, from what
/// waits to be indexed, from the index, or from what a killed process left behind.
enum Keeping: CaseIterable, Sendable {
    case memory, disk, halfIndexed, indexed, crashed, indexedAndCrashed
}

/// A store to be asked and what is needed to put it into the state that is tested.
final class Shelf {
    let keeping: Keeping
    var store: any ChannelStore
    private(set) var disk: Disk?

    static let ann = user(1), bob = user(2), cat = user(3)
    static let openLogin = LoginID(high: 1, low: 1), endedLogin = LoginID(high: 2, low: 2)
    static let start = Timestamp(milliseconds: 1_790_000_000_000)

    /// Holds the users ann, bob and Cat, one login that is open and one that has been ended.
    init(_ keeping: Keeping) throws {
        self.keeping = keeping
        if keeping == .memory {
            var memory = MemoryChannelStore()
            for (user, name) in [(Self.ann, "ann"), (Self.bob, "bob"), (Self.cat, "Cat")] {
                memory.addUser(user, username: name, displayName: name.uppercased())
            }
            memory.addLogin(Self.openLogin)
            memory.addLogin(Self.endedLogin, isEnded: true)
            store = memory
        } else {
            let disk = try Disk()
            try disk.addUsers()
            store = try SQLiteChannelStore(database: disk.database, recent: disk.recent)
            self.disk = disk
        }
    }

    static func user(_ number: Int64) -> UserID {
        guard let id = UserID(rawValue: number) else { preconditionFailure("\(number) is no user's number") }
        return id
    }

    /// Puts everything that has been committed into the state that is tested.
    func settle() throws {
        switch keeping {
        case .memory, .disk: break
        case .halfIndexed: try index(atMost: max(1, unindexedCount / 2))
        case .indexed: try index(atMost: .max >> 1)
        case .crashed: try crash()
        case .indexedAndCrashed:
            try index(atMost: .max >> 1)
            try crash()
        }
    }

    private var unindexedCount: Int { (store as? SQLiteChannelStore)?.unindexedCount ?? 0 }

    func index(atMost count: Int) throws {
        guard var store = store as? SQLiteChannelStore else { return }
        _ = try store.index(atMost: count)
        self.store = store
    }

    /// Goes on with what a process killed at this moment would have left.
    func crash() throws {
        guard let image = try disk?.image() else { return }
        store = try SQLiteChannelStore(database: image.database, recent: image.recent)
        disk = image
    }

    /// One transaction.
    func commit(_ body: (inout any ChannelStore) throws -> Void) throws {
        try store.begin()
        try body(&store)
        try store.commit()
    }
}

/// A database in a directory of its own.
final class Disk {
    let directory: TemporaryDirectory
    let database: Database
    let recent = RecentEvents()

    var path: String { directory.file("confab.db") }

    init() throws {
        directory = TemporaryDirectory()
        database = try Database(path: directory.file("confab.db"), .writer)
        try Migration.run(on: database)
    }

    private init(in copy: TemporaryDirectory) throws {
        directory = copy
        database = try Database(path: copy.file("confab.db"), .writer)
        try Migration.run(on: database)
    }

    /// A copy of the files as they are now: what a process killed at this moment would leave.
    func copy() -> TemporaryDirectory {
        let copy = TemporaryDirectory()
        for name in ["confab.db", "confab.db-wal"] {
            if let bytes = Files.read(directory.file(name)) { Files.write(bytes, to: copy.file(name)) }
        }
        return copy
    }

    /// Such a copy, opened afresh.
    func image() throws -> Disk { try Disk(in: copy()) }

    func addUsers() throws {
        try database.execute("BEGIN IMMEDIATE")
        let transaction = Transaction(database: database, chain: AuditChain(key: Secret([7])), now: Shelf.start)
        var accounts = try AccountWriter(transaction), logins = try LoginWriter(transaction)
        for name in ["ann", "bob", "Cat"] {
            let new = NewAccount(
                uuid: "uuid-\(name)", username: try Username(name), displayName: name.uppercased(),
                createdAt: Shelf.start)
            _ = try accounts.create(new).get()
        }
        for (login, hash) in [(Shelf.openLogin, 1), (Shelf.endedLogin, 2)] {
            let new = NewLogin(
                id: login, user: Shelf.ann, refreshHash: [UInt8](repeating: UInt8(hash), count: 32),
                createdAt: Shelf.start, expiresAt: Shelf.start.adding(seconds: 60),
                absoluteExpiry: Shelf.start.adding(seconds: 60))
            try logins.open(new).get()
        }
        try logins.end(Shelf.endedLogin, at: Shelf.start)
        try database.execute("COMMIT")
    }
}
