import Base
import CSQLite
import Channels
import TestSupport
import Testing

@testable import Persistence

@Suite("Database") struct DatabaseTests {
    @Test func `the writer has the settings that durability rests on`() throws {
        let disk = try Disk()
        #expect(try disk.database.text("PRAGMA journal_mode") == "wal")
        #expect(try disk.database.integer("PRAGMA synchronous") == 2)
        #expect(try disk.database.integer("PRAGMA foreign_keys") == 1)
        #expect(try disk.database.integer("PRAGMA secure_delete") == 1)
        #expect(try disk.database.integer("PRAGMA wal_autocheckpoint") == 0)
    }

    @Test func `a file that does not take them is refused`() {
        // A database in memory has no write-ahead log.
        let failure = #expect(throws: StoreFailure.self) { try Database(path: ":memory:", .writer) }
        guard case .broken(let why) = failure else { return }
        #expect(why.contains("journal_mode memory"))
    }

    @Test func `a directory in its place and a file that is no database are refused`() throws {
        let directory = TemporaryDirectory()
        #expect(throws: StoreFailure.self) { try Database(path: directory.path, .writer) }
        let file = directory.file("confab.db"), text = Array(String(repeating: "not a database\n", count: 100).utf8)
        Files.write(text, to: file)
        #expect(throws: StoreFailure.self) { try Database(path: file, .writer) }
        #expect(Files.read(file) == text)
        #expect(throws: StoreFailure.self) { try Database(path: directory.file("missing.db"), .reader) }
        #expect(Files.read(directory.file("missing.db")) == nil)
    }

    @Test func `a value that SQLite does not take is not left out of its row`() throws {
        let disk = try Disk()
        try disk.database.execute("CREATE TABLE loose (name TEXT, value)")
        let insertion = try disk.database.prepare("INSERT INTO loose (name, value) VALUES (?, ?)")
        sqlite3_limit(disk.database.handle, SQLITE_LIMIT_LENGTH, 1_000)
        let long = [UInt8](repeating: 1, count: 2_000)
        #expect(throws: StoreFailure.self) { try insertion.bind("text").bind(text: long).run() }
        #expect(throws: StoreFailure.self) { try insertion.bind("blob").bind(blob: long).run() }
        #expect(try disk.database.integer("SELECT count(*) FROM loose") == 0)
        // And the next one has nothing of it.
        try insertion.bind("short").bind(text: Array("value".utf8)).run()
        #expect(try disk.database.text("SELECT value FROM loose") == "value")
    }

    @Test func `readers cannot write`() throws {
        let disk = try Disk()
        let reader = try Database(path: disk.path, .reader)
        #expect(throws: StoreFailure.self) { try reader.execute("DELETE FROM meta") }
        #expect(throws: StoreFailure.self) { try reader.execute("PRAGMA query_only = OFF; DELETE FROM meta") }
        #expect(try disk.database.integer("SELECT count(*) FROM meta") > 0)
    }

    @Test func `a file written by a newer server is refused untouched`() throws {
        let directory = TemporaryDirectory(), path = directory.file("confab.db")
        do {
            let house = try House(in: directory)
            house.close()
        }
        do { try Database(path: path, .writer).execute("PRAGMA user_version = 99") }
        let before = try #require(Files.read(path))
        let failure = #expect(throws: StoreFailure.self) { try House(in: directory) }
        guard case .broken(let why) = failure else { return }
        #expect(why.contains("schema 99"))
        #expect(Files.read(path) == before)
        #expect(Files.names(in: directory.path) == ["confab.db", "files"])
    }

    @Test func `opening brings an empty file up to date, and once`() throws {
        let directory = TemporaryDirectory(), path = directory.file("confab.db")
        var epochs: Set<String> = []
        for _ in 1...3 {
            let database = try Database(path: path, .writer)
            try Migration.run(on: database)
            #expect(try database.integer("PRAGMA user_version") == Migration.all.last?.number)
            epochs.insert(try database.text("SELECT value FROM meta WHERE name = 'epoch'"))
        }
        #expect(epochs.count == 1)
    }

    @Test func `the log is copied back as far as readers let it, and begins anew when they are done`() throws {
        let disk = try Disk(), database = disk.database
        try database.execute("CREATE TABLE t (x BLOB)")
        func fill() throws { try database.execute("INSERT INTO t VALUES (randomblob(400000))") }
        try fill()
        #expect(database.logPages > 90)

        // A reader in the middle of a statement holds on to what it sees.
        let reader = try Database(path: disk.path, .reader)
        let rows = try reader.prepare("SELECT name FROM meta")
        #expect(try rows.step())
        try fill()
        try database.checkpoint()
        #expect(database.logPages > 0, "the reader still needs the log")
        rows.reset()
        try database.checkpoint()
        #expect(database.logPages == 0)

        // With readers that come and go, the log stays as large as what is written between two checkpoints.
        let start = try #require(Files.byteCount(of: disk.path + "-wal"))
        for _ in 1...20 {
            try fill()
            _ = try reader.integer("SELECT count(*) FROM t")
            try database.checkpoint()
        }
        #expect(try #require(Files.byteCount(of: disk.path + "-wal")) <= start)
        #expect(try reader.integer("SELECT count(*) FROM t") == 22)
    }
}
