import TestClient
import Testing

@Suite("Commands that are wrong") struct WrongCommandTests {
    /// The commands about channels and messages, each with data that would do.
    private func commands(_ room: Room) -> [(type: String, members: [(name: String, value: String)])] {
        let channel = ("channel", "\"\(room.id)\""), number = ("message_number", "1")
        return [
            ("message.send", [channel, ("text", "\"x\"")]), ("message.edit", [channel, number, ("text", "\"x\"")]),
            ("message.delete", [channel, number]), ("reaction.add", [channel, number, ("emoji", "\"x\"")]),
            ("reaction.remove", [channel, number, ("emoji", "\"x\"")]), ("read.update", [channel, number]),
            (
                "message.forward",
                [("from_channel", channel.1), number, ("to_channel", channel.1)]
            ),
            ("history.get", [channel]), ("events.get", [channel, ("after_seq", "0")]), ("channel.leave", [channel]),
            ("channel.join", [channel]), ("channel.create", [("name", "\"x\"")]),
        ]
    }

    @Test func `a member of the wrong type, or none at all, is named by its pointer`() throws {
        let room = try Room(), socket = try room.owner.socket()
        try room.say("hello")
        for (type, members) in commands(room) {
            for (name, value) in members {
                let isText = value.hasPrefix("\"")
                let wrong = ["true", "[]", "{}", "1.5", "-1e99", isText ? "7" : "\"7\""]
                for value in wrong + [nil, "null"] {
                    let data = members.filter { $0.name != name }.map { "\"\($0.name)\":\($0.value)" }
                    let whole = data + (value.map { ["\"\(name)\":\($0)"] } ?? [])
                    let reply = try socket.ask(type, "{\(whole.joined(separator: ","))}")
                    #expect(reply["error.code"] == "validation_failed", "\(type) \(name) \(value ?? "missing")")
                    #expect(reply["error.errors.0.pointer"] == "/\(name)", "\(type) \(name) \(value ?? "missing")")
                    #expect(reply.names("error.errors.0") == ["pointer", "code", "detail"])
                    #expect(reply["error.temporary"] == "false")
                }
            }
        }
        #expect(try socket.ask("message.send", "[]")["error.code"] == "bad_request")
        #expect(try socket.ask("message.teleport")["error.code"] == "bad_request")
    }

    @Test func `a private channel and none at all are the same to a stranger`() throws {
        let room = try Room(), socket = try room.stranger.socket()
        try room.say("hello")
        for (type, members) in commands(room) where members.contains(where: { $0.name.hasSuffix("channel") }) {
            for place in ["\"\(room.id)\"", "\"999\"", "\"nonsense\"", "\"\""] {
                let data = members.map { "\"\($0.name)\":\($0.name.hasSuffix("channel") ? place : $0.value)" }
                let reply = try socket.ask(type, "{\(data.joined(separator: ","))}")
                #expect(reply["error.code"] == "not_found", "\(type) \(place)")
                #expect(reply["error.message"] == "no such channel", "\(type) \(place)")
            }
        }
    }

