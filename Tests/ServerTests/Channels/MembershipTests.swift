import TestClient
import Testing

@Suite("Who belongs to a channel") struct MembershipTests {
    @Test func `somebody is brought in once, sees the channel with it, and the others hear of it`() throws {
        let room = try Room(), path = "\(room.path)/members/\(room.stranger.id)"
        let there = try room.reader.socket(), new = try room.stranger.socket()
        for person in [room.member, room.reader] {
            #expect(try person.outcome("PUT", path) == "403 permission_denied")
        }
        #expect(try room.admin.outcome("PUT", path, #"{"role":"admin"}"#) == "403 permission_denied")
        #expect(try room.admin.outcome("PUT", path, #"{"role":"king"}"#) == "422 validation_failed")
        try room.say("before")
        let answer = try room.admin.call("PUT", path)
        #expect(answer.status == 201)
        let card = try answer.json()
        #expect(card.names() == ["user", "role", "read_number", "joined_at"])
        #expect(card["role"] == "member" && card["read_number"] == "1")
        #expect(try room.admin.outcome("PUT", path) == "200")
        let joined = try there.event("member.joined")
        #expect(
            joined.names("data") == ["user", "username", "display_name", "role", "by", "members_count"])
        #expect(joined["data.user"] == room.stranger.id && joined["data.members_count"] == "5")
        #expect(joined["data.by"] == room.admin.id)
        let added = try new.pending()
        #expect(added.map { $0["type"] } == ["channel.added", "notification.created"])
        #expect(added[0]["data.seq"] == joined["seq"] && added[0]["data.unread"] == "0")
        try room.say("after")
        let heard = try new.pending()
        #expect(heard.map { $0["data.text"] } == ["after"])
        #expect(try room.stranger.call("GET", room.path).json()["unread"] == "1")
        #expect(try room.owner.outcome("PUT", "\(room.path)/members/4242") == "404 not_found")
        #expect(try room.owner.outcome("PUT", "\(room.path)/members/x") == "404 not_found")
    }

    @Test func `roles are given by who may, and count at once`() throws {
        let room = try Room()
        func change(_ person: Person, _ role: String, by actor: Person) throws -> String {
            try actor.outcome("PATCH", "\(room.path)/members/\(person.id)", #"{"role":"\#(role)"}"#)
        }
        let socket = try room.reader.socket()
        #expect(try change(room.reader, "member", by: room.admin) == "200")
        let told = try socket.event("member.updated")
        #expect(told.names("data") == ["user", "role", "by"] && told["data.role"] == "member")
        #expect(try socket.send("now", as: "a", to: room.id)["ok"] == "true")
        for (person, role, actor) in [
            (room.reader, "admin", room.admin), (room.owner, "member", room.admin), (room.admin, "owner", room.admin),
            (room.reader, "reader", room.member), (room.member, "owner", room.member),
        ] { #expect(try change(person, role, by: actor) == "403 permission_denied", "\(role)") }
        #expect(try change(room.owner, "admin", by: room.owner) == "412 precondition_failed")
        #expect(try change(room.stranger, "admin", by: room.owner) == "404 not_found")
        #expect(try change(room.member, "owner", by: room.owner) == "200")
        #expect(try change(room.owner, "member", by: room.member) == "200")
        #expect(try room.owner.outcome("PATCH", room.path, #"{"name":"x"}"#) == "403 permission_denied")
        #expect(try room.owner.outcome("PATCH", "\(room.path)/members/me", "{}") == "422 validation_failed")
    }

    @Test func `who is demoted or blocked hears it with the next command, and who is removed hears nothing more`()
        throws
    {
        let room = try Room()
        let socket = try room.member.socket(), direct = try room.member.direct(with: room.owner)
        // One connection, so that each request follows the one before at once.
        let burst = try TCPClient(port: room.server.port)
        func request(_ method: String, _ path: String, _ body: String) -> String {
            [
                "\(method) /api/v1\(path) HTTP/1.1", "Host: x", "Authorization: Bearer \(room.owner.token)",
                "Content-Type: application/json", "Content-Length: \(body.utf8.count)", "", body,
            ].joined(separator: "\r\n")
        }
        try burst.send(request("PATCH", "\(room.path)/members/\(room.member.id)", #"{"role":"reader"}"#))
        #expect(try burst.readAnswer()?.status == 200)
        #expect(try socket.send("x", as: "a", to: room.id)["error.code"] == "permission_denied")
        try burst.send(request("PUT", "/users/\(room.member.id)/block", ""))
        #expect(try burst.readAnswer()?.status == 204)
        #expect(try socket.send("x", as: "b", to: direct)["error.code"] == "permission_denied")
        _ = try socket.pending()
        try burst.send(
            request("DELETE", "\(room.path)/members/\(room.member.id)", "")
                + request("POST", "\(room.path)/messages", #"{"text":"of you"}"#)
                + request("PATCH", room.path, #"{"name":"Without"}"#))
        for status in [204, 201, 200] { #expect(try burst.readAnswer()?.status == status) }
        let told = try socket.pending()
        #expect(told.map { $0["type"] } == ["channel.removed"])
        #expect(told.first?["channel"] == "@me" && told.first?["data.reason"] == "removed")
        #expect(told.first?["data.by"] == room.owner.id && told.first?["data.channel"] == room.id)
        for type in ["history.get", "channel.leave"] {
            #expect(try socket.outcome(type, #"{"channel":"\#(room.id)"}"#) == "not_found")
        }
    }

    @Test func `what is sent behind one's own leaving is refused, and the others hear who left`() throws {
        let room = try Room(), socket = try room.member.socket(), other = try room.reader.socket()
        let second = try room.member.socket()
        let send = #"{"channel":"\#(room.id)","text":"x"}"#
        let ids = [
            try socket.say("message.send", send), try socket.say("channel.leave", #"{"channel":"\#(room.id)"}"#),
            try socket.say("message.send", send), try socket.say("history.get", #"{"channel":"\#(room.id)"}"#),
        ]
        #expect(try socket.reply(to: ids[0])["ok"] == "true")
        let left = try socket.reply(to: ids[1])
        #expect(left["ok"] == "true" && left.names("data") == ["channel", "seq"])
        #expect(try socket.reply(to: ids[2])["error.code"] == "not_found")
        #expect(try socket.reply(to: ids[3])["error.code"] == "not_found")
        try room.say("gone")
        for socket in [socket, second] {
            let told = try socket.pending()
            #expect(told.map { $0["type"] } == ["message.created", "channel.removed"])
            #expect(told.last?["data.reason"] == "left")
        }
        let heard = try other.pending()
        #expect(heard.map { $0["type"] } == ["message.created", "member.left", "message.created"])
        #expect(heard[1].names("data") == ["user", "by", "members_count"])
        #expect(heard[1]["data.members_count"] == "3" && heard[1]["seq"] == left["data.seq"])
    }

    @Test func `members are removed by who stands above them, and the last owner hands over first`() throws {
        let room = try Room()
        func remove(_ who: String, by actor: Person) throws -> String {
            try actor.outcome("DELETE", "\(room.path)/members/\(who)")
        }
        #expect(try remove(room.reader.id, by: room.member) == "403 permission_denied")
        #expect(try remove(room.owner.id, by: room.admin) == "403 permission_denied")
        #expect(try remove(room.stranger.id, by: room.owner) == "404 not_found")
        #expect(try remove(room.member.id, by: room.stranger) == "404 not_found")
        #expect(try remove("me", by: room.owner) == "412 precondition_failed")
        #expect(
            try room.owner.socket().outcome("channel.leave", #"{"channel":"\#(room.id)"}"#) == "precondition_failed")
        #expect(try remove(room.reader.id, by: room.admin) == "204")
        #expect(try remove("me", by: room.member) == "204")
        #expect(try remove(room.admin.id, by: room.owner) == "204")
        // Alone, one takes the channel along.
        #expect(try remove("me", by: room.owner) == "204")
        #expect(try room.owner.outcome("GET", room.path) == "404 not_found")
        let direct = try room.owner.direct(with: room.member)
        #expect(try room.owner.outcome("DELETE", "/channels/\(direct)/members/me") == "403 permission_denied")
        #expect(
            try room.owner.outcome("PUT", "/channels/\(direct)/members/\(room.admin.id)") == "403 permission_denied")
    }

    @Test func `anybody joins a public channel, by socket or REST, and nobody a private one`() throws {
        let room = try Room(#""visibility":"public","kind":"broadcast""#), closed = try Room(on: nil)
        let socket = try room.stranger.socket()
        let joined = try socket.ask("channel.join", #"{"channel":"\#(room.id)"}"#)
        #expect(joined["ok"] == "true" && joined.names("data") == ["channel", "seq"])
        #expect(try socket.outcome("channel.join", #"{"channel":"\#(room.id)"}"#) == "ok")
        #expect(try socket.event("channel.added")["data.role"] == "reader")
        #expect(try socket.send("x", as: "a", to: room.id)["error.code"] == "permission_denied")
        let late = try Person("late", on: room.server)
        #expect(try late.outcome("PUT", "\(room.path)/members/me", #"{"role":"owner"}"#) == "403 permission_denied")
        #expect(try late.outcome("PUT", "\(room.path)/members/me") == "201")
        #expect(try late.outcome("PUT", "\(room.path)/members/me") == "200")
        // Any member may invite into a public one.
        #expect(try late.outcome("POST", "\(room.path)/invites", "{}") == "201")
        #expect(
            try closed.stranger.socket().outcome("channel.join", #"{"channel":"\#(closed.id)"}"#) == "not_found")
        #expect(try closed.stranger.outcome("PUT", "\(closed.path)/members/me") == "404 not_found")
    }

    @Test func `members are paged by number`() throws {
        let room = try Room()
        var seen: [String?] = [], path = "\(room.path)/members?limit=3"
        for _ in 1...4 {
            let answer = try room.reader.call("GET", path), json = try answer.json()
            seen += (0..<(json.count("items") ?? 0)).map { json["items.\($0).user.username"] }
            guard let next = json["next_cursor"], next != "null" else {
                #expect(answer["link"] == nil)
                break
            }
            path = "\(room.path)/members?limit=3&cursor=\(next)"
            #expect(answer["link"] == "</api/v1\(path)>; rel=\"next\"")
        }
        #expect(seen == ["olga", "adam", "mia", "rex"])
        for bad in ["limit=0", "cursor=x"] {
            #expect(try room.reader.outcome("GET", "\(room.path)/members?\(bad)") == "422 validation_failed")
        }
    }
}
