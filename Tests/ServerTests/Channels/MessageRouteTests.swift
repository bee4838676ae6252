import TestClient
import Testing

@Suite("What becomes of messages, over REST") struct MessageRouteTests {
    static let message = [
        "channel", "message_number", "seq", "sender", "type", "text", "attachments", "reference", "forwarded_from",
        "action", "tags", "mentions", "reply_to", "thread", "reactions", "pinned_at", "client_msg_id", "created_at",
        "edited_at", "deleted_at",
    ]

    @Test func `a message has every member, whether it has a value or not`() throws {
        let room = try Room()
        let sent = try room.member.call("POST", "\(room.path)/messages", #"{"text":"hello","client_msg_id":"a"}"#)
        #expect(sent.status == 201)
        #expect(sent["location"] == "/api/v1\(room.path)/messages/1")
        let one = try room.reader.call("GET", "\(room.path)/messages/1"), json = try one.json()
        #expect(one.status == 200 && one["etag"] != nil)
        #expect(json.names() == Self.message)
        for name in ["reference", "forwarded_from", "action", "reply_to", "thread", "pinned_at", "edited_at"] {
            #expect(json[name] == "null", "\(name)")
        }
        for name in ["attachments", "tags", "mentions", "reactions"] { #expect(json[name] == "[]", "\(name)") }
        #expect(json["type"] == "text" && json["sender"] == room.member.id && json["client_msg_id"] == "a")
        let page = try room.reader.call("GET", "\(room.path)/messages").json()
        #expect(page.names() == ["items", "has_more", "next_cursor"])
        #expect(page["items.0"] == one.text)
        for (path, outcome) in [
            ("messages/2", "404 not_found"), ("messages/0", "404 not_found"), ("messages/x", "404 not_found"),
            ("messages/99999999999999999999", "404 not_found"), ("messages/2/thread", "404 not_found"),
            ("messages/2/receipts", "404 not_found"),
        ] { #expect(try room.reader.outcome("GET", "\(room.path)/\(path)") == outcome, "\(path)") }
    }

    @Test func `an edit and a deletion are shown everywhere, and nothing of the text stays`() throws {
        let room = try Room(), path = "\(room.path)/messages/1"
        try room.say("hello @mia", by: room.admin)
        #expect(try room.member.call("GET", room.path).json()["mentions"] == "1")
        let edited = try room.admin.call("PATCH", path, #"{"text":"hello"}"#)
        #expect(edited.status == 200)
        #expect(try edited.json().names() == ["channel", "message_number", "seq", "edited_at"])
        let now = try room.reader.call("GET", path).json(), editedAt = try edited.json()["edited_at"]
        #expect(now["text"] == "hello" && now["edited_at"] == editedAt)
        #expect(try room.member.call("GET", room.path).json()["mentions"] == "0")
        for person in [room.owner, room.member, room.reader] {
            #expect(try person.outcome("PATCH", path, #"{"text":"x"}"#) == "403 permission_denied")
        }
        #expect(try room.stranger.outcome("PATCH", path, #"{"text":"x"}"#) == "404 not_found")
        #expect(try room.admin.outcome("PATCH", path, #"{"text":""}"#) == "422 validation_failed")
        #expect(try room.admin.outcome("PATCH", path, "{}") == "422 validation_failed")
        for person in [room.member, room.reader] {
            #expect(try person.outcome("DELETE", path) == "403 permission_denied")
        }
        #expect(try room.owner.outcome("DELETE", path + "?scope=everyone") == "422 validation_failed")
        #expect(try room.owner.outcome("DELETE", path + "?scope=all") == "204")
        #expect(try room.owner.outcome("DELETE", path) == "204")
        let gone = try room.reader.call("GET", path).json()
        #expect(gone.names() == Self.message)
        #expect(gone["text"] == "null" && gone["type"] == "null" && gone["deleted_at"] != "null")
        #expect(gone["sender"] == room.admin.id && gone["edited_at"] == "null")
        #expect(try room.admin.outcome("PATCH", path, #"{"text":"x"}"#) == "404 not_found")
        #expect(try room.member.outcome("PUT", path + "/reactions/x") == "404 not_found")
        #expect(try room.owner.outcome("PUT", path + "/pin") == "404 not_found")
    }

    @Test func `hiding by REST is one's own affair`() throws {
        let room = try Room()
        try room.say("hello")
        #expect(try room.reader.outcome("DELETE", "\(room.path)/messages/1?scope=me") == "204")
        #expect(try room.reader.outcome("GET", "\(room.path)/messages/1") == "404 not_found")
        #expect(try room.reader.call("GET", "\(room.path)/messages").json().count("items") == 0)
        #expect(try room.member.outcome("GET", "\(room.path)/messages/1") == "200")
    }

    @Test func `an emoji in the path is what it says when it is decoded`() throws {
        let room = try Room(), path = "\(room.path)/messages/1/reactions"
        try room.say("hello")
        let socket = try room.reader.socket()
        // 👍🏽, a heart with its variation selector, and a family joined by zero-width joiners.
        let family = "👨‍👩‍👧"
        let encoded = family.utf8.map { "%" + String($0, radix: 16, uppercase: true) }.joined()
        #expect(try room.member.outcome("PUT", "\(path)/%F0%9F%91%8D%F0%9F%8F%BD") == "200")
        #expect(try room.reader.outcome("PUT", "\(path)/%f0%9f%91%8d%f0%9f%8f%bd") == "200")
        #expect(try room.member.outcome("PUT", "\(path)/%E2%9D%A4%EF%B8%8F/") == "200")
        #expect(try room.member.outcome("PUT", "\(path)/\(encoded)") == "200")
        #expect(try socket.event("reaction.added")["data.emoji"] == "👍🏽")
        let json = try room.reader.call("GET", "\(room.path)/messages/1").json()
        #expect((0..<3).map { json["reactions.\($0).emoji"] } == ["👍🏽", "❤️", family])
        #expect(json.names("reactions.0") == ["emoji", "count", "mine"])
        #expect(json["reactions.0.count"] == "2" && json["reactions.0.mine"] == "true")
        #expect(json["reactions.1.count"] == "1" && json["reactions.1.mine"] == "false")
        #expect(try room.reader.outcome("DELETE", "\(path)/%F0%9F%91%8D%F0%9F%8F%BD") == "200")
        #expect(try room.reader.outcome("DELETE", "\(path)/%F0%9F%91%8D%F0%9F%8F%BD") == "200")
        for bad in ["%20", String(repeating: "x", count: 33)] {
            #expect(try room.member.outcome("PUT", "\(path)/\(bad)") == "422 validation_failed", "\(bad)")
        }
        for malformed in ["%FF", "%", "%2", "%00", "%0A"] {
            #expect(try room.member.call("PUT", "\(path)/\(malformed)").status == 400, "\(malformed)")
        }
        for number in 3..<20 { #expect(try room.member.outcome("PUT", "\(path)/e\(number)") == "200") }
        #expect(try room.member.outcome("PUT", "\(path)/e20") == "409 quota_exceeded")
        // One that is there already takes no more room.
        #expect(try room.reader.outcome("PUT", "\(path)/e19") == "200")
    }

    @Test func `a thread is its root and all that answers it, whichever message is named`() throws {
        let room = try Room()
        try room.say("root")
        try room.say("beside")
        try room.say("reply", by: room.member, #","reply_to":1"#)
        try room.say("reply to the reply", by: room.admin, #","reply_to":3"#)
        try room.say("another", #","reply_to":1"#)
        let answer = try room.reader.call("GET", "\(room.path)/messages/4/thread"), json = try answer.json()
        #expect(json.names() == ["items", "has_more", "next_cursor"])
        func numbers(_ query: String) throws -> [String?] {
            let json = try room.reader.call("GET", "\(room.path)/messages/1/thread\(query)").json()
            return (0..<(json.count("items") ?? 0)).map { json["items.\($0).message_number"] } + [json["has_more"]]
        }
        #expect((0..<4).map { json["items.\($0).message_number"] } == ["1", "3", "4", "5"])
        #expect(json["items.0.thread"] == #"{"replies":3,"last_reply":5}"#)
        #expect(json["items.2.reply_to"] == "3" && json["items.2.thread"] == "null")
        #expect(try numbers("?limit=2") == ["1", "3", "true"])
        #expect(try numbers("?after=3&limit=2") == ["4", "5", "false"])
        #expect(
            try room.member.outcome("POST", "\(room.path)/messages", #"{"text":"x","reply_to":9}"#) == "404 not_found")
        // A reply that is deleted is one no more; the root that is deleted leaves its thread.
        #expect(try room.owner.outcome("DELETE", "\(room.path)/messages/5") == "204")
        #expect(try room.owner.outcome("DELETE", "\(room.path)/messages/1") == "204")
        let left = try room.reader.call("GET", "\(room.path)/messages/3/thread").json()
        #expect(left["items.0.message_number"] == "1" && left["items.0.deleted_at"] != "null")
    }

    @Test func `a thread goes on behind the replies that one has hidden`() throws {
        let room = try Room()
        for number in 1...5 { try room.say("text \(number)", number == 1 ? "" : #","reply_to":1"#) }
        for number in [2, 3] {
            #expect(try room.reader.outcome("DELETE", "\(room.path)/messages/\(number)?scope=me") == "204")
        }
        let page = try room.reader.call("GET", "\(room.path)/messages/1/thread?after=1&limit=1").json()
        #expect(page.count("items") == 1 && page["items.0.message_number"] == "4" && page["has_more"] == "true")
        let rest = try room.reader.call("GET", "\(room.path)/messages/1/thread?after=4&limit=1").json()
        #expect(rest["items.0.message_number"] == "5" && rest["has_more"] == "false")
    }

    @Test func `pins are for who moderates, told once, listed in order, and end with their message`() throws {
        let room = try Room(), socket = try room.reader.socket()
        for number in 1...3 { try room.say("text \(number)") }
        _ = try socket.pending()
        for person in [room.member, room.reader] {
            #expect(try person.outcome("PUT", "\(room.path)/messages/1/pin") == "403 permission_denied")
        }
        for number in [3, 1, 1] {
            let answer = try room.admin.call("PUT", "\(room.path)/messages/\(number)/pin")
            #expect(answer.status == 200)
            #expect(try answer.json().names() == ["channel", "seq"])
        }
        let told = try socket.pending()
        #expect(told.map { $0["type"] } == ["message.pinned", "message.pinned"])
        #expect(told[0].names("data") == ["message_number", "by"] && told[0]["data.by"] == room.admin.id)
        let pins = try room.reader.call("GET", "\(room.path)/pins").json()
        #expect((0..<2).map { pins["items.\($0).message_number"] } == ["1", "3"])
        #expect(pins.count("items") == 2 && pins["items.0.pinned_at"] != "null")
        #expect(try room.owner.outcome("DELETE", "\(room.path)/messages/1/pin") == "200")
        #expect(try socket.event("message.unpinned")["data.message_number"] == "1")
        #expect(try room.owner.outcome("DELETE", "\(room.path)/messages/3") == "204")
        #expect(try room.reader.call("GET", "\(room.path)/pins").json().count("items") == 0)
        // In a direct channel both may.
        let direct = try room.member.direct(with: room.reader)
        _ = try room.member.call("POST", "/channels/\(direct)/messages", #"{"text":"x"}"#)
        #expect(try room.reader.outcome("PUT", "/channels/\(direct)/messages/1/pin") == "200")
    }

    @Test func `receipts name who has read, and a report has a number`() throws {
        let room = try Room(), path = "\(room.path)/messages/1"
        try room.say("hello")
        #expect(try room.reader.outcome("PUT", "\(room.path)/read", #"{"message_number":1}"#) == "200")
        let json = try room.member.call("GET", path + "/receipts").json()
        #expect(json.names() == ["items", "next_cursor"])
        #expect(json.names("items.0") == ["user", "read_number"])
        #expect(json.names("items.0.user") == ["id", "username", "display_name"])
        #expect((0..<2).map { json["items.\($0).user.username"] } == ["olga", "rex"])
        #expect(json.count("items") == 2)
        let report = try room.reader.call("POST", path + "/report", #"{"reason":"spam","comment":null}"#)
        #expect(report.status == 201)
        #expect(try report.json().names() == ["id"])
        let faulty = try room.reader.call("POST", path + "/report", #"{"comment":7}"#)
        #expect(faulty.status == 422)
        let pointers = try faulty.json()
        #expect((0..<2).map { pointers["errors.\($0).pointer"] } == ["/reason", "/comment"])
        #expect(try room.stranger.outcome("POST", path + "/report", #"{"reason":"x"}"#) == "404 not_found")
    }

    @Test func `what is forwarded names its first sender, and never where it was said`() throws {
        let room = try Room()
        try room.say("from olga @mia", #","tags":["t"],"reference":{"type":"a","id":"b"}"#)
        let direct = try room.member.direct(with: room.stranger)
        let forward = #"{"to_channel":"\#(direct)","client_msg_id":"f"}"#
        let answer = try room.member.call("POST", "\(room.path)/messages/1/forward", forward)
        #expect(answer.status == 201)
        #expect(answer["location"] == "/api/v1/channels/\(direct)/messages/1")
        #expect(try room.member.outcome("POST", "\(room.path)/messages/1/forward", forward) == "200")
        let json = try room.stranger.call("GET", "/channels/\(direct)/messages/1").json()
        #expect(json["sender"] == room.member.id && json["forwarded_from.sender"] == room.owner.id)
        #expect(json.values("tags") == ["t"] && json["reference.id"] == "b" && json["mentions"] == "[]")
        // Forwarded again, it is still olga's.
        let again = try room.stranger.direct(with: room.reader)
        let second = try room.stranger.call(
            "POST", "/channels/\(direct)/messages/1/forward", #"{"to_channel":"\#(again)"}"#)
        #expect(second.status == 201)
        #expect(
            try room.reader.call("GET", "/channels/\(again)/messages/1").json()["forwarded_from.sender"]
                == room.owner.id)
        for (person, outcome) in [(room.stranger, "404 not_found"), (room.reader, "403 permission_denied")] {
            let to = #"{"to_channel":"\#(room.id)"}"#
            #expect(try person.outcome("POST", "/channels/\(again)/messages/1/forward", to) == outcome)
        }
    }
}
