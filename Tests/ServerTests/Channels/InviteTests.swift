import TestClient
import Testing

@Suite("Invitations and blocks") struct InviteTests {
    @Test func `an invitation lets in whoever has its token, as often as it says`() throws {
        let room = try Room(), path = "\(room.path)/invites"
        for person in [room.member, room.reader] {
            #expect(try person.outcome("POST", path, "{}") == "403 permission_denied")
        }
        let made = try room.admin.call("POST", path, #"{"uses_max":2,"role":"reader","expires_in":60}"#)
        let invite = try made.json(), token = try #require(invite["token"])
        #expect(made.status == 201)
        #expect(
            invite.names() == [
                "id", "token", "url", "channel", "role", "uses_max", "uses", "expires_at", "created_at", "by",
            ])
        #expect(made["location"] == "/api/v1\(path)/\(invite["id"] ?? "")")
        #expect(invite["by"] == room.admin.id && invite["uses_max"] == "2" && invite["url"]?.hasSuffix(token) == true)
        let socket = try room.stranger.socket()
        let joined = try room.stranger.call("POST", "/invites/\(token)")
        #expect(joined.status == 200)
        let channel = try joined.json()
        #expect(channel["channel"] == room.id && channel["role"] == "reader")
        #expect(try socket.event("channel.added")["data.channel"] == room.id)
        // Who is in already uses nothing up.
        #expect(try room.stranger.outcome("POST", "/invites/\(token)") == "200")
        let next = try Person("next", on: room.server), atNext = try next.socket()
        #expect(try atNext.outcome("channel.join", #"{"channel":"\#(room.id)","invite":"nonsense"}"#) == "not_found")
        let other = #"{"channel":"4242","invite":"\#(token)"}"#
        #expect(try atNext.outcome("channel.join", other) == "not_found")
        let reply = try atNext.ask("channel.join", #"{"channel":"\#(room.id)","invite":"\#(token)"}"#)
        #expect(reply.names("data") == ["channel", "seq"])
        let third = try Person("third", on: room.server)
        #expect(try third.outcome("POST", "/invites/\(token)") == "404 not_found")
        let list = try room.owner.call("GET", path).json()
        #expect(list.names() == ["items", "next_cursor"] && list["items.0.uses"] == "2")
        #expect(!list.names("items.0").contains("token"))
        #expect(try room.member.outcome("GET", path) == "403 permission_denied")
    }

    @Test func `an invitation can be taken back, and gives no more than what is usual`() throws {
        let room = try Room(), path = "\(room.path)/invites"
        let invite = try room.owner.call("POST", path).json()
        let id = try #require(invite["id"]), token = try #require(invite["token"])
        #expect(invite["uses_max"] == "0" && invite["role"] == "member")
        #expect(try room.member.outcome("DELETE", "\(path)/\(id)") == "403 permission_denied")
        #expect(try room.owner.outcome("DELETE", "\(path)/\(id)") == "204")
        #expect(try room.owner.outcome("DELETE", "\(path)/\(id)") == "404 not_found")
        #expect(try room.stranger.outcome("POST", "/invites/\(token)") == "404 not_found")
        for (body, outcome) in [
            (#"{"role":"admin"}"#, "403 permission_denied"), (#"{"role":"x"}"#, "422 validation_failed"),
            (#"{"expires_in":0}"#, "422 validation_failed"), (#"{"expires_in":31536001}"#, "422 validation_failed"),
            (#"{"uses_max":-1}"#, "422 validation_failed"), (#"{"uses_max":"1"}"#, "422 validation_failed"),
        ] { #expect(try room.owner.outcome("POST", path, body) == outcome, "\(body)") }
        for token in ["x", "%20", String(repeating: "a", count: 500)] {
            #expect(try room.stranger.outcome("POST", "/invites/\(token)") == "404 not_found")
        }
    }

    @Test func `a channel takes no more members and no more invitations than it may`() throws {
        let server = try RunningServer(["CONFAB_CHANNEL_MEMBERS_MAX": "4", "CONFAB_INVITES_MAX": "1"])
        let room = try Room(on: server)
        let token = try room.owner.call("POST", "\(room.path)/invites").json()["token"] ?? ""
        #expect(try room.owner.outcome("POST", "\(room.path)/invites") == "409 quota_exceeded")
        #expect(try room.stranger.outcome("POST", "/invites/\(token)") == "409 quota_exceeded")
        #expect(try room.owner.outcome("PUT", "\(room.path)/members/\(room.stranger.id)") == "409 quota_exceeded")
    }

    @Test func `who is blocked cannot send, and reads on`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let channel = try ann.direct(with: bob), atBob = try bob.socket()
        #expect(try atBob.send("before", as: "a", to: channel)["ok"] == "true")
        #expect(try ann.outcome("PUT", "/users/\(bob.id)/block") == "204")
        #expect(try ann.outcome("PUT", "/users/\(bob.id)/block") == "204")
        let list = try ann.call("GET", "/users/me/blocks")
        #expect(
            list.text == #"{"items":[{"id":"\#(bob.id)","username":"bob","display_name":null}],"next_cursor":null}"#)
        #expect(try atBob.send("after", as: "b", to: channel)["error.code"] == "permission_denied")
        // What was sent before can be retried.
        #expect(try atBob.send("before", as: "a", to: channel)["data.duplicate"] == "true")
        #expect(try bob.outcome("GET", "/channels/\(channel)/messages") == "200")
        #expect(
            try bob.outcome("POST", "/channels", #"{"name":"x","members":["\#(ann.id)"]}"#) == "403 permission_denied")
        #expect(try ann.outcome("POST", "/channels/\(channel)/messages", #"{"text":"x"}"#) == "201")
        #expect(try ann.outcome("DELETE", "/users/\(bob.id)/block") == "204")
        #expect(try atBob.send("after", as: "b", to: channel)["ok"] == "true")
        #expect(try ann.outcome("PUT", "/users/4242/block") == "404 not_found")
        #expect(try ann.outcome("PUT", "/users/\(ann.id)/block") == "422 validation_failed")
        #expect(try ann.outcome("DELETE", "/users/\(bob.id)/block") == "204")
    }
}
