import Auth
import Base
import Channels
import Reactor
import TestSupport
import Testing

@testable import Persistence

@Suite("The checksums of pages") struct SealTests {
    private static let size = Database.pageByteCount

    /// As https://www.sqlite.org/cksumvfs.html describes it, written a second time.
    private static func cksumvfs(_ page: ArraySlice<UInt8>) -> [UInt8] {
        let bytes = Array(page)
        func word(_ index: Int) -> UInt32 { (0..<4).reduce(0) { $0 | UInt32(bytes[4 * index + $1]) << UInt32(8 * $1) } }
        var sums: (UInt32, UInt32) = (0, 0)
        for index in stride(from: 0, to: size / 4 - 2, by: 2) {
            sums.0 = sums.0 &+ word(index) &+ sums.1
            sums.1 = sums.1 &+ word(index + 1) &+ sums.0
        }
        return [sums.0, sums.1].flatMap { sum in (0..<4).map { UInt8(truncatingIfNeeded: sum >> UInt32(8 * $0)) } }
    }

    @Test func `are those of SQLite's own tool, in every page`() throws {
        let disk = try Disk()
        try disk.addUsers()
        try disk.database.execute("CREATE TABLE t (x BLOB); INSERT INTO t VALUES (randomblob(200000))")
        try disk.database.execute("DELETE FROM t; INSERT INTO t VALUES (randomblob(90000))")
        try disk.database.checkpoint(emptying: true)
        let data = try #require(Files.read(disk.path)), pages = data.count / Self.size
        #expect(pages > 100 && data[20] == 8)
        for page in 0..<pages {
            let slice = data[page * Self.size..<(page + 1) * Self.size]
            #expect(Array(slice.suffix(8)) == Self.cksumvfs(slice), "page \(page + 1)")
        }
        #expect(try disk.database.text("PRAGMA integrity_check") == "ok")
    }

