import TestClient
import TestSupport
import Testing

/// Who may do what over a socket. The server's moderators and admins have no more rights here than anybody: they act
/// over REST.
@Suite("Rights matrix of commands") struct CommandRightsTests {
    /// The command, its data, and the answer for each of stranger, former member, member, owner, moderator and admin:
    /// `ok`, `no` for `not_found`, `not` for `permission_denied`, `bad` for `invalid_token`, else the code.
    private static let table = #"""
        message.send | {"channel":"<cid>","client_msg_id":"a","text":"a"} | no no ok ok no no
        message.edit | {"channel":"<cid>","message_number":<n.own>,"text":"b"} | no no ok ok no no
        message.edit | {"channel":"<cid>","message_number":<n.other>,"text":"b"} | no no not not no no
        message.edit | {"channel":"<cid>","message_number":<n.deleted>,"text":"b"} | no no no no no no
        message.delete | {"channel":"<cid>","message_number":<n.own>,"scope":"all"} | no no ok ok no no
        message.delete | {"channel":"<cid>","message_number":<n.other>,"scope":"all"} | no no not ok no no
        message.delete | {"channel":"<cid>","message_number":<n.other>,"scope":"me"} | no no ok ok no no
        message.forward | {"from_channel":"<cid>","message_number":<n.other>,"to_channel":"<cid>"} | no no ok ok no no
        message.forward | {"from_channel":"<cid>","message_number":<n.deleted>,"to_channel":"<cid>"} | no no no no no no
        reaction.add | {"channel":"<cid>","message_number":<n.other>,"emoji":"x"} | no no ok ok no no
        reaction.remove | {"channel":"<cid>","message_number":<n.other>,"emoji":"x"} | no no ok ok no no
        read.update | {"channel":"<cid>","message_number":1} | no no ok ok no no
        history.get | {"channel":"<cid>"} | no no ok ok no no
        history.get | {"channel":"<cid.deleted>"} | no no no no no no
        events.get | {"channel":"<cid>","after_seq":0} | no no ok ok no no
        events.get | {"channel":"<cid.deleted>","after_seq":0} | no no no no no no
        events.get | {"channel":"@me","after_seq":0} | ok ok ok ok ok ok
        channel.open | {"user":"<id>"} | ok ok ok ok ok ok
        channel.open | {"user":"<id.missing>"} | no no no no no no
        channel.create | {"name":"a"} | ok ok ok ok ok ok
        channel.join | {"channel":"<cid>"} | no no ok ok no no
        channel.join | {"invite":"<token>"} | ok ok ok ok ok ok
        channel.join | {"invite":"none"} | no no no no no no
        channel.leave | {"channel":"<cid>"} | no no ok precondition_failed no no
        typing.start | {"channel":"<cid>"} | no no ok ok no no
        typing.stop | {"channel":"<cid>"} | no no ok ok no no
        presence.update | {"status":"away"} | ok ok ok ok ok ok
        watch | {"channels":["<cid>"]} | no no ok ok no no
        unwatch | {"channels":["<cid>"]} | ok ok ok ok ok ok
        auth.refresh | {"token":"none"} | bad bad bad bad bad bad
        ping | {} | ok ok ok ok ok ok
        """#

    private struct Row {
        var command: String
        var data: String
        var answers: [String]

        init(_ line: Substring) {
            let columns = line.split(separator: "|").map { $0.split(separator: " ").joined(separator: " ") }
            (command, data) = (columns[0], columns[1])
            let words = ["no": "not_found", "not": "permission_denied", "bad": "invalid_token"]
            answers = columns[2].split(separator: " ").map { words[String($0)] ?? String($0) }
        }
    }

    private static let rows = table.split(separator: "\n").map(Row.init)

    /// Commands that say who one is; before them nothing is allowed, which has tests of its own.
    private static let openings: Set = ["identify", "resume"]

    @Test func `has a row for every command, and none for what is not there`() throws {
        let folder = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        var commands: Set<String> = []
        for place in ["Session", "Presence"] {
            for file in Files.names(in: "/\(folder)/Sources/Gateway/\(place)") {
                let text = Files.text(of: "/\(folder)/Sources/Gateway/\(place)/\(file)")
                for part in text.split(separator: #"type.isString(""#, omittingEmptySubsequences: false).dropFirst() {
                    commands.insert(String(part.prefix { $0 != "\"" }))
                }
            }
        }
        #expect(commands.count > 20, "the sources were not found")
        #expect(commands.subtracting(Self.openings) == Set(Self.rows.map(\.command)))
    }

    @Test func `everybody may do what the table says, and no more`() throws {
        let scene = try RightsScene()
        for row in Self.rows {
            for (actor, answer) in zip(Actor.allCases.dropFirst(), row.answers) {
                let things = try scene.makeThings()
                let socket = try ChatSocket(on: scene.server)
                try socket.identify(try RightsScene.found(scene.token(of: actor)))
                let told = try socket.outcome(row.command, try scene.filled(row.data, for: actor, among: things))
                #expect(told == answer, "\(actor): \(row.command) \(row.data)")
            }
        }
    }

    @Test func `before one says who one is, nothing is done`() throws {
        let scene = try RightsScene(), things = try scene.makeThings()
        let socket = try ChatSocket(on: scene.server)
        for row in Self.rows where row.command != "ping" {
            let data = try scene.filled(row.data, for: .anonymous, among: things)
            #expect(try socket.outcome(row.command, data) == "invalid_token", "\(row.command)")
        }
    }
}
