import TestClient
import Testing

@Suite("What becomes of messages, over the socket") struct MessageCommandTests {
    /// Sends a command, and expects the reply's members, and that the reply comes before the event it caused.
    private func expect(
        _ type: String, _ data: String, at socket: ChatSocket, replies: [String], then event: String,
        _ members: [String]
    ) throws -> (reply: JSONText, event: JSONText) {
        _ = try socket.pending()
        let id = try socket.say(type, data)
        let reply = try socket.event()
        #expect(reply["id"] == id && reply["ok"] == "true", "\(type)")
        #expect(reply.names("data") == replies, "\(type)")
        let told = try socket.event()
        #expect(told["type"] == event)
        #expect(told.names() == ["type", "channel", "seq", "data"])
        #expect(told.names("data") == members, "\(event)")
        return (reply, told)
    }

    @Test func `each change is answered, then told to everybody, with its members`() throws {
        let room = try Room()
        let socket = try room.member.socket(), other = try room.reader.socket()
        let place = #""channel":"\#(room.id)""#
        let sent = try expect(
            "message.send", #"{\#(place),"client_msg_id":"a","text":"hello"}"#, at: socket,
            replies: ["channel", "message_number", "seq", "client_msg_id", "created_at", "duplicate"],
            then: "message.created",
            ["message_number", "sender", "client_msg_id", "type", "text", "created_at"])
        #expect(sent.event["data.sender"] == room.member.id && sent.event["seq"] == sent.reply["data.seq"])
        let edited = try expect(
            "message.edit", #"{\#(place),"message_number":1,"text":"hello, @olga"}"#, at: socket,
            replies: ["channel", "message_number", "seq", "edited_at"], then: "message.updated",
            ["message_number", "text", "mentions", "edited_at"])
        #expect(edited.event["data.text"] == "hello, @olga")
        #expect(edited.event.values("data.mentions") == [room.owner.id])
        #expect(edited.event["data.edited_at"] == edited.reply["data.edited_at"])
        let added = try expect(
            "reaction.add", #"{\#(place),"message_number":1,"emoji":"👍🏽"}"#, at: socket, replies: ["channel", "seq"],
            then: "reaction.added", ["message_number", "emoji", "user"])
        #expect(added.event["data.emoji"] == "👍🏽" && added.event["data.user"] == room.member.id)
        let removed = try expect(
            "reaction.remove", #"{\#(place),"message_number":1,"emoji":"👍🏽"}"#, at: socket,
            replies: ["channel", "seq"], then: "reaction.removed", ["message_number", "emoji", "user"])
        #expect(removed.event["seq"] == removed.reply["data.seq"])
        let forwarded = try expect(
            "message.forward",
            #"{"from_channel":"\#(room.id)","message_number":1,"to_channel":"\#(room.id)","client_msg_id":"f"}"#,
            at: socket, replies: ["channel", "message_number", "seq", "client_msg_id", "created_at", "duplicate"],
            then: "message.created",
            ["message_number", "sender", "client_msg_id", "type", "text", "created_at", "forwarded_from"])
        #expect(forwarded.event.names("data.forwarded_from") == ["sender", "created_at"])
        #expect(forwarded.event["data.forwarded_from.created_at"] == sent.reply["data.created_at"])
        let deleted = try expect(
            "message.delete", #"{\#(place),"message_number":1,"scope":"all"}"#, at: socket, replies: ["seq"],
            then: "message.deleted", ["message_numbers", "scope", "by"])
        #expect(deleted.event.values("data.message_numbers") == ["[1,1]"])
        #expect(deleted.event["data.scope"] == "all" && deleted.event["data.by"] == room.member.id)
        let hidden = try expect(
            "message.delete", #"{\#(place),"message_numbers":[[1,2]],"scope":"me"}"#, at: socket, replies: ["me_seq"],
            then: "message.hidden", ["channel", "message_numbers"])
        #expect(hidden.event["channel"] == "@me" && hidden.event["seq"] == hidden.reply["data.me_seq"])
        // What is deleted for all cannot be hidden besides.
        #expect(hidden.event.values("data.message_numbers") == ["[2,2]"])
        // The others heard the same, and nothing of what was hidden.
        #expect(
            try other.pending().filter { $0["channel"] == room.id }.map { $0["type"] } == [
                "message.created", "message.updated", "reaction.added", "reaction.removed", "message.created",
                "message.deleted",
            ])
    }

    @Test func `a rich message carries what it has, and nothing else`() throws {
        let room = try Room(), socket = try room.member.socket()
        try room.say("root")
        _ = try socket.pending()
        let data =
            #"{"channel":"\#(room.id)","client_msg_id":"r","text":"see @ADAM, @nobody and @eve","reply_to":1,"#
            + #""reference":{"type":"order","id":"42"},"action":{"name":"pay","params":{"cents":[1,2.50]}},"#
            + #""tags":["a","b","a"],"unknown":{"x":[]}}"#
        #expect(try socket.ask("message.send", data)["ok"] == "true")
        let told = try socket.event("message.created")
        #expect(
            told.names("data") == [
                "message_number", "sender", "client_msg_id", "type", "text", "created_at", "reference", "action",
                "tags", "mentions", "reply_to",
            ])
        #expect(told["data.reference"] == #"{"type":"order","id":"42"}"#)
        #expect(told["data.action"] == #"{"name":"pay","params":{"cents":[1,2.50]}}"#)
        #expect(told.values("data.tags") == ["a", "b"])
        #expect(told.values("data.mentions") == [room.admin.id])
        #expect(told["data.reply_to"] == "1")
    }

    @Test func `doing it again is answered again, and told once`() throws {
        let room = try Room(), socket = try room.member.socket()
        let place = #""channel":"\#(room.id)""#
        _ = try socket.send("hello", as: "a", to: room.id)
        _ = try socket.pending()
        for (type, data) in [
            ("reaction.add", #"{\#(place),"message_number":1,"emoji":"x"}"#),
            ("reaction.remove", #"{\#(place),"message_number":1,"emoji":"x"}"#),
            ("message.delete", #"{\#(place),"message_number":1,"scope":"me"}"#),
        ] {
            let first = try socket.ask(type, data), again = try socket.ask(type, data)
            #expect(first["ok"] == "true" && again["ok"] == "true", "\(type)")
            for name in ["seq", "me_seq"] { #expect(first["data.\(name)"] == again["data.\(name)"], "\(type)") }
        }
        #expect(try socket.pending().count == 3)
    }

    @Test func `a retry is a duplicate after an edit and after a deletion, and other content never is`() throws {
        let room = try Room(), socket = try room.member.socket()
        let place = #""channel":"\#(room.id)""#
        let first = try socket.send("hello", as: "a", to: room.id)
        func retry(_ text: String) throws -> String {
            let reply = try socket.send(text, as: "a", to: room.id)
            for name in ["message_number", "seq", "created_at"] where reply["ok"] == "true" {
                #expect(reply["data.\(name)"] == first["data.\(name)"])
            }
            return reply["data.duplicate"] ?? reply["error.code"] ?? "?"
        }
        #expect(try socket.outcome("message.edit", #"{\#(place),"message_number":1,"text":"bye"}"#) == "ok")
        #expect(try [retry("hello"), retry("bye")] == ["true", "idempotency_mismatch"])
        #expect(try socket.outcome("message.delete", #"{\#(place),"message_number":1}"#) == "ok")
        #expect(try [retry("hello"), retry("bye")] == ["true", "idempotency_mismatch"])
        // Forwarded again it is the same too, whatever became of the source.
        _ = try socket.send("more", as: "b", to: room.id)
        let forward =
            #"{"from_channel":"\#(room.id)","message_number":2,"to_channel":"\#(room.id)","client_msg_id":"f"}"#
        #expect(try socket.ask("message.forward", forward)["data.duplicate"] == "false")
        #expect(try socket.outcome("message.delete", #"{\#(place),"message_number":2}"#) == "ok")
        #expect(try socket.ask("message.forward", forward)["data.duplicate"] == "true")
        #expect(try socket.send("more", as: "f", to: room.id)["error.code"] == "idempotency_mismatch")
    }

    @Test func `a command without an id takes effect, and nothing is answered`() throws {
        let room = try Room(), socket = try room.member.socket()
        try socket.client.send(
            ClientFrame.text(
                #"{"type":"message.send","data":{"channel":"\#(room.id)","client_msg_id":"a","text":"quiet"}}"#))
        try socket.client.send(ClientFrame.text(#"{"type":"message.send","data":{"channel":7}}"#))
        #expect(try socket.pending().map { $0["type"] } == ["message.created"])
    }

    @Test func `hiding is only for oneself, on all of one's sockets, and counts as read`() throws {
        let room = try Room(), one = try room.member.socket(), two = try room.member.socket()
        let other = try room.reader.socket()
        for number in 1...3 { try room.say("text \(number)") }
        #expect(try room.member.call("GET", room.path).json()["unread"] == "3")
        _ = try one.ask("message.delete", #"{"channel":"\#(room.id)","message_number":2,"scope":"me"}"#)
        #expect(try two.event("message.hidden").values("data.message_numbers") == ["[2,2]"])
        #expect(try room.member.call("GET", room.path).json()["unread"] == "2")
        #expect(try other.pending().allSatisfy { $0["type"] != "message.hidden" })
        let mine = try one.ask("history.get", #"{"channel":"\#(room.id)"}"#)
        #expect(mine.count("data.messages") == 2)
        let theirs = try other.ask("history.get", #"{"channel":"\#(room.id)"}"#)
        #expect(theirs.count("data.messages") == 3)
        // What happens to it is a void to whom it is hidden from.
        _ = try one.pending()
        #expect(try room.owner.outcome("PATCH", "\(room.path)/messages/2", #"{"text":"other"}"#) == "200")
        #expect(try room.owner.outcome("PUT", "\(room.path)/messages/2/reactions/x") == "200")
        let voids = try one.pending()
        #expect(voids.map { $0["type"] } == ["void", "void"])
        #expect(voids.allSatisfy { $0.names() == ["type", "channel", "seq", "to_seq"] && $0["seq"] == $0["to_seq"] })
        #expect(try other.pending().map { $0["type"] } == ["message.updated", "reaction.added"])
    }

    @Test func `what was hidden from oneself can still be deleted for all`() throws {
        let room = try Room(), socket = try room.member.socket(), other = try room.reader.socket()
        _ = try socket.send("mine", as: "a", to: room.id)
        let data = #"{"channel":"\#(room.id)","message_number":1,"scope":"#
        #expect(try socket.outcome("message.delete", data + #""me"}"#) == "ok")
        #expect(try socket.outcome("message.delete", data + #""all"}"#) == "ok")
        #expect(try other.event("message.deleted").values("data.message_numbers") == ["[1,1]"])
        #expect(try room.reader.call("GET", "\(room.path)/messages/1").json()["text"] == "null")
    }
}
