import Base
import Channels
import TestSupport
import Testing

@testable import Persistence

@Suite("Searching") struct SearchingTests {
    private func query(_ text: String, _ change: (inout SearchQuery) -> Void = { _ in }) throws -> SearchQuery {
        var query = try SearchQuery(text, within: Limits())
        change(&query)
        return query
    }

    private func texts(
        _ text: String, _ house: House, _ user: UserID, _ change: (inout SearchQuery) -> Void = { _ in }
    ) async throws -> [String] {
        let search = try #require(house.storage.search)
        return try await search.messages(try query(text, change), for: user, after: nil, limit: 50).hits.map {
            String(decoding: $0.view.message.text, as: UTF8.self)
        }
    }

    /// Asks again until the answer is as it is to be, for ten seconds at most.
    private func settled(
        _ wanted: [String], _ text: String, _ house: House, _ user: UserID
    ) async throws -> [String] {
        var found: [String] = []
        for _ in 1...200 {
            found = (try? await texts(text, house, user)) ?? ["no answer"]
            if found == wanted { break }
            try await Task.sleep(for: .milliseconds(50))
        }
        return found
    }

    private func told(_ house: House, _ command: Command, as user: UserID) async throws {
        let result = await house.storage.journal.commit(command, as: user)
        guard case .success = result else { throw Unanswered(result: result) }
    }

    private func edit(_ number: Int64, to text: String, in channel: ChannelID) -> Command {
        .editMessage(EditMessage(channel: channel, number: number, text: Array(text.utf8)))
    }