    @Test func `notice each bit of a page`() {
        var random = RandomSource(seed: 9)
        let page = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.size, alignment: 16)
        defer { page.deallocate() }
        for index in page.indices { page[index] = .random(in: 0...255, using: &random) }
        PageSeal.put(on: page)
        #expect(PageSeal.isWhole(UnsafeRawBufferPointer(page)))
        for index in stride(from: 0, to: page.count, by: 7) {
            for bit in 0..<8 as Range<UInt8> {
                page[index] ^= 1 << bit
                #expect(!PageSeal.isWhole(UnsafeRawBufferPointer(page)))
                page[index] ^= 1 << bit
            }
        }
    }

    /// A stopped directory with some talk, and one page of it that has a flipped bit.
    private func damaged(where words: String) async throws -> (place: TemporaryDirectory, page: Int, House) {
        let house = try House(), ann = try await house.user("ann"), bob = try await house.user("bob")
        let channel = try await house.direct(ann, bob)
        for index in 1...60 {
            let text = "\(index): " + String(repeating: "lorem ", count: 200)
            _ = try await house.send(text, as: "\(index)", in: channel, by: ann)
        }
        house.close()
        var data = try #require(Files.read(house.path))
        let word = Array(words.utf8)
        let place = try #require(data.firstPlace(of: word))
        data[place] ^= 4
        let copy = TemporaryDirectory()
        Files.write(data, to: copy.file("confab.db"))
        return (copy, place / Self.size + 1, house)
    }

    @Test func `keep what is damaged from being read, and nothing else`() async throws {
        let (place, page, _) = try await damaged(where: "7: lorem")
        let house = try House(in: place)
        let ann = try #require(UserID(rawValue: 1)), bob = try #require(UserID(rawValue: 2))
        let channel = try #require(ChannelID.direct(ann, bob))
        await #expect(throws: (any Error).self) {
            try await house.storage.archive.message(7, of: channel, for: bob)
        }
        #expect(try await house.storage.archive.message(50, of: channel, for: bob).message.number == 50)
        // What needs to be read for a change refuses it, and the server goes on.
        let edit = EditMessage(channel: channel, number: 7, text: Array("other".utf8))
        let edited = await house.storage.journal.commit(.editMessage(edit), as: ann)
        guard case .failure(.damaged) = edited else {
            Issue.record("\(edited)")
            return
        }
        #expect(try await house.send("on", as: "on", in: channel, by: ann).message.number == 61)
        let reader = try Database(path: house.path, .reader)
        let failure = #expect(throws: StoreFailure.self) { try reader.integer("SELECT sum(length(body)) FROM journal") }
        #expect(failure == .damaged("\(house.path): page \(page) is damaged"))
        #expect(reader.hasFoundDamage)
    }

    @Test func `name the page when everything is looked through, by whoever does`() async throws {
        let (place, page, _) = try await damaged(where: "uuid-bob")
        let verdict = try Verification.directory(DataDirectory(path: place.path))
        #expect(verdict.faults == ["page \(page) of the database is damaged"])
        let copy = TemporaryDirectory()
        Files.write(try #require(Files.read(place.file("confab.db"))), to: copy.file("confab.db"))
        let house = try House(in: copy, scrubDelayMilliseconds: 0)
        #expect(try await house.comesToKnowDamage())
        #expect(house.storage.integrity.known.contains("page \(page) of the database"))
        let backup = try await house.backUp(to: "out.tar")
        #expect(backup.faults.contains("page \(page) of the database is damaged"))
    }

    @Test func `are not forgotten because one bit says that there are none`() async throws {
        let house = try House()
        _ = try await house.user("ann")
        house.close()
        let data = try #require(Files.read(house.path))
        for bit in 0..<8 as Range<UInt8> {
            var flipped = data
            flipped[20] ^= 1 << bit
            let copy = TemporaryDirectory()
            Files.write(flipped, to: copy.file("confab.db"))
            #expect(throws: StoreFailure.self) { try House(in: copy) }
            #expect(Files.read(copy.file("confab.db")) == flipped, "it was changed")
            let verdict = try? Verification.directory(DataDirectory(path: copy.path))
            #expect(verdict?.isSound != true)
        }
    }

    @Test func `come to a file of a former server, of which there is a copy then`() async throws {
        let place = TemporaryDirectory(), path = place.file("confab.db")
        do {
            // By the machine's file system itself, as it was.
            let database = try Database(path: path, .writer, vfs: "unix")
            for migration in Migration.all where migration.number < Migration.seals.number {
                try database.execute(
                    "BEGIN IMMEDIATE; \(migration.sql); PRAGMA user_version = \(migration.number); COMMIT")
            }
            try database.execute("INSERT INTO meta VALUES ('note', 'kept')")
        }
        let old = try #require(Files.read(path))
        #expect(old[20] == 0)
        let house = try House(in: place), ann = try await house.user("ann")
        #expect(ann.rawValue == 1)
        house.close()
        let new = try #require(Files.read(path))
        #expect(new[20] == 8)
        let verdict = try Verification.directory(DataDirectory(path: place.path))
        #expect(verdict.faults == [])
        #expect(verdict.lines.contains("\(new.count / Self.size) pages"))
        #expect(try Database(path: path, .reader).text("SELECT value FROM meta WHERE name = 'note'") == "kept")
        let copies = Files.names(in: place.file("backups"))
        #expect(copies.count == 1 && Files.read(place.file("backups/" + (copies.first ?? ""))) == old)
    }

    @Test func `are not asked of what a checkpoint that was cut short has left half written`() throws {
        let disk = try Disk()
        try disk.database.execute("CREATE TABLE t (x BLOB); INSERT INTO t VALUES (randomblob(50000))")
        try disk.database.checkpoint(emptying: true)
        try disk.database.execute("UPDATE t SET x = randomblob(50000)")
        let copy = disk.copy()
        var data = try #require(Files.read(copy.file("confab.db")))
        let pages = try LogFrames(path: copy.file("confab.db-wal"))?.pages ?? []
        #expect(pages.count > 10)
        for page in pages where page > 1 { data[Int(page) * Self.size - 2_000] ^= 255 }
        Files.write(data, to: copy.file("confab.db"))
        #expect(try Verification.directory(DataDirectory(path: copy.path)).faults == [])
        let database = try Database(path: copy.file("confab.db"), .writer)
        #expect(try database.integer("SELECT length(x) FROM t") == 50_000)
        #expect(try database.checkpoint(emptying: true))
        #expect(try database.text("PRAGMA integrity_check") == "ok")
    }
}
