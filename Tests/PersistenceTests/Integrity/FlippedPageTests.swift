import Base
import Channels
import Reactor
import TestSupport
import Testing

@testable import Persistence

@Suite("A flipped bit in the data file") struct FlippedPageTests {
    /// A stopped server's directory with enough in it for some dozens of pages of messages.
    private func stopped() async throws -> (house: House, channel: ChannelID, reader: UserID) {
        let house = try House()
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        let channel = try await house.direct(ann, bob)
        for index in 1...150 {
            _ = try await house.send(Self.text(Int64(index)), as: "\(index)", in: channel, by: ann)
        }
        house.close()
        return (house, channel, bob)
    }

    private static func text(_ number: Int64) -> String { "\(number): " + String(repeating: "lorem ", count: 60) }

    /// Whether a server on this directory shows anything that was not said; what it refuses to show is no matter.
    private func tellsOnlyTruth(_ place: TemporaryDirectory, _ channel: ChannelID, _ reader: UserID) async -> Bool {
        guard let house = try? House(in: place) else { return true }
        defer { house.close() }
        for number in Int64(1)...150 {
            guard let seen = try? await house.storage.archive.message(number, of: channel, for: reader) else {
                continue
            }
            guard seen.message.number == number, seen.message.text == Array(Self.text(number).utf8) else {
                return false
            }
        }
        for position in [HistoryPosition.newest, .after(0)] {
            let page = try? await house.storage.archive.messages(of: channel, for: reader, at: position, limit: 200)
            for message in page?.messages.map(\.message) ?? []
            where message.text != Array(Self.text(message.number).utf8) { return false }
        }
        return true
    }

    // Every page of a whole server's files has its turn in the row `flips` of scripts/crash.
    @Test func `shows nobody a message that was not written, in whichever page it is`() async throws {
        let (house, channel, reader) = try await stopped()
        let data = try #require(Files.read(house.path)), pages = data.count / 4_096
        #expect(pages > 40)
        var random = RandomSource(seed: 12)
        for page in [0, 1] + (0..<22).map({ _ in Int.random(in: 2..<pages, using: &random) }) {
            let copy = TemporaryDirectory()
            var flipped = data
            flipped[page * 4_096 + Int.random(in: 0..<4_096, using: &random)] ^=
                1 << UInt8.random(in: 0..<8, using: &random)
            Files.write(flipped, to: copy.file("confab.db"))
            let verdict = try? Verification.directory(DataDirectory(path: copy.path))
            #expect(verdict?.isSound != true, "nothing is found in page \(page)")
            #expect(await tellsOnlyTruth(copy, channel, reader), "page \(page)")
        }
    }

    @Test(arguments: [0.1, 0.5, 0.9]) func `in a message is found by verifying and by the server's own looks`(
        place: Double
    ) async throws {
        let (house, channel, reader) = try await stopped()
        var data = try #require(Files.read(house.path))
        let places = data.places(of: Array("lorem lorem".utf8))
        data[places[Int(Double(places.count) * place)]] ^= 1
        let copy = TemporaryDirectory()
        Files.write(data, to: copy.file("confab.db"))
        let verdict = try Verification.directory(DataDirectory(path: copy.path))
        #expect(verdict.faults.count == 1 && verdict.faults.allSatisfy { $0.contains("of the database is damaged") })
        #expect(await tellsOnlyTruth(copy, channel, reader))

        var limits = House.limits
        limits.scrubRowsPerSecond = 1_000_000
        let after = try House(in: copy, limits: limits, scrubDelayMilliseconds: 0)
        #expect(try await after.comesToKnowDamage())
        #expect(after.storage.integrity.known.contains { $0.hasPrefix("page ") && $0.hasSuffix(" of the database") })
    }

    @Test func `in an uploaded file is never sent, and found by whoever reads it first`() async throws {
        let house = try House(), ann = try await house.user("ann")
        let content = [UInt8](repeating: 5, count: 3_000_000)
        let file = try await house.upload(content, by: ann), hash = file.sha256.hexadecimal
        let path = house.directory.file("files/\(hash.prefix(2))/\(hash)")
        #expect(try await house.storage.files.open(file).byteCount == content.count)
        var flipped = content
        flipped[2_500_000] ^= 1
        Files.write(flipped, to: path)
        for _ in 1...2 {
            await #expect(throws: FileFailure.broken) { try await house.storage.files.open(file) }
        }
        #expect(house.storage.integrity.report.damagedCount == 1)
        Files.write(content, to: path)
        #expect(try await house.storage.files.open(file).read(0..<3) == [5, 5, 5])
    }

    @Test func `in an uploaded file is found by the server's own looks`() async throws {
        let first = try House(), ann = try await first.user("ann")
        let file = try await first.upload("Hello, file", by: ann), hash = file.sha256.hexadecimal
        first.close()
        Files.write(Array("Hello, filf".utf8), to: first.directory.file("files/\(hash.prefix(2))/\(hash)"))
        let house = try House(in: first.directory, scrubDelayMilliseconds: 0)
        #expect(try await house.comesToKnowDamage())
        #expect(house.storage.integrity.known == ["the file \(hash)"])
    }

    @Test func `that is not there is not found`() async throws {
        let (stopped, _, _) = try await stopped()
        let house = try House(in: stopped.directory, scrubDelayMilliseconds: 0)
        for _ in 1...600 where house.storage.integrity.report.roundCount == 0 {
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(house.storage.integrity.report.roundCount == 1)
        #expect(house.storage.integrity.known == [])
    }
}

extension House {
    /// Whether the server finds within half a minute that something is damaged.
    func comesToKnowDamage() async throws -> Bool {
        for _ in 1...600 {
            if !storage.integrity.report.isSound { return true }
            try await Task.sleep(for: .milliseconds(50))
        }
        return false
    }
}
