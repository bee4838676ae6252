import TestClient
import Testing

@Suite("Channels, from beginning to end") struct ChannelLifeTests {
    static let channel = [
        "channel", "kind", "name", "topic", "visibility", "history", "role", "members_count", "seq",
        "last_message_number", "last_message_at", "read_number", "unread", "mentions", "notifications", "muted_until",
        "retention_seconds", "archived_at", "created_at", "updated_at",
    ]

    @Test func `a channel begins with its members told, and is the same by socket and REST`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let atBob = try bob.socket(), atAnn = try ann.socket()
        let made = try ann.call(
            "POST", "/channels", #"{"name":"Chess","topic":"e4","kind":"group","members":["\#(bob.id)"]}"#)
        let json = try made.json(), id = try #require(json["channel"])
        #expect(made.status == 201 && made["location"] == "/api/v1/channels/\(id)")
        #expect(json.names() == Self.channel)
        #expect(json["role"] == "owner" && json["topic"] == "e4" && json["visibility"] == "private")
        #expect(json["history"] == "all" && json["archived_at"] == "null" && json["notifications"] == "all")
        let added = try atBob.event()
        #expect(added.names() == ["type", "channel", "seq", "data"])
        #expect(added["type"] == "channel.added" && added["channel"] == "@me" && added["seq"] == "1")
        #expect(added.names("data") == Self.channel && added["data.role"] == "member")
        let log = try atBob.ask("events.get", #"{"channel":"\#(id)","after_seq":0}"#)
        #expect(log["data.events.0.type"] == "channel.created")
        #expect(log.names("data.events.0.data") == ["kind", "name", "members_count", "by"])
        let socketMade = try atAnn.ask(
            "channel.create", #"{"name":"News","kind":"broadcast","visibility":"public","history":"joined","x":1}"#)
        #expect(socketMade.names("data") == Self.channel)
        #expect(socketMade["data.kind"] == "broadcast" && socketMade["data.history"] == "joined")
        let direct = try ann.call("PUT", "/direct/\(bob.id)")
        #expect(try direct.json().names() == Self.channel + ["user"])
        #expect(try direct.json()["visibility"] == "private")
        #expect(direct["location"] == "/api/v1/channels/\(ann.id)_\(bob.id)")
        for (body, pointer) in [
            ("{}", "/name"), (#"{"name":""}"#, "/name"), (#"{"name":" \t"}"#, "/name"),
            (#"{"name":"x","kind":"direct"}"#, "/kind"),
            (#"{"name":"x","kind":"club"}"#, "/kind"), (#"{"name":"x","visibility":"secret"}"#, "/visibility"),
            (#"{"name":"x","members":["4242"]}"#, "/members"), (#"{"name":"x","members":[1]}"#, "/members/0"),
            (#"{"name":"x","history":1}"#, "/history"),
        ] {
            let answer = try ann.call("POST", "/channels", body)
            #expect(answer.status == 422, "\(body)")
            #expect(try answer.json()["errors.0.pointer"] == pointer, "\(body)")
            let reply = try atAnn.ask("channel.create", body)
            #expect(reply["error.code"] == "validation_failed" && reply["error.errors.0.pointer"] == pointer, "\(body)")
        }
    }

    @Test func `a change is told with all of the profile, and changing nothing is not told`() throws {
        let room = try Room(), socket = try room.reader.socket()
        let answer = try room.admin.call("PATCH", room.path, #"{"name":"Hall","topic":"talk"}"#)
        #expect(answer.status == 200)
        #expect(try answer.json().names() == Self.channel)
        let told = try socket.event("channel.updated")
        #expect(
            told.names("data") == [
                "kind", "name", "topic", "visibility", "history", "archived_at", "retention_seconds", "updated_at",
                "by",
            ])
        #expect(told["data.name"] == "Hall" && told["data.topic"] == "talk" && told["data.by"] == room.admin.id)
        #expect(try room.admin.outcome("PATCH", room.path, #"{"name":"Hall"}"#) == "200")
        #expect(try socket.pending().isEmpty)
        #expect(try room.admin.call("PATCH", room.path, #"{"topic":null}"#).json()["topic"] == "null")
        for body in [
            #"{"visibility":"public"}"#, #"{"history":"joined"}"#, #"{"retention_seconds":60}"#, #"{"archived":true}"#,
        ] { #expect(try room.admin.outcome("PATCH", room.path, body) == "403 permission_denied", "\(body)") }
        for person in [room.member, room.reader] {
            #expect(try person.outcome("PATCH", room.path, #"{"name":"x"}"#) == "403 permission_denied")
        }
        #expect(try room.stranger.outcome("PATCH", room.path, #"{"name":"x"}"#) == "404 not_found")
        for (body, pointer) in [
            (#"{"name":""}"#, "/name"), (#"{"visibility":"x"}"#, "/visibility"), (#"{"archived":1}"#, "/archived"),
            (#"{"retention_seconds":0}"#, "/retention_seconds"), (#"{"retention_seconds":"1"}"#, "/retention_seconds"),
        ] {
            let answer = try room.owner.call("PATCH", room.path, body)
            #expect(answer.status == 422, "\(body)")
            #expect(try answer.json()["errors.0.pointer"] == pointer, "\(body)")
        }
        let direct = try room.owner.direct(with: room.member)
        #expect(try room.owner.outcome("PATCH", "/channels/\(direct)", #"{"name":"x"}"#) == "403 permission_denied")
        #expect(try room.owner.outcome("DELETE", "/channels/\(direct)") == "403 permission_denied")
    }

    @Test func `an archived channel can be read, and takes nothing but to be opened again`() throws {
        let room = try Room(), socket = try room.owner.socket()
        try room.say("hello")
        #expect(try room.owner.call("PATCH", room.path, #"{"archived":true}"#).json()["archived_at"] != "null")
        let place = #""channel":"\#(room.id)","message_number":1"#
        for (type, data) in [
            ("message.send", #"{"channel":"\#(room.id)","text":"x"}"#), ("message.edit", #"{\#(place),"text":"x"}"#),
            ("message.delete", #"{\#(place)}"#), ("reaction.add", #"{\#(place),"emoji":"x"}"#),
            (
                "message.forward",
                #"{"from_channel":"\#(room.id)","message_number":1,"to_channel":"\#(room.id)"}"#
            ),
        ] { #expect(try socket.outcome(type, data) == "channel_archived", "\(type)") }
        for (method, path, body) in [
            ("POST", "/messages", #"{"text":"x"}"#), ("PATCH", "", #"{"name":"x"}"#),
            ("PUT", "/messages/1/pin", nil), ("POST", "/invites", "{}"),
            ("PUT", "/members/\(room.stranger.id)", nil),
            ("PATCH", "/members/\(room.reader.id)", #"{"role":"member"}"#),
        ] as [(String, String, String?)] {
            #expect(try room.owner.outcome(method, room.path + path, body) == "409 channel_archived", "\(path)")
        }
        for (type, data) in [("read.update", #"{\#(place)}"#), ("history.get", #"{"channel":"\#(room.id)"}"#)] {
            #expect(try room.member.socket().outcome(type, data) == "ok", "\(type)")
        }
        #expect(try room.reader.outcome("DELETE", "\(room.path)/members/me") == "204")
        #expect(try room.owner.outcome("PATCH", room.path, #"{"archived":false,"name":"Again"}"#) == "200")
        #expect(try room.owner.call("GET", room.path).json()["name"] == "Again")
        #expect(try room.member.outcome("POST", room.path + "/messages", #"{"text":"x"}"#) == "201")
    }

    @Test func `the end of a channel is told to everybody, and nothing of it is found again`() throws {
        let room = try Room(), socket = try room.reader.socket()
        try room.say("hello")
        _ = try socket.pending()
        for person in [room.admin, room.member, room.reader] {
            #expect(try person.outcome("DELETE", room.path) == "403 permission_denied")
        }
        #expect(try room.stranger.outcome("DELETE", room.path) == "404 not_found")
        #expect(try room.owner.outcome("DELETE", room.path) == "204")
        let told = try socket.pending()
        #expect(told.map { $0["type"] } == ["channel.deleted", "channel.removed"])
        #expect(told[0].names("data") == ["by"] && told[1]["channel"] == "@me")
        #expect(told[1].names("data") == ["channel", "reason", "by"] && told[1]["data.reason"] == "deleted")
        for path in ["", "/messages", "/messages/1", "/members", "/pins"] {
            #expect(try room.owner.outcome("GET", room.path + path) == "404 not_found", "\(path)")
        }
        #expect(try room.owner.outcome("DELETE", room.path) == "404 not_found")
        #expect(try room.owner.call("GET", "/channels").json().count("items") == 0)
    }

    @Test func `a public channel shows its card to everybody, and is listed to who can join it`() throws {
        let room = try Room(#""visibility":"public","topic":"open""#)
        let card = ["channel", "kind", "name", "topic", "visibility", "role", "members_count", "created_at"]
        let shown = try room.stranger.call("GET", room.path), json = try shown.json()
        #expect(shown.status == 200 && Set(json.names()) == Set(card))
        #expect(json["role"] == "null" && json["members_count"] == "4" && json["name"] == "Room")
        for (method, path, body) in [
            ("GET", "/messages", nil), ("GET", "/messages/1", nil), ("GET", "/members", nil), ("GET", "/pins", nil),
            ("GET", "/state", nil), ("POST", "/messages", #"{"text":"x"}"#), ("PATCH", "", #"{"name":"x"}"#),
            ("DELETE", "", nil), ("PUT", "/read", #"{"message_number":1}"#), ("GET", "/invites", nil),
            ("DELETE", "/members/\(room.member.id)", nil), ("PUT", "/notifications", #"{"level":"none"}"#),
        ] as [(String, String, String?)] {
            #expect(
                try room.stranger.outcome(method, room.path + path, body) == "403 not_a_member", "\(method) \(path)")
        }
        let socket = try room.stranger.socket()
        for (type, more) in [
            ("message.send", #""text":"x""#), ("history.get", #""limit":1"#), ("events.get", #""after_seq":0"#),
            ("read.update", #""message_number":1"#), ("message.edit", #""message_number":1,"text":"x""#),
            ("reaction.add", #""message_number":1,"emoji":"x""#), ("message.delete", #""message_number":1"#),
            ("channel.leave", #""x":1"#),
        ] {
            #expect(try socket.outcome(type, #"{"channel":"\#(room.id)",\#(more)}"#) == "not_a_member", "\(type)")
        }
        var made: [String?] = [room.id]
        for number in 1...4 {
            let body = #"{"name":"P\#(number)","visibility":"public"}"#
            made.append(try room.owner.call("POST", "/channels", body).json()["channel"])
        }
        _ = try room.owner.call("POST", "/channels", #"{"name":"hidden"}"#)
        var seen: [String?] = [], path = "/channels?public=true&limit=2"
        for _ in 1...5 {
            let answer = try room.stranger.call("GET", path), json = try answer.json()
            seen += (0..<(json.count("items") ?? 0)).map { json["items.\($0).channel"] }
            #expect(Set(json.names("items.0")) == Set(card))
            guard let next = json["next_cursor"], next != "null" else { break }
            path = "/channels?public=true&limit=2&cursor=\(next)"
            #expect(answer["link"] == "</api/v1\(path)>; rel=\"next\"")
        }
        #expect(seen == made)
        // Who belongs to one of them cannot join it.
        let rest = try room.member.call("GET", "/channels?public=true").json()
        #expect((0..<4).map { rest["items.\($0).channel"] } == Array(made.dropFirst()) && rest.count("items") == 4)
        #expect(try room.member.outcome("GET", "/channels?public=yes") == "422 validation_failed")
        #expect(try room.member.call("GET", "/channels?public=false").json().count("items") == 1)
    }

    @Test func `the state that older systems know has exactly their members`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let channel = try bob.direct(with: ann)
        func state(_ person: Person) throws -> JSONText {
            let json = try person.call("GET", "/channels/\(channel)/state").json()
            #expect(
                json.names() == [
                    "user1", "user2", "total_messages_count", "last_message_timestamp", "last_msg_read_by_user1",
                    "last_msg_read_by_user2", "notify_new_message_to_user1", "notify_new_message_to_user2", "started",
                    "active",
                ])
            return json
        }
        let before = try state(ann)
        #expect(before["user1"] == ann.id && before["user2"] == bob.id && before["started"] == "false")
        #expect(before["last_message_timestamp"] == "null" && before["active"] == "true")
        let sent = try ann.call("POST", "/channels/\(channel)/messages", #"{"text":"x"}"#).json()
        let after = try state(bob)
        #expect(after["total_messages_count"] == "1" && after["last_message_timestamp"] == sent["created_at"])
        #expect(after["last_msg_read_by_user1"] == "true" && after["last_msg_read_by_user2"] == "false")
        #expect(after["notify_new_message_to_user1"] == "false" && after["notify_new_message_to_user2"] == "true")
        #expect(after["started"] == "true")
        #expect(try bob.outcome("PUT", "/channels/\(channel)/notifications", #"{"level":"none"}"#) == "200")
        #expect(try state(ann)["notify_new_message_to_user2"] == "false")
    }

    @Test func `what one wants to be notified of is kept, member by member`() throws {
        let room = try Room(), path = "\(room.path)/notifications"
        let answer = try room.member.call("PUT", path, #"{"level":"mentions","muted_until":"2030-01-02T03:04:05Z"}"#)
        #expect(answer.status == 200)
        #expect(answer.text == #"{"level":"mentions","muted_until":"2030-01-02T03:04:05.000Z"}"#)
        #expect(try room.member.call("PUT", path, #"{"level":"none"}"#).json()["muted_until"] != "null")
        #expect(
            try room.member.call("PUT", path, #"{"muted_until":null}"#).text == #"{"level":"none","muted_until":null}"#)
        #expect(try room.member.call("GET", room.path).json()["notifications"] == "none")
        #expect(try room.admin.call("GET", room.path).json()["notifications"] == "all")
        for body in [#"{"level":"some"}"#, #"{"muted_until":"tomorrow"}"#, #"{"level":1}"#, #"{"muted_until":5}"#] {
            #expect(try room.member.outcome("PUT", path, body) == "422 validation_failed", "\(body)")
        }
    }
}
