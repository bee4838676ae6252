import Base
import Channels
import TestSupport
import Testing

@testable import Persistence

/// What was taken away is looked for in the files themselves.
@Suite("Taken away from the disk") struct ErasureTests {
    private func edit(_ number: Int64, to text: String, in channel: ChannelID) -> Command {
        .editMessage(EditMessage(channel: channel, number: number, text: Array(text.utf8)))
    }

    private func told(_ house: House, _ command: Command, as user: UserID) async throws {
        let result = await house.storage.journal.commit(command, as: user)
        guard case .success = result else { throw Unanswered(result: result) }
    }

    @Test func `is a text that was deleted or edited, soon after`() async throws {
        let house = try House()
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        let channel = try await house.direct(ann, bob)
        for index in 1...40 {
            let text = "word-\(index)-" + String(repeating: "x", count: index * 13)
            _ = try await house.send(text, as: "\(index)", in: channel, by: ann)
        }
        #expect(house.directory.holds("word-7-"))
        try await told(
            house, .deleteMessages(DeleteMessages(channel: channel, ranges: [7...7], scope: .all)), as: ann)
        try await told(house, edit(8, to: "short", in: channel), as: ann)
        try await told(house, edit(9, to: "long-\(String(repeating: "y", count: 9_000))", in: channel), as: ann)
        for text in ["word-7-", "word-8-", "word-9-"] { #expect(try await house.isGone(text), "\(text)") }
        #expect(house.directory.holds("word-10-") && house.directory.holds("long-y"))
        // However pages were filled anew meanwhile.
        for index in 10...40 {
            let text = "new-\(index)-" + String(repeating: "z", count: (41 - index) * 97)
            try await told(house, edit(Int64(index), to: text, in: channel), as: ann)
        }
        for index in 10...40 {
            try await told(
                house, .deleteMessages(DeleteMessages(channel: channel, number: Int64(index), scope: .all)), as: ann)
        }
        for index in 10...40 {
            #expect(try await house.isGone("word-\(index)-"), "\(index)")
            #expect(try await house.isGone("new-\(index)-"), "\(index)")
        }
        #expect(house.directory.holds("word-1-"))
        house.close()
        #expect(!house.directory.holds("word-7-") && house.directory.holds("word-1-"))
    }

    @Test func `is what was too old, and what a channel held that is gone`() async throws {
        let house = try House()
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        func group(_ name: String) async throws -> ChannelID {
            let create = CreateChannel(name: name, members: [bob])
            let opened = await house.storage.journal.commit(.createChannel(create), as: ann)
            guard case .success(.opened(let summary, _)) = opened else { throw Unanswered(result: opened) }
            return summary.channel
        }
        let short = try await group("short"), gone = try await group("gone"), kept = try await group("kept")
        var update = UpdateChannel(channel: short)
        update.retentionSeconds = .set(60)
        try await told(house, .updateChannel(update), as: ann)
        for index in 1...30 {
            _ = try await house.send("old-\(index)-", as: "o\(index)", in: short, by: ann)
            _ = try await house.send("lost-\(index)-", as: "l\(index)", in: gone, by: ann)
            _ = try await house.send("kept-\(index)-", as: "k\(index)", in: kept, by: ann)
        }
        try await told(house, edit(30, to: "lost-again", in: gone), as: ann)
        try await told(house, .deleteChannel(gone), as: ann)
        // Time passes until everything is indexed and looked at.
        for _ in 1...200 where house.directory.holds("old-30-") || house.directory.holds("lost-again") {
            house.time.pass(milliseconds: 61_000)
            try await Task.sleep(for: .milliseconds(50))
        }
        for index in 1...30 {
            #expect(try await house.isGone("old-\(index)-"), "\(index)")
            #expect(try await house.isGone("lost-\(index)-"), "\(index)")
            #expect(house.directory.holds("kept-\(index)-"))
        }
        #expect(try await house.isGone("lost-again"))
        let page = try await house.storage.archive.messages(of: kept, for: bob, at: .newest, limit: 50)
        #expect(page.messages.count == 30)
    }

    @Test func `is also what a killed process had no time for`() async throws {
        let house = try House()
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        let channel = try await house.direct(ann, bob)
        // The kill has to come before the server has a moment's rest, which on a busy machine it may have had.
        var killed: TemporaryDirectory?
        for number in 1...50 as ClosedRange<Int64> where killed == nil {
            _ = try await house.send("secret-word", as: "\(number)", in: channel, by: ann)
            try await told(
                house, .deleteMessages(DeleteMessages(channel: channel, number: number, scope: .all)), as: ann)
            let image = house.image()
            if image.holds("secret-word") { killed = image }
        }
        let after = try House(in: try #require(killed, "the log of the database never has it"))
        #expect(try await after.isGone("secret-word"))
    }
}
