import Base
import Channels
import TestSupport
import Testing

@testable import Persistence

@Suite("A flipped bit in the write-ahead log") struct FlippedLogTests {
    private static let frame = Database.pageByteCount + 24

    /// What a killed server has left, with messages in its log.
    private func killed() async throws -> (files: [String: [UInt8]], channel: ChannelID, reader: UserID) {
        let house = try House()
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        let channel = try await house.direct(ann, bob)
        for index in 1...10 { _ = try await house.send("text \(index)", as: "\(index)", in: channel, by: ann) }
        let image = house.image()
        let data = try #require(Files.read(image.file("confab.db")))
        let log = try #require(Files.read(image.file("confab.db-wal")))
        let mark = try #require(Files.read(house.directory.file(RunMark.name)))
        return (["confab.db": data, "confab.db-wal": log, RunMark.name: mark], channel, bob)
    }

    private func place(_ files: [String: [UInt8]], changingLog change: (inout [UInt8]) -> Void) -> TemporaryDirectory {
        let place = TemporaryDirectory()
        for (name, bytes) in files {
            var bytes = bytes
            if name.hasSuffix("-wal") { change(&bytes) }
            Files.write(bytes, to: place.file(name))
        }
        return place
    }

    @Test func `takes nothing away that was committed, wherever it is`() async throws {
        let (files, channel, reader) = try await killed()
        let log = try #require(files["confab.db-wal"])
        var random = RandomSource(seed: 6), mended = 0, refused = 0
        let last = log.count - Self.frame
        // The head of the log, of the last frame and the end of it, and chance.
        let places = Array(0..<32) + Array(last..<last + 24) + [log.count - 1]
        for offset in places + (1...20).map({ _ in Int.random(in: 32..<log.count, using: &random) }) {
            let place = place(files) { $0[offset] ^= 1 << UInt8.random(in: 0..<8, using: &random) }
            let faults = (try? Verification.directory(DataDirectory(path: place.path)))?.faults
            #expect(faults?.isEmpty != true, "nothing is found at \(offset)")
            guard let house = try? House(in: place) else {
                refused += 1
                continue
            }
            let page = try await house.storage.archive.messages(of: channel, for: reader, at: .newest, limit: 100)
            #expect(page.messages.map(\.message.number) == Array(1...10), "at \(offset)")
            mended += 1
            house.close()
            #expect(try Verification.directory(DataDirectory(path: place.path)).faults == [])
        }
        #expect(refused >= 32, "a log whose head is damaged is not begun anew")
        #expect(mended > 20)
    }

    @Test func `in several places keeps the server from starting, and it says where`() async throws {
        let (files, _, _) = try await killed()
        let place = place(files) { log in
            for offset in stride(from: 100, to: 500, by: 3) { log[32 + 2 * Self.frame + offset] ^= 90 }
        }
        let failure = #expect(throws: StoreFailure.self) { try House(in: place) }
        guard case .broken(let why) = failure else { return }
        #expect(why.contains("confab.db-wal is damaged in frame 3"))
    }

    @Test func `is not what a power cut leaves of a commit that nobody was told of`() async throws {
        let (files, channel, reader) = try await killed()
        let log = try #require(files["confab.db-wal"])
        // Sectors of the last frame did not come to the disk: what was there before still is.
        for lost in 0..<8 {
            let place = place(files) { log in
                let sector = log.count - 4_096 + lost * 512
                for index in sector..<sector + 512 { log[index] = 0 }
            }
            let house = try House(in: place)
            let page = try await house.storage.archive.messages(of: channel, for: reader, at: .newest, limit: 100)
            let numbers = page.messages.map(\.message.number)
            #expect(numbers == (0..<numbers.count).map { Int64($0) + 1 } && numbers.count >= 9)
        }
        #expect(log.count > 2 * Self.frame)
    }

    @Test func `is not read by a server that runs, nor copied to where it would look whole`() throws {
        let disk = try Disk()
        try disk.database.execute("CREATE TABLE t (x BLOB)")
        try disk.database.checkpoint(emptying: true)
        try disk.database.execute("INSERT INTO t VALUES (zeroblob(100000))")
        var log = try #require(Files.read(disk.path + "-wal"))
        let pages = log.count / Self.frame
        log[32 + (pages / 2) * Self.frame + 2_000] ^= 1
        Files.write(log, to: disk.path + "-wal")
        let reader = try Database(path: disk.path, .reader)
        let failure = #expect(throws: StoreFailure.self) { try reader.integer("SELECT sum(length(hex(x))) FROM t") }
        guard case .damaged(let why) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(why.hasSuffix("in its write-ahead log, frame \(pages / 2 + 1) is damaged"))
        #expect(throws: StoreFailure.self) { try disk.database.checkpoint() }
    }

    @Test func `is not seen in what a transaction has written twice before it ended`() throws {
        let disk = try Disk(), database = disk.database
        try database.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, x BLOB)")
        // So few pages are kept in memory that each is written to the log, read back and written in its place again.
        try database.execute("PRAGMA cache_size = 10; BEGIN IMMEDIATE")
        for id in 1...100 { try database.execute("INSERT INTO t VALUES (\(id), randomblob(3000))") }
        for _ in 1...3 {
            for id in 1...100 { try database.execute("UPDATE t SET x = randomblob(3000) WHERE id = \(id)") }
            #expect(try database.integer("SELECT sum(length(x)) FROM t") == 300_000)
        }
        try database.execute("COMMIT")
        #expect(try database.integer("SELECT sum(length(x)) FROM t") == 300_000)
        let reader = try Database(path: disk.path, .reader)
        #expect(try reader.integer("SELECT sum(length(x)) FROM t") == 300_000)
        try database.execute("BEGIN IMMEDIATE; UPDATE t SET x = randomblob(3000); UPDATE t SET x = zeroblob(9)")
        try database.execute("ROLLBACK")
        #expect(try database.integer("SELECT sum(length(x)) FROM t") == 300_000)
        #expect(try database.checkpoint(emptying: true))
        #expect(try database.text("PRAGMA integrity_check") == "ok")
    }
}
