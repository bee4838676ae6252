import Base
import Channels
import TestSupport
import Testing

@testable import Persistence

/// A data file as the first schema had it, with rows as they were written then.
@Suite("A data file of the first schema") struct MigrationTests {
    private let ann = Shelf.ann, bob = Shelf.bob
    private let direct = ChannelState.direct(Shelf.ann, Shelf.bob), group = ChannelState.group(1)

    /// Checksums are of numbers that a version must never change: they are written here as that version made them.
    private struct OldRow {
        var channel: ChannelID
        var seq: Int64
        var kind: Int64
        var number: Int64?
        var sender: UserID?
        var name: String?
        var body: String
        var at: Int64 { Shelf.start.milliseconds + seq }
    }

    private var rows: [OldRow] {
        func added(_ channel: ChannelID, to user: UserID) -> OldRow {
            OldRow(
                channel: .personal(user), seq: channel == direct ? 1 : 2, kind: 3,
                body: #"{"channel":"\#(channel)","kind":"group","seq":1,"role":"member"}"#)
        }
        func said(_ number: Int64, in channel: ChannelID, by user: UserID) -> OldRow {
            OldRow(
                channel: channel, seq: number + 1, kind: 1, number: number, sender: user, name: "n\(number)",
                body: "text \(number)")
        }
        var rows = [
            OldRow(channel: direct, seq: 1, kind: 2, body: "{}"), added(direct, to: ann), added(direct, to: bob),
        ]
        rows += (1...6).map { said($0, in: direct, by: $0 % 2 == 0 ? bob : ann) }
        rows += [OldRow(channel: group, seq: 1, kind: 2, body: "{}"), added(group, to: ann), added(group, to: bob)]
        rows += (1...3).map { said($0, in: group, by: ann) }
        return rows
    }

    /// The file, with the first rows of the journal indexed and the rest not.
    private func oldFile(indexedThrough indexed: Int) throws -> TemporaryDirectory {
        let directory = TemporaryDirectory()
        let database = try Database(path: directory.file("confab.db"), .writer)
        try database.execute("BEGIN; \(Migration.initial.sql); PRAGMA user_version = 1; COMMIT")
        var sql = ""
        for (index, name) in ["ann", "bob"].enumerated() {
            sql += """
                INSERT INTO users (id, uuid, username, username_folded, role, created_at, updated_at)
                VALUES (\(index + 1), 'uuid-\(name)', '\(name)', '\(name)', 'user', 0, 0);
                """
        }
        for (channel, kind, name) in [(direct, "direct", "NULL"), (group, "group", "'old'")] {
            sql += "INSERT INTO channels VALUES (\(channel.rawValue), '\(kind)', \(name), \(Shelf.start.milliseconds));"
            for user in [ann, bob] {
                let role = kind == "direct" ? "member" : user == ann ? "owner" : "member"
                sql += "INSERT INTO members VALUES (\(channel.rawValue), \(user), '\(role)', 1, 0);"
            }
        }
        for (index, row) in rows.enumerated() {
            let position = index + 1, channel = row.channel.rawValue
            let number = row.number.map { "\($0)" } ?? "NULL", sender = row.sender.map { "\($0)" } ?? "NULL"
            let name = row.name.map { "'\($0)'" } ?? "NULL"
            sql += """
                INSERT INTO journal VALUES (\(position), \(channel), \(row.seq), \(row.kind), \(row.at), \(number),
                \(sender), \(name), '\(row.body)', \(Self.checksum(of: row)));
                """
            guard position <= indexed else { continue }
            sql += "INSERT INTO log_index VALUES (\(channel), \(row.seq), \(row.number ?? 0), \(position));"
            sql += """
                INSERT INTO heads VALUES (\(channel), \(row.seq), \(number == "NULL" ? "0" : number), \(row.at))
                ON CONFLICT (channel) DO UPDATE SET seq = excluded.seq,
                last_message_number = excluded.last_message_number, last_message_at = excluded.last_message_at;
                """
            guard row.kind == 1 else { continue }
            sql += "INSERT INTO retry_index VALUES (\(channel), \(sender), \(name), \(position));"
        }
        sql += "UPDATE meta SET value = \(indexed) WHERE name = 'indexed_through';"
        try database.execute("BEGIN; \(sql) COMMIT")
        return directory
    }

    /// CRC-32 over six numbers of eight bytes, the name and the body.
    private static func checksum(of row: OldRow) -> Int64 {
        var bytes: [UInt8] = []
        let numbers = [
            row.channel.rawValue, row.seq, row.at, row.kind, row.number ?? 0, row.sender?.rawValue ?? 0,
        ]
        for number in numbers {
            withUnsafeBytes(of: number.littleEndian) { bytes += Array($0) }
        }
        bytes += Array((row.name ?? "").utf8) + Array(row.body.utf8)
        var sum: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 1...8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0xEDB8_8320 : sum >> 1 }
        }
        return Int64(~sum)
    }

    @Test(arguments: [0, 5, 15]) func `keeps what it held, and takes what is new`(indexed: Int) async throws {
        #expect(rows.count == 15)
        let house = try House(in: try oldFile(indexedThrough: indexed)), archive = house.storage.archive
        for (channel, count) in [(direct, 6 as Int64), (group, 3)] {
            let page = try await archive.messages(of: channel, for: bob, at: .newest, limit: 50)
            #expect(page.messages.map(\.message.number) == Array(1...count))
            for number in 1...count {
                let found = try await archive.message(number, of: channel, for: ann).message
                #expect(String(decoding: found.text, as: UTF8.self) == "text \(number)")
                let retry = try await house.send("text \(number)", as: "n\(number)", in: channel, by: found.sender)
                #expect(retry == (found, true))
            }
            let events = try await archive.events(
                of: channel, for: ann, after: 0, through: .max, limit: 50, bytesMax: .max)
            #expect(events.events.map(\.seq) == Array(1...count + 1))
            #expect(events.events.allSatisfy { $0.lastSeq == $0.seq }, "nothing of it is a void")
            let sent = try await house.send("new", as: "new", in: channel, by: ann).message
            #expect((sent.number, sent.seq) == (count + 1, count + 2))
        }
        let own = try await archive.events(
            of: .personal(ann), for: ann, after: 0, through: .max, limit: 50, bytesMax: .max)
        #expect(own.events.map(\.lastSeq) == [1, 2])
        let edit = EditMessage(channel: group, number: 2, text: Array("edited".utf8))
        guard case .success = await house.storage.journal.commit(.editMessage(edit), as: ann) else {
            Issue.record("an old message can be edited")
            return
        }
        let described = await house.storage.journal.commit(.describeChannel(group), as: bob)
        guard case .success(.described(let summary)) = described else { throw Unanswered(result: described) }
        #expect((summary.name, summary.role, summary.readNumber, summary.unread) == ("old", .member, 1, 3))
        #expect((summary.profile.visibility, summary.profile.history) == (.private, .all))
        #expect((summary.createdAt, summary.updatedAt) == (Shelf.start, Shelf.start))
        house.close()

        let again = try House(in: house.directory)
        let edited = try await again.storage.archive.message(2, of: group, for: bob).message
        #expect(String(decoding: edited.text, as: UTF8.self) == "edited")
        #expect(try await again.send("text 2", as: "n2", in: group, by: ann).isDuplicate)
    }
}
