import Channels
import TestSupport
import Testing

@testable import Persistence

@Suite("The copy before the schema changes") struct SchemaCopyTests {
    /// A directory whose database is of an earlier schema.
    private func earlier(_ number: Int64) throws -> TemporaryDirectory {
        let place = TemporaryDirectory()
        let database = try Database(path: place.file("confab.db"), .writer)
        for migration in Migration.all where migration.number <= number {
            try database.execute(
                "BEGIN IMMEDIATE; \(migration.sql); PRAGMA user_version = \(migration.number); COMMIT")
        }
        try database.execute("INSERT INTO meta VALUES ('note', 'from schema \(number)')")
        return place
    }

    private func copies(in place: TemporaryDirectory) -> [String] {
        Files.names(in: place.file("backups")).filter { $0.hasSuffix(".db") }
    }

    @Test func `has all that was there, and is the file of a former server`() throws {
        let place = try earlier(8)
        try House(in: place).close()
        let copies = copies(in: place)
        #expect(copies == ["before-schema-00\(Migration.newest)-was-8.db"])
        let path = place.file("backups/" + copies[0])
        #expect(Files.mode(of: path) == 0o600)
        let copy = TemporaryDirectory()
        Files.write(try #require(Files.read(path)), to: copy.file("confab.db"))
        do {
            let database = try Database(path: copy.file("confab.db"), .reader)
            #expect(try database.integer("PRAGMA user_version") == 8)
            #expect(try database.text("SELECT value FROM meta WHERE name = 'note'") == "from schema 8")
            #expect(try database.text("PRAGMA integrity_check") == "ok")
        }
        // It can be brought up to date like the one it was made of.
        try House(in: copy).close()
    }

    @Test func `is not made of a new directory, nor at any further start`() throws {
        let place = TemporaryDirectory()
        for _ in 1...2 { try House(in: place).close() }
        #expect(Files.names(in: place.path) == ["confab.db", "files"])
    }

    @Test func `keeps the two newest`() throws {
        let place = try earlier(7)
        Files.makeDirectory(place.file("backups"))
        for name in ["before-schema-0002-was-1.db", "before-schema-0003-was-2.db", "mine.txt"] {
            Files.write([1], to: place.file("backups/" + name))
        }
        try House(in: place).close()
        #expect(
            Files.names(in: place.file("backups")) == [
                "before-schema-0003-was-2.db", "before-schema-00\(Migration.newest)-was-7.db", "mine.txt",
            ])
    }

    @Test func `that cannot be made leaves everything as it was`() throws {
        let place = try earlier(8)
        // A file where its directory would be.
        Files.write([1], to: place.file("backups"))
        let before = Files.read(place.file("confab.db"))
        #expect(throws: StoreFailure.self) { try House(in: place) }
        #expect(Files.read(place.file("confab.db")) == before)
        let database = try Database(path: place.file("confab.db"), .reader)
        #expect(try database.integer("PRAGMA user_version") == 8)
    }
}
