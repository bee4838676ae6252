import Base
import TestClient
import Testing

@Suite("What a member may see") struct SightTests {
    /// Events of a page or a replay as `type seq`, or `void from-to`.
    private func told(_ events: [JSONText]) -> [String] {
        events.map { event in
            let seq = event["seq"] ?? "?"
            return event["type"] == "void" ? "void \(seq)-\(event["to_seq"] ?? "?")" : "\(event["type"] ?? "?") \(seq)"
        }
    }

    private func page(_ socket: ChatSocket, _ channel: String, after: Int = 0) throws -> [String] {
        let json = try socket.ask("events.get", #"{"channel":"\#(channel)","after_seq":\#(after)}"#)
        return (0..<(json.count("data.events") ?? 0)).map { index in
            let place = "data.events.\(index)", seq = json["\(place).seq"] ?? "?", type = json["\(place).type"] ?? "?"
            return type == "void" ? "void \(seq)-\(json["\(place).to_seq"] ?? "?")" : "\(type) \(seq)"
        }
    }

    @Test func `who joined later sees nothing from before, everywhere`() throws {
        let room = try Room(#""history":"joined""#)
        for number in 1...3 { try room.say("text \(number)") }
        #expect(try room.owner.outcome("PUT", "\(room.path)/members/\(room.stranger.id)") == "201")
        try room.say("text 4")
        let socket = try room.stranger.socket()
        let summary = try room.stranger.call("GET", room.path).json()
        #expect(summary["unread"] == "1" && summary["read_number"] == "3" && summary["last_message_number"] == "4")
        let first = Int(summary["seq"] ?? "") ?? 0
        #expect(
            try page(socket, room.id) == [
                "void 1-\(first - 2)", "member.joined \(first - 1)", "message.created \(first)",
            ])
        for query in ["", "?after=0", "?before=4&limit=9", "?around=2"] {
            let json = try room.stranger.call("GET", "\(room.path)/messages\(query)").json()
            let wanted: [String?] = query.hasPrefix("?before") ? [] : ["4"]
            #expect((0..<(json.count("items") ?? 9)).map { json["items.\($0).message_number"] } == wanted, "\(query)")
            #expect(json["has_more"] == "false", "\(query)")
        }
        for path in ["/messages/3", "/messages/3/thread", "/messages/3/receipts"] {
            #expect(try room.stranger.outcome("GET", room.path + path) == "404 not_found", "\(path)")
        }
        for (method, path, body) in [
            ("PUT", "/messages/3/reactions/x", nil), ("POST", "/messages/3/report", #"{"reason":"x"}"#),
            ("POST", "/messages/3/forward", #"{"to_channel":"\#(room.id)"}"#), ("DELETE", "/messages/3?scope=me", nil),
            ("POST", "/messages", #"{"text":"x","reply_to":3}"#),
        ] as [(String, String, String?)] {
            #expect(try room.stranger.outcome(method, room.path + path, body) == "404 not_found", "\(path)")
        }
        // What happens to an older message is a void, live and later.
        _ = try socket.pending()
        #expect(try room.owner.outcome("PATCH", "\(room.path)/messages/2", #"{"text":"edited"}"#) == "200")
        #expect(try told(socket.pending()) == ["void \(first + 1)-\(first + 1)"])
        #expect(try page(socket, room.id, after: first) == ["void \(first + 1)-\(first + 1)"])
        #expect(try page(room.member.socket(), room.id, after: first) == ["message.updated \(first + 1)"])
    }

    @Test func `a resume shows what is there now, and where one belongs now`() throws {
        let room = try Room(), old = try room.member.socket()
        for number in 1...4 { try room.say("text \(number)") }
        let seqs = try old.pending().compactMap { $0["seq"].flatMap { Int($0) } }
        let gone =
            try room.owner.call(
                "POST", "/channels", #"{"name":"Gone","members":["\#(room.member.id)"]}"#
            ).json()["channel"] ?? ""
        _ = try old.pending()
        let me = try room.member.socket().opening["data.me_seq"] ?? ""
        // Meanwhile: an edit, a deletion, a hidden one, a removal, and a new channel.
        #expect(try room.owner.outcome("PATCH", "\(room.path)/messages/1", #"{"text":"edited"}"#) == "200")
        #expect(try room.owner.outcome("DELETE", "\(room.path)/messages/2") == "204")
        #expect(try room.member.outcome("DELETE", "\(room.path)/messages/3?scope=me") == "204")
        #expect(try room.owner.outcome("DELETE", "/channels/\(gone)/members/\(room.member.id)") == "204")
        let direct = try room.stranger.direct(with: room.member)
        let back = try ChatSocket(on: room.server), start = (seqs.first ?? 0) - 1
        let replayed = try back.resume(
            old, token: room.member.token, personalSeq: me, channels: [room.id: start, gone: 1, "x": 1])
        let own = replayed.filter { $0["channel"] == "@me" }, log = replayed.filter { $0["channel"] == room.id }
        #expect(own.map { $0["type"] } == ["message.hidden", "channel.removed", "channel.added"])
        #expect(
            told(log) == [
                "message.created \(start + 1)", "message.created \(start + 2)", "void \(start + 3)-\(start + 3)",
                "message.created \(start + 4)", "message.updated \(start + 5)", "message.deleted \(start + 6)",
            ])
        #expect(log[0]["data.text"] == "edited" && log[0].names("data").last == "edited_at")
        #expect(log[1].names("data") == ["message_number", "sender", "client_msg_id", "created_at", "deleted_at"])
        #expect(
            back.opening.names("data") == [
                "session_id", "replayed", "me_seq", "states", "more", "gaps", "added", "more_added", "removed",
            ])
        #expect(Set(back.opening.values("data.removed")) == [gone, "x"])
        #expect(back.opening.count("data.added") == 1 && back.opening["data.added.0.channel"] == direct)
        #expect(
            back.opening.names("data.states.0") == [
                "channel", "seq", "last_message_number", "read_number", "unread", "mentions",
            ])
        // Four messages, of which one is deleted and one hidden.
        #expect(back.opening["data.states.0.unread"] == "2" && back.opening["data.states.0.seq"] == "\(start + 6)")
        #expect(back.opening["data.replayed"] == "\(replayed.count)")
    }

    @Test func `what is unread and who is named are the same in ready, in the list and in channel unread`() throws {
        let room = try Room(), socket = try room.member.socket()
        try room.say("one")
        try room.say("two @mia")
        try room.say("three @Mia, and again @mia")
        let ready = try room.member.socket().opening, list = try room.member.call("GET", "/channels").json()
        for (json, place) in [(ready, "data.channels.0"), (list, "items.0")] {
            #expect(json["\(place).unread"] == "3" && json["\(place).mentions"] == "2")
            #expect(json["\(place).read_number"] == "0")
        }
        let reply = try socket.ask("read.update", #"{"channel":"\#(room.id)","message_number":2}"#)
        #expect(reply.names("data") == ["read_number", "unread", "mentions"])
        #expect(reply["data.unread"] == "1" && reply["data.mentions"] == "1")
        let told = try socket.event("channel.unread")
        #expect(told.names() == ["type", "channel", "data"] && told["channel"] == "@me")
        #expect(told.names("data") == ["channel", "read_number", "unread", "mentions"])
        #expect(told["data.channel"] == room.id && told["data.mentions"] == "1" && told["data.unread"] == "1")
        // Never back, and never beyond the last.
        let body = #"{"channel":"\#(room.id)","message_number":"#
        #expect(try socket.ask("read.update", body + "1}")["data.read_number"] == "2")
        #expect(try socket.ask("read.update", body + "99}")["data.read_number"] == "3")
        // Sending reads what was there.
        try room.say("four @mia")
        try room.say("five", by: room.member)
        #expect(try room.member.call("GET", room.path).json()["unread"] == "0")
        #expect(try room.member.call("GET", room.path).json()["mentions"] == "0")
    }

    @Test func `what is older than a channel keeps is gone everywhere, and named as a gap`() throws {
        let room = try Room(
            on: RunningServer([
                "CONFAB_PURGE_SECONDS": "1", "CONFAB_NOTIFICATION_DELAY_MILLISECONDS": "86400000",
            ]))
        let old = try room.member.socket()
        for number in 1...3 { try room.say("text \(number)") }
        #expect(try room.owner.outcome("PATCH", room.path, #"{"retention_seconds":1}"#) == "200")
        let last = Int(try room.owner.call("GET", room.path).json()["seq"] ?? "") ?? 0
        let socket = try room.reader.socket()
        // Until the sweep has been there.
        let deadline = TimeSource.system.instant().adding(milliseconds: 30_000)
        var left = try page(socket, room.id)
        while left != ["void 1-\(last)"], TimeSource.system.instant() < deadline { left = try page(socket, room.id) }
        #expect(left == ["void 1-\(last)"])
        #expect(try room.member.call("GET", "\(room.path)/messages").json().count("items") == 0)
        #expect(try room.member.outcome("GET", "\(room.path)/messages/3") == "404 not_found")
        let summary = try room.member.call("GET", room.path).json()
        #expect(summary["unread"] == "0" && summary["last_message_number"] == "3" && summary["seq"] == "\(last)")
        let back = try ChatSocket(on: room.server)
        let replayed = try back.resume(
            old, token: room.member.token, personalSeq: old.opening["data.me_seq"] ?? "", channels: [room.id: 2])
        #expect(replayed.isEmpty)
        #expect(back.opening.names("data.gaps.0") == ["channel", "have_seq", "oldest_seq"])
        #expect(back.opening["data.gaps.0.have_seq"] == "2")
        #expect(back.opening["data.gaps.0.oldest_seq"] == "\(last + 1)")
        // Numbers go on where they were.
        #expect(try room.say("text 4") == "4")
    }
}