    @Test func `finds what was said newest first, within a second of the reply`() async throws {
        let house = try House(isSearched: true)
        let ann = try await house.user("ann"), bob = try await house.user("bob"), cat = try await house.user("cat")
        let channel = try await house.direct(ann, bob)
        _ = try await house.send("Hello first world", as: "1", in: channel, by: ann)
        _ = try await house.send("你好世界", as: "2", in: channel, by: bob)
        let clock = ContinuousClock(), start = clock.now
        _ = try await house.send("hello second #World", as: "3", in: channel, by: ann)
        #expect(
            try await settled(["hello second #World", "Hello first world"], "hello", house, bob) == [
                "hello second #World", "Hello first world",
            ])
        // A busy machine may take its time.
        #expect(start.duration(to: clock.now) < .seconds(8))
        #expect(try await texts("世界", house, ann) == ["你好世界"])
        #expect(try await texts("界", house, ann) == ["你好世界"])
        #expect(try await texts("\"first world\"", house, ann) == ["Hello first world"])
        #expect(try await texts("#world", house, ann) == ["hello second #World"])
        #expect(try await texts("sec*", house, ann) == ["hello second #World"])
        #expect(try await texts("hello", house, cat).isEmpty)
        #expect(try await texts("", house, ann) { $0.sender = bob } == ["你好世界"])
        #expect(try await texts("", house, ann) { $0.channel = channel }.count == 3)
        #expect(try await texts("hello", house, ann) { $0.after = house.time.now.adding(seconds: 60) }.isEmpty)
        #expect(try await texts("hello", house, ann) { $0.before = house.time.now.adding(seconds: 60) }.count == 2)
        #expect(try await texts("hello", house, cat) { $0.channel = channel }.isEmpty)
    }

    @Test func `knows a message by what it says now`() async throws {
        let house = try House(isSearched: true)
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        let channel = try await house.direct(ann, bob)
        for index in 1...5 { _ = try await house.send("apple \(index)", as: "\(index)", in: channel, by: ann) }
        #expect(try await settled((1...5).reversed().map { "apple \($0)" }, "apple", house, bob).count == 5)
        try await told(house, edit(3, to: "pear", in: channel), as: ann)
        #expect(try await settled(["pear"], "pear", house, bob) == ["pear"])
        #expect(try await texts("apple", house, bob) == ["apple 5", "apple 4", "apple 2", "apple 1"])
        try await told(house, .deleteMessages(DeleteMessages(channel: channel, number: 5, scope: .all)), as: ann)
        try await told(house, .deleteMessages(DeleteMessages(channel: channel, number: 4, scope: .me)), as: ann)
        // From the moment of the reply on.
        #expect(try await texts("apple", house, ann) == ["apple 2", "apple 1"])
        #expect(try await texts("apple", house, bob) == ["apple 4", "apple 2", "apple 1"])
    }

    @Test func `has nothing on the disk of what was deleted or edited, soon after`() async throws {
        let house = try House(isSearched: true)
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        let channel = try await house.direct(ann, bob)
        // Neighbours among the words share their beginnings on the disk: each of these begins otherwise.
        let letters = Array("abcdefghijklmnopqrst")
        for (index, letter) in letters.enumerated() {
            let text = "\(letter)\(letter)secretword common #\(letter)tagged"
            _ = try await house.send(text, as: "\(index)", in: channel, by: ann)
        }
        #expect(try await settled(["ggsecretword common #gtagged"], "ggsecretword", house, bob).count == 1)
        #expect(house.index.holds("ggsecretword") && house.index.holds("gtagged"))
        try await told(house, .deleteMessages(DeleteMessages(channel: channel, number: 7, scope: .all)), as: ann)
        try await told(house, edit(8, to: "another", in: channel), as: ann)
        for word in ["ggsecretword", "hhsecretword", "gtagged", "htagged"] {
            #expect(try await house.isForgotten(word), "\(word)")
        }
        #expect(try await settled(["iisecretword common #itagged"], "iisecretword", house, bob).count == 1)
        #expect(try await settled(["another"], "another", house, bob) == ["another"])
        for _ in 1...100 {
            let left = try Database(path: house.path, .reader).integer("SELECT count(*) FROM search_stale")
            if left == 0 { break }
            house.time.pass(milliseconds: 60_000)
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(try Database(path: house.path, .reader).integer("SELECT count(*) FROM search_stale") == 0)
    }

    @Test func `indexes what was there before it, goes on where it was, and is made anew when it is of no use`()
        async throws
    {
        let directory = TemporaryDirectory()
        var house = try House(in: directory)
        #expect(house.storage.search == nil)
        let ann = try await house.user("ann"), bob = try await house.user("bob")
        let channel = try await house.direct(ann, bob)
        for index in 1...50 { _ = try await house.send("old \(index)", as: "\(index)", in: channel, by: ann) }
        house.close()
        house = try House(in: directory, isSearched: true)
        let all = (1...50).reversed().map { "old \($0)" }
        #expect(try await settled(all, "old", house, bob) == all)
        house.close()
        let made = try #require(Files.read(directory.file("search.db")))
        house = try House(in: directory, isSearched: true)
        #expect(try await settled(all, "old", house, bob) == all)
        house.close()
        // Another epoch, rubbish, and nothing at all.
        for damage in 0...2 {
            Files.write(
                damage == 0
                    ? Array(made.prefix(5_000)) : damage == 1 ? [UInt8](repeating: 0x5A, count: 9_000) : [],
                to: directory.file("search.db"))
            house = try House(in: directory, isSearched: true)
            #expect(try await settled(all, "old", house, bob) == all, "\(damage)")
            house.close()
        }
    }

    @Test func `finds files by name, one's own and those of messages that one may see`() async throws {
        let house = try House(isSearched: true)
        let ann = try await house.user("ann"), bob = try await house.user("bob"), cat = try await house.user("cat")
        let channel = try await house.direct(ann, bob)
        let sent = try await house.upload(Array("one".utf8), as: "Quarterly report.pdf", by: ann)
        let own = try await house.upload(Array("two".utf8), as: "quarterly notes.txt", by: ann)
        try await house.send([sent], as: "f", in: channel, by: ann)
        let search = try #require(house.storage.search)
        func names(_ user: UserID) async throws -> [String] {
            try await search.files(try query("quarterly"), for: user, after: nil, limit: 10).hits.map(\.file.name)
        }
        for _ in 1...200 where try await names(bob).isEmpty { try await Task.sleep(for: .milliseconds(50)) }
        #expect(try await names(bob) == [sent.name])
        #expect(Set(try await names(ann)) == [sent.name, own.name])
        #expect(try await names(cat).isEmpty)
        // A name is no part of what was said.
        #expect(try await texts("quarterly", house, bob).isEmpty)
        try await told(house, .deleteMessages(DeleteMessages(channel: channel, number: 1, scope: .all)), as: ann)
        #expect(try await names(bob).isEmpty)
    }

    @Test func `takes no cursor that it has not given`() throws {
        let cursor = SearchCursor(key: [1, 2, 3])
        for place in [0, 1, -5, Int64.max, .min] { #expect(cursor.open(cursor.seal(place)) == place) }
        let sealed = cursor.seal(77)
        #expect(sealed != cursor.seal(77))
        #expect(SearchCursor(key: [4]).open(sealed) == nil)
        for bad in ["", "x", "AAAA", String(sealed.dropLast()), sealed + "A"] { #expect(cursor.open(bad) == nil) }
    }
}

/// The files of the index.
struct IndexFiles {
    let directory: TemporaryDirectory

    func holds(_ text: String) -> Bool {
        ["search.db", "search.db-wal"].contains { directory.holds(text, in: $0) }
    }
}

extension House {
    var index: IndexFiles { IndexFiles(directory: directory) }

    /// Whether a word is gone from the index's files within twenty seconds, in which much time passes for it.
    func isForgotten(_ word: String) async throws -> Bool {
        for _ in 1...200 {
            if !index.holds(word) { return true }
            time.pass(milliseconds: 60_000)
            try await Task.sleep(for: .milliseconds(100))
        }
        return false
    }
}
