import Base
import Channels
import TestSupport
import Testing

@testable import Persistence

@Suite("Damaged data") struct DamageTests {
    /// A log, indexed and closed, with one thing changed by another hand, opened again.
    private func damaged(indexed: Bool, _ sql: String) throws -> Disk {
        var log = try ChannelLog()
        try log.write("-mmm")
        if indexed { try log.index(.max >> 1) }
        let image = try log.disk.image()
        try image.database.execute(sql)
        #expect(image.database.changes == 1, "nothing was damaged")
        return image
    }

    /// Every column of the journal, each changed by as little as it can be.
    private static let flips = [
        "body = 'text 0'", "body = body || ' '", "seq = seq + 1", "at = at + 1",
        "message_number = message_number + 1", "sender = sender + 1", "client_msg_id = 'other'", "kind = 2", "kind = 9",
        "channel = channel + 1", "extra = '{}'", "checksum = checksum + 1", "checksum = 0",
    ]

    @Test(arguments: flips) func `is refused and never served`(flip: String) throws {
        let disk = try damaged(indexed: true, "UPDATE journal SET \(flip) WHERE message_number = 2")
        let reader = try ArchiveReader(path: disk.path, recent: disk.recent)
        for position in [HistoryPosition.newest, .before(3), .after(1), .around(2)] {
            #expect(throws: StoreFailure.self) {
                try reader.messages(of: ChannelLog.channel, at: position, limit: 2)
            }
        }
        #expect(throws: StoreFailure.self) {
            try reader.events(of: ChannelLog.channel, after: 1, through: .max, limit: 10, bytesMax: 1_000)
        }
        // What is whole is served on.
        #expect(try reader.messages(of: ChannelLog.channel, at: .after(2), limit: 2).messages.map(\.number) == [3])
        var store = try SQLiteChannelStore(database: disk.database, recent: disk.recent)
        let key = RetryKey(channel: ChannelLog.channel, sender: Shelf.ann, clientMessageID: .init("n3"))
        #expect(throws: StoreFailure.self) { try store.message(sentAs: key) }
    }

    @Test(arguments: flips) func `keeps a store from opening when it is still to be indexed`(flip: String) throws {
        let disk = try damaged(indexed: false, "UPDATE journal SET \(flip) WHERE message_number = 2")
        #expect(throws: StoreFailure.self) {
            _ = try SQLiteChannelStore(database: disk.database, recent: disk.recent)
        }
    }

    @Test func `in the index shows nobody another channel's events`() throws {
        let foreign = "(SELECT position FROM journal WHERE channel <> \(ChannelLog.channel.rawValue) LIMIT 1)"
        let disk = try damaged(
            indexed: true,
            "UPDATE log_index SET position = \(foreign) WHERE seq = 3 AND channel = \(ChannelLog.channel.rawValue)")
        let reader = try ArchiveReader(path: disk.path, recent: disk.recent)
        #expect(throws: StoreFailure.self) {
            try reader.events(of: ChannelLog.channel, after: 1, through: .max, limit: 10, bytesMax: 1_000)
        }
    }

    @Test(arguments: [
        "SELECT position FROM journal WHERE channel <> ", "SELECT min(position) FROM journal WHERE channel = ",
    ])
    func `in the messages' index gives no message under another's number`(other: String) throws {
        let id = ChannelLog.channel.rawValue
        let disk = try damaged(
            indexed: true,
            "UPDATE message_index SET position = (\(other)\(id) LIMIT 1) WHERE message_number = 2 AND channel = \(id)")
        let reader = try ArchiveReader(path: disk.path, recent: disk.recent)
        #expect(throws: StoreFailure.self) { try reader.messages(of: ChannelLog.channel, at: .newest, limit: 10) }
        #expect(throws: StoreFailure.self) { try reader.message(2, of: ChannelLog.channel, for: Shelf.ann) }
        let store = try SQLiteChannelStore(database: disk.database, recent: disk.recent)
        #expect(throws: StoreFailure.self) { try store.message(2, in: ChannelLog.channel) }
        #expect(try reader.message(1, of: ChannelLog.channel, for: Shelf.ann)?.message.number == 1)
    }

    @Test func `in the index gives no event twice under two numbers`() throws {
        let disk = try damaged(
            indexed: true,
            "UPDATE log_index SET position = (SELECT position FROM journal WHERE message_number = 1) WHERE seq = 3")
        let reader = try ArchiveReader(path: disk.path, recent: disk.recent)
        #expect(throws: StoreFailure.self) {
            try reader.events(of: ChannelLog.channel, after: 1, through: .max, limit: 10, bytesMax: 1_000)
        }
    }

    @Test func `in the retry index answers no retry with another message`() throws {
        let disk = try damaged(
            indexed: true,
            """
            UPDATE retry_index SET position = (SELECT position FROM journal WHERE message_number = 1)
            WHERE client_msg_id = 'n3'
            """)
        var store = try SQLiteChannelStore(database: disk.database, recent: disk.recent)
        let key = RetryKey(channel: ChannelLog.channel, sender: Shelf.ann, clientMessageID: .init("n3"))
        #expect(throws: StoreFailure.self) { try store.message(sentAs: key) }
    }

    @Test func `is no reason to stop: a retry of what is damaged is refused, and the next message is kept`() throws {
        let disk = try damaged(indexed: true, "UPDATE journal SET body = 'text 7' WHERE message_number = 2")
        var ledger = Ledger(
            store: try SQLiteChannelStore(database: disk.database, recent: disk.recent), limits: Limits())
        func send(_ name: [UInt8], _ text: String) throws -> Result<Outcome, Rejection> {
            let send = SendMessage(
                channel: ChannelLog.channel, clientMessageID: ClientMessageID(name), text: Array(text.utf8))
            try ledger.store.begin()
            let proposal = Proposal(user: Shelf.ann, command: .sendMessage(send))
            let decision = try ledger.decide(proposal, at: Timestamp(milliseconds: 1_800_000_000_000))
            try ledger.store.commit()
            return decision.result
        }
        let names = try disk.database.prepare("SELECT client_msg_id FROM journal WHERE message_number = 2")
        let name = try #require(try names.first { row throws(StoreFailure) in row.bytes(0) })
        #expect(try send(name, "text 1") == .failure(.damaged))
        guard case .success(.sent(let message, isDuplicate: false)) = try send(Array("new".utf8), "hello") else {
            Issue.record("the next message was not taken")
            return
        }
        #expect(message.number == 4)
    }
}
