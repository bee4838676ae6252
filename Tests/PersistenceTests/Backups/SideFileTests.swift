import Base
import Channels
import Reactor
import TestSupport
import Testing

@testable import Persistence

/// What a killed server has left, and what somebody has done to it since.
@Suite("Files beside the database") struct SideFileTests {
    /// The directory of a server that was killed with messages in its log.
    private func killed() async throws -> (place: TemporaryDirectory, channel: ChannelID, reader: UserID) {
        let house = try House()
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        let channel = try await house.direct(ann, bob)
        for index in 1...10 { _ = try await house.send("text \(index)", as: "\(index)", in: channel, by: ann) }
        let place = house.image()
        let mark = try #require(Files.read(house.directory.file(RunMark.name)))
        Files.write(mark, to: place.file(RunMark.name))
        return (place, channel, bob)
    }

    private func count(_ house: House, _ channel: ChannelID, for user: UserID) async throws -> Int {
        try await house.storage.archive.messages(of: channel, for: user, at: .newest, limit: 100).messages.count
    }

    @Test func `a server that was killed starts again with all it had`() async throws {
        let (place, channel, reader) = try await killed()
        let house = try House(in: place)
        #expect(try await count(house, channel, for: reader) == 10)
        #expect(Files.read(place.file(RunMark.name)) != nil)
        house.close()
        #expect(Files.read(place.file(RunMark.name)) == nil, "nothing is missing when it is stopped in order")
        #expect(try await count(try House(in: place), channel, for: reader) == 10)
    }

    @Test func `a log that cannot be copied back at the end stays where it is, and so does its mark`() async throws {
        let house = try House(), ann = try await house.user("ann"), bob = try await house.user("bob")
        let channel = try await house.direct(ann, bob)
        do {
            let reader = try Database(path: house.path, .reader)
            try reader.execute("BEGIN")
            _ = try reader.integer("SELECT count(*) FROM journal")
            _ = try await house.send("late", as: "late", in: channel, by: ann)
            house.close()
            try reader.execute("COMMIT")
        }
        #expect(Files.read(house.directory.file(RunMark.name)) != nil)
        #expect((Files.byteCount(of: house.path + "-wal") ?? 0) > 0)
        let next = try House(in: house.directory)
        #expect(try await count(next, channel, for: bob) == 1)
        next.close()
        #expect(Files.names(in: house.directory.path) == ["confab.db", "files"])
    }

    @Test func `without its write-ahead log it does not start, and says why`() async throws {
        let (place, _, _) = try await killed()
        let before = try #require(Files.read(place.file("confab.db")))
        Files.remove(place.file("confab.db-wal"))
        let failure = #expect(throws: StoreFailure.self) { try House(in: place) }
        guard case .broken(let why) = failure else { return }
        #expect(why.contains("confab.db-wal is not there"))
        #expect(why.contains("remove \(place.file(RunMark.name))"))
        #expect(Files.read(place.file("confab.db")) == before)
    }

    @Test func `without the log's shared memory it starts with all it had`() async throws {
        let (place, channel, reader) = try await killed()
        Files.write([UInt8](repeating: 0xFF, count: 32_768), to: place.file("confab.db-shm"))
        let house = try House(in: place)
        #expect(try await count(house, channel, for: reader) == 10)
    }

    @Test func `with another run's data file under its log it does not start`() async throws {
        let house = try House()
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        let channel = try await house.direct(ann, bob)
        // The first run ends in order; a copy of its file is kept while the second one is stopped and a third begun.
        house.close()
        let second = try House(in: house.directory)
        _ = try await second.send("second", as: "2", in: channel, by: ann)
        second.close()
        let old = try #require(Files.read(house.path))
        try House(in: house.directory).close()
        let last = try House(in: house.directory)
        for index in 3...20 { _ = try await last.send("new", as: "\(index)", in: channel, by: ann) }
        let mark = try #require(Files.read(house.directory.file(RunMark.name)))

        let whole = last.image()
        Files.write(mark, to: whole.file(RunMark.name))
        #expect(try await count(try House(in: whole), channel, for: bob) == 19)

        let mixed = last.image()
        Files.write(mark, to: mixed.file(RunMark.name))
        Files.write(old, to: mixed.file("confab.db"))
        let failure = #expect(throws: StoreFailure.self) { try House(in: mixed) }
        guard case .broken(let why) = failure else { return }
        #expect(why.contains("is not the file that its write-ahead log belongs to"))
        #expect(Files.read(mixed.file("confab.db")) == old)
    }

    @Test func `a log that was cut short anywhere loses its end and nothing else`() async throws {
        let (place, channel, reader) = try await killed()
        let log = try #require(Files.read(place.file("confab.db-wal")))
        let data = try #require(Files.read(place.file("confab.db")))
        #expect(log.count > 20_000)
        var last = 10, lengths = Set<Int>()
        // The last pages may be those of the index, which is made again of what is there.
        let ends = [1, 2, 24, 100, 512, 4_095, 4_096, 4_120, 4_121, 8_191, 8_192]
        for cut in ends + [log.count / 4, log.count / 2, log.count * 3 / 4] {
            let copy = TemporaryDirectory()
            Files.write(data, to: copy.file("confab.db"))
            Files.write(Array(log.dropLast(cut)), to: copy.file("confab.db-wal"))
            let house = try House(in: copy)
            // There is no channel where what is lost is all of it.
            let page = try? await house.storage.archive.messages(of: channel, for: reader, at: .newest, limit: 100)
            let numbers = page?.messages.map(\.message.number) ?? []
            #expect(numbers == (0..<numbers.count).map { Int64($0) + 1 }, "\(cut) bytes")
            #expect(numbers.count <= last, "the more is cut the less is there")
            last = numbers.count
            lengths.insert(last)
            house.close()
            let found = try Verification.directory(DataDirectory(path: copy.path))
            #expect(found.faults == [], "\(cut) bytes")
        }
        #expect(lengths.count > 1, "what was cut was never needed")
    }

    @Test func `a log with any bit changed ends before it, or changes nothing`() async throws {
        let (place, channel, reader) = try await killed()
        let log = try #require(Files.read(place.file("confab.db-wal")))
        let data = try #require(Files.read(place.file("confab.db")))
        var random = RandomSource(seed: 4), lost = 0
        for _ in 1...24 {
            var flipped = log
            // In the last third, where the messages are.
            flipped[Int.random(in: log.count * 2 / 3..<log.count, using: &random)] ^= 16
            let copy = TemporaryDirectory()
            Files.write(data, to: copy.file("confab.db"))
            Files.write(flipped, to: copy.file("confab.db-wal"))
            let house = try House(in: copy)
            // There is no channel where what is lost is all of it.
            let page = try? await house.storage.archive.messages(of: channel, for: reader, at: .newest, limit: 100)
            let messages = page?.messages.map(\.message) ?? []
            #expect(messages.map(\.number) == (0..<messages.count).map { Int64($0) + 1 })
            for message in messages { #expect(message.text == Array("text \(message.number)".utf8)) }
            if messages.count < 10 { lost += 1 }
        }
        #expect(lost > 0, "no flip hit what was needed")
    }
}
