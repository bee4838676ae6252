import Base
import Channels
import Testing

@testable import Persistence

@Suite("Messages that change") struct AmendedEventTests {
    private let channel = ChannelLog.channel

    /// A ledger on disk with a channel of ann's and bob's, and who reads it.
    private func prepared() throws -> (ledger: Ledger<SQLiteChannelStore>, reader: ArchiveReader, disk: Disk) {
        let disk = try Disk()
        try disk.addUsers()
        var limits = Limits()
        limits.areRatesLimited = false
        var ledger = Ledger(
            store: try SQLiteChannelStore(database: disk.database, recent: disk.recent), limits: limits)
        _ = try ask(&ledger, .openDirect(OpenDirect(peer: .id(Shelf.bob))))
        return (ledger, try ArchiveReader(path: disk.path, recent: disk.recent), disk)
    }

    /// By ann, all in one transaction.
    private func ask(_ ledger: inout Ledger<SQLiteChannelStore>, _ commands: Command...) throws -> [Decision] {
        try ledger.store.begin()
        let decisions = try commands.map {
            try ledger.decide(Proposal(user: Shelf.ann, command: $0), at: Shelf.start)
        }
        try ledger.store.commit()
        return decisions
    }

    private func send(_ text: String, replyTo number: Int64? = nil) -> Command {
        var details = MessageDetails.plain
        details.replyTo = number
        return .sendMessage(
            SendMessage(channel: channel, clientMessageID: .init(text), text: Array(text.utf8), details: details))
    }

    @Test func `are read as they are, when one transaction has sent and changed them`() throws {
        var (ledger, reader, disk) = try prepared()
        _ = try ask(
            &ledger, send("secret"), send("wrong"),
            .deleteMessages(DeleteMessages(channel: channel, number: 1, scope: .all)),
            .editMessage(EditMessage(channel: channel, number: 2, text: Array("right".utf8))))
        for isIndexed in [false, true] {
            if isIndexed { _ = try ledger.store.index(atMost: 100) }
            let page = try reader.messages(of: channel, at: .newest, limit: 10)
            #expect(page.messages.map { String(decoding: $0.text, as: UTF8.self) } == ["", "right"])
            #expect(page.messages.map(\.isDeleted) == [true, false])
            let events = try reader.events(of: channel, after: 0, through: .max, limit: 10, bytesMax: .max)
            let texts = events.events.compactMap { event in
                if case .messageCreated(let message) = event.fact {
                    String(decoding: message.text, as: UTF8.self)
                } else {
                    nil
                }
            }
            #expect(texts == ["", "right"])
        }
        _ = disk
    }

    @Test func `leave threads whole behind replies that are hidden`() throws {
        var (ledger, reader, disk) = try prepared()
        _ = try ask(&ledger, send("root"))
        for number in 2...6 { _ = try ask(&ledger, send("reply \(number)", replyTo: 1)) }
        _ = try ask(&ledger, .deleteMessages(DeleteMessages(channel: channel, ranges: [2...4], scope: .me)))
        let page = try #require(
            try reader.thread(of: 1, in: channel, for: Shelf.ann, after: 1, limit: 1, bytesMax: .max))
        #expect(page.messages.map(\.message.number) == [5])
        #expect(page.hasMore)
        _ = disk
    }

    @Test func `are not counted on a page of events that begins before what is there`() throws {
        var (ledger, reader, disk) = try prepared()
        for number in 1...4 { _ = try ask(&ledger, send("message \(number)")) }
        _ = try ledger.store.index(atMost: 100)
        try ledger.store.begin()
        _ = try ledger.store.purge(channel, before: Shelf.start.adding(seconds: 1), limit: 3)
        try ledger.store.commit()
        for limit in 1...3 {
            let page = try reader.events(of: channel, after: 0, through: .max, limit: limit, bytesMax: .max)
            #expect(page.events.count == limit)
            #expect(page.hasMore == (limit < 3))
        }
        _ = disk
    }
}
