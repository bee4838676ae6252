import TestClient
import TestSupport
import Testing

@Suite("Moderators of the server") struct ModeratorTests {
    @Test(arguments: ["moderator", "admin", "superuser"])
    func `they act in every channel over REST`(role: String) throws {
        let room = try Room(), token = try Person.staff(role, on: room.server).token, socket = try room.reader.socket()
        func outcome(_ method: String, _ path: String, _ body: String? = nil) throws -> String {
            let answer = try room.server.call(method, "/api/v1" + path, token: token, body)
            return answer.status < 400 ? "\(answer.status)" : "\(answer.status) \(try answer.json()["code"] ?? "")"
        }
        try room.say("bad", by: room.member)
        _ = try socket.pending()
        #expect(try outcome("DELETE", "\(room.path)/messages/1") == "204")
        #expect(try outcome("DELETE", "\(room.path)/members/\(room.member.id)") == "204")
        let changed = try room.server.call("PATCH", "/api/v1\(room.path)", token: token, #"{"archived":true}"#)
        #expect(changed.status == 200)
        let card = try changed.json()
        #expect(card["channel"] == room.id && card["role"] == "null")
        // They read nothing by it, and say nothing.
        for path in ["", "/messages", "/members", "/pins"] {
            #expect(try outcome("GET", room.path + path) == "404 not_found", "\(path)")
        }
        #expect(try outcome("POST", room.path + "/messages", #"{"text":"x"}"#) == "404 not_found")
        #expect(try outcome("DELETE", room.path) == "204")
        #expect(
            try socket.pending().map { $0["type"] } == [
                "message.deleted", "member.left", "channel.updated", "channel.deleted", "channel.removed",
            ])
    }

    @Test func `by socket they are what they are in the channel, and others are nothing more`() throws {
        let room = try Room(), token = try Person.staff("admin", on: room.server).token
        try room.say("hello")
        let socket = try ChatSocket(on: room.server)
        try socket.identify(token)
        let data = #"{"channel":"\#(room.id)","message_number":1}"#
        #expect(try socket.outcome("message.delete", data) == "not_found")
        for role in ["instructor", "customer", "courier", "restaurant_manager"] {
            let token = try Person.staff(role, on: room.server).token
            #expect(try room.server.call("DELETE", "/api/v1\(room.path)/messages/1", token: token).status == 404)
            #expect(try room.server.call("DELETE", "/api/v1\(room.path)", token: token).status == 404)
        }
    }
}
