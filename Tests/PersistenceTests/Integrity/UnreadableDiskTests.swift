import Base
import Channels
import TestSupport
import Testing

@testable import Auth
@testable import Persistence

@Suite("A disk that cannot be read", .serialized) struct UnreadableDiskTests {
    private struct Hall {
        var house: House
        var ann: UserID, bob: UserID
        var channel: ChannelID

        func edit() async -> Result<Outcome, Rejection> {
            let edit = EditMessage(channel: channel, number: 7, text: Array("other".utf8))
            return await house.storage.journal.commit(.editMessage(edit), as: ann)
        }
    }

    /// A directory with sixty long messages in a direct channel, and nobody who has the seventh in memory or gets it
    /// from the disk.
    private func hall() async throws -> Hall {
        let place = TemporaryDirectory()
        let house = try House(in: place), ann = try await house.user("ann"), bob = try await house.user("bob")
        let channel = try await house.direct(ann, bob)
        for index in 1...60 {
            let text = "\(index): " + String(repeating: "lorem ", count: 200)
            _ = try await house.send(text, as: "\(index)", in: channel, by: ann)
        }
        house.close()
        let data = try #require(Files.read(house.path)), size = Database.pageByteCount
        let start = try #require(data.firstPlace(of: Array("7: lorem".utf8))) / size * size
        #expect(UnreadableFile.fail(house.path, at: start..<start + size))
        return Hall(house: try House(in: place), ann: ann, bob: bob, channel: channel)
    }

    @Test func `is told as that and not as damage, and all is well when it can be`() async throws {
        let hall = try await hall(), storage = hall.house.storage
        defer { UnreadableFile.heal() }

        let read = await #expect(throws: Rejection.self) {
            try await storage.archive.message(7, of: hall.channel, for: hall.bob)
        }
        #expect(read == .unreadable)
        #expect(await hall.edit() == .failure(.unreadable))
        #expect(storage.integrity.report.isSound, "nothing was read that could be damaged")
        #expect(try await storage.archive.message(50, of: hall.channel, for: hall.bob).message.number == 50)
        #expect(try await hall.house.send("on", as: "on", in: hall.channel, by: hall.ann).message.number == 61)

        UnreadableFile.heal()
        #expect(try await storage.archive.message(7, of: hall.channel, for: hall.bob).message.number == 7)
        guard case .success = await hall.edit() else {
            Issue.record("the edit was not taken")
            return
        }
    }

    @Test func `takes nothing from those whose changes stand in the same batch`() async throws {
        let hall = try await hall(), journal = hall.house.storage.journal, ann = hall.ann
        defer { UnreadableFile.heal() }
        let edit = EditMessage(channel: hall.channel, number: 7, text: Array("other".utf8))
        let answers = await withTaskGroup(of: Result<Outcome, Rejection>.self) { group in
            for index in 1...40 {
                let command: Command =
                    index % 4 == 0
                    ? .editMessage(edit) : House.sending("\(index)", as: "new \(index)", in: hall.channel)
                group.addTask { await journal.commit(command, as: ann) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        var numbers: [Int64] = [], refused = 0
        for answer in answers {
            switch answer {
            case .success(.sent(let message, isDuplicate: false)): numbers.append(message.number)
            case .failure(.unreadable): refused += 1
            default: Issue.record("\(answer)")
            }
        }
        #expect(refused == 10 && numbers.sorted() == Array(61...90))
        let page = try await hall.house.storage.archive.messages(
            of: hall.channel, for: hall.bob, at: .newest, limit: 31)
        #expect(page.messages.map(\.message.number) == Array(60...90))
    }

    @Test func `keeps a server from starting, which says so`() async throws {
        let house = try await hall().house
        UnreadableFile.heal()
        house.close()
        #expect(UnreadableFile.fail(house.path))
        defer { UnreadableFile.heal() }
        let failure = #expect(throws: StoreFailure.self) { try House(in: house.directory) }
        guard case .broken(let why) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(!why.contains("damaged"))
    }
}