    @Test func `what is beyond a bound is refused with its bound`() throws {
        let room = try Room(), socket = try room.owner.socket()
        try room.say("hello")
        let long = String(repeating: "x", count: 16_385), place = #""channel":"\#(room.id)""#
        for (type, data, code, pointer) in [
            ("message.send", #"{\#(place),"text":"\#(long)"}"#, "too_large", "/text"),
            ("message.send", #"{\#(place),"text":""}"#, "validation_failed", "/text"),
            ("message.edit", #"{\#(place),"message_number":1,"text":"\#(long)"}"#, "too_large", "/text"),
            ("message.send", #"{\#(place),"text":"x","client_msg_id":""}"#, "validation_failed", "/client_msg_id"),
            ("message.send", #"{\#(place),"text":"x","type":"video"}"#, "unsupported_type", "/type"),
            ("message.send", #"{\#(place),"text":"x","type":"file"}"#, "validation_failed", "/attachments"),
            (
                "message.send", #"{\#(place),"type":"file","attachments":[{"file_id":"4242"}]}"#, "validation_failed",
                "/attachments/0/file_id"
            ),
            ("message.send", #"{\#(place),"text":"x","tags":[""]}"#, "validation_failed", "/tags"),
            ("message.send", #"{\#(place),"text":"x","tags":[1]}"#, "validation_failed", "/tags/0"),
            ("message.send", #"{\#(place),"text":"x","reference":{"type":"a"}}"#, "validation_failed", "/reference"),
            ("message.send", #"{\#(place),"text":"x","action":{"name":""}}"#, "validation_failed", "/action/name"),
            (
                "message.send", #"{\#(place),"text":"x","action":{"name":"a","params":"\#(long)"}}"#,
                "validation_failed", "/action/params"
            ),
            ("message.delete", #"{\#(place),"message_numbers":[]}"#, "validation_failed", "/message_numbers"),
            ("message.delete", #"{\#(place),"message_numbers":[[2,1]]}"#, "validation_failed", "/message_numbers/0"),
            ("message.delete", #"{\#(place),"message_numbers":[1]}"#, "validation_failed", "/message_numbers/0"),
            (
                "message.delete", #"{\#(place),"message_number":1,"message_numbers":[[1,1]]}"#, "validation_failed",
                "/message_numbers"
            ),
            ("message.delete", #"{\#(place),"message_number":1,"scope":"us"}"#, "validation_failed", "/scope"),
            ("reaction.add", #"{\#(place),"message_number":1,"emoji":""}"#, "validation_failed", "/emoji"),
            ("reaction.add", #"{\#(place),"message_number":1,"emoji":"\u0007"}"#, "validation_failed", "/emoji"),
            ("history.get", #"{\#(place),"before":1,"after":1}"#, "validation_failed", "/before"),
            ("history.get", #"{\#(place),"limit":201}"#, "validation_failed", "/limit"),
            ("events.get", #"{\#(place),"after_seq":0,"limit":1001}"#, "validation_failed", "/limit"),
        ] {
            let reply = try socket.ask(type, data)
            #expect(reply["error.code"] == code, "\(type) \(data.prefix(80))")
            #expect(reply["error.errors.0.pointer"] == pointer, "\(type) \(data.prefix(80))")
        }
        for number in ["2", "9223372036854775807"] {
            for type in ["message.edit", "message.delete", "reaction.add", "reaction.remove"] {
                let data = #"{\#(place),"message_number":\#(number),"text":"x","emoji":"x"}"#
                #expect(try socket.outcome(type, data) == "not_found", "\(type) \(number)")
            }
        }
        // A range that reaches beyond is what is there of it.
        let all = #"{\#(place),"message_numbers":[[1,9223372036854775807]],"scope":"me"}"#
        #expect(try socket.outcome("message.delete", all) == "ok")
    }

    @Test func `what may not be said is permission_denied, whoever asks`() throws {
        let room = try Room(), place = #""channel":"\#(room.id)","message_number":1"#
        try room.say("hello")
        let atReader = try room.reader.socket(), atMember = try room.member.socket()
        for (socket, type, data) in [
            (atReader, "message.send", #"{"channel":"\#(room.id)","text":"x"}"#),
            (atReader, "message.delete", #"{\#(place)}"#), (atReader, "message.edit", #"{\#(place),"text":"x"}"#),
            (atMember, "message.delete", #"{\#(place)}"#), (atMember, "message.edit", #"{\#(place),"text":"x"}"#),
            (
                atReader, "message.forward",
                #"{"from_channel":"\#(room.id)","message_number":1,"to_channel":"\#(room.id)"}"#
            ),
        ] { #expect(try socket.outcome(type, data) == "permission_denied", "\(type)") }
        for (type, data) in [
            ("reaction.add", #"{\#(place),"emoji":"x"}"#), ("read.update", #"{\#(place)}"#),
            ("message.delete", #"{\#(place),"scope":"me"}"#),
        ] { #expect(try atReader.outcome(type, data) == "ok", "\(type)") }
        #expect(try room.admin.socket().outcome("message.delete", #"{\#(place)}"#) == "ok")
    }

    @Test func `too many messages are 429 with the time to wait, and a duplicate costs nothing`() throws {
        let room = try Room(on: RunningServer(["CONFAB_RATE_LIMITS": "on", "CONFAB_SEND_COUNT_MAX": "3"]))
        let body = #"{"text":"x","client_msg_id":"a"}"#, path = room.path + "/messages"
        #expect(try room.owner.outcome("POST", path, body) == "201")
        for _ in 1...5 { #expect(try room.owner.outcome("POST", path, body) == "200") }
        for _ in 1...2 { #expect(try room.owner.outcome("POST", path, #"{"text":"x"}"#) == "201") }
        let refused = try room.owner.call("POST", path, #"{"text":"x"}"#)
        #expect(refused.status == 429)
        #expect(try refused.json()["code"] == "rate_limited")
        #expect((1...10).contains(Int(refused["retry-after"] ?? "") ?? 0))
        let reply = try room.owner.socket().ask("message.send", #"{"channel":"\#(room.id)","text":"x"}"#)
        #expect(reply["error.code"] == "rate_limited" && reply["error.temporary"] == "true")
        #expect((1...10_000).contains(Int(reply["error.retry_after_ms"] ?? "") ?? 0))
    }
}
