import TestClient
import TestSupport
import Testing

@Suite("Erasing accounts") struct ErasureRouteTests {
    private static let proof = #"{"current_password":"\#(Person.password)"}"#

    /// Whether a text is gone from the files within twenty seconds.
    private func isGone(_ text: String, _ server: RunningServer) async throws -> Bool {
        for _ in 1...400 {
            let isThere = ["confab.db", "confab.db-wal"].contains { name in
                Files.text(of: server.data + "/" + name).contains(text)
            }
            if !isThere { return true }
            try await Task.sleep(for: .milliseconds(50))
        }
        return false
    }

    @Test func `an erased user leaves a number behind, and the others can read on`() async throws {
        let room = try Room(), server = room.server
        let profile = #""display_name":"Mia Unforgettable","bio":"biography-text","email":"mia-mail@example.org""#
        let patch = "{\(profile),\(Self.proof.dropFirst())"
        #expect(try room.member.outcome("PATCH", "/users/me", patch) == "200")
        let direct = try room.member.direct(with: room.owner)
        _ = try room.member.call("POST", "/channels/\(direct)/messages", #"{"text":"between us"}"#)
        let number = try room.say("a word of mine", by: room.member)
        let gone = try room.member.socket(), watching = try room.owner.socket()
        let wrong = #"{"current_password":"guessed it"}"#
        #expect(try room.member.outcome("DELETE", "/users/me", wrong) == "401 invalid_credentials")
        #expect(try room.member.outcome("DELETE", "/users/me", Self.proof) == "204")
        #expect(try gone.client.readCloseCode() == 4003)
        let left = try watching.event("member.left")
        #expect(left["data.user"] == room.member.id)
        #expect(try room.member.call("GET", "/users/me").status == 401)
        let login = #"{"login":"mia","password":"\#(Person.password)"}"#
        #expect(try server.call("POST", "/api/v1/auth/login", login).status == 401)

        let message = try room.owner.call("GET", "\(room.path)/messages/\(number)").json()
        #expect(message["text"] == "a word of mine")
        #expect(message["sender"] == room.member.id)
        let card = try room.owner.call("GET", "/users/\(room.member.id)").json()
        #expect(card["username"] == "null")
        #expect(card["display_name"] == "null")
        #expect(card["deleted_at"] != "null")
        #expect(try room.owner.call("GET", "/channels/\(direct)/messages").json().count("items") == 1)
        let listed = try room.owner.call("GET", "/channels").text
        #expect(!listed.contains("Unforgettable"))
        let refused = try room.owner.outcome("POST", "/channels/\(direct)/messages", #"{"text":"hello?"}"#)
        #expect(refused == "403 permission_denied")
        #expect(try room.stranger.outcome("PUT", "/direct/\(room.member.id)") == "404 not_found")
        let invited = try room.owner.outcome("PUT", "\(room.path)/members/\(room.member.id)", "{}")
        #expect(invited.hasPrefix("40"))
        for text in ["Unforgettable", "biography-text", "mia-mail"] {
            #expect(try await isGone(text, server), "\(text)")
        }
        #expect(try Person("mia", on: server).id != room.member.id, "the name is free")
        let events = try room.owner.call("GET", "\(room.path)/events?after_seq=0").text
        #expect(!events.contains("Unforgettable"))
    }

    @Test func `what an erased user has said goes too when they want it`() async throws {
        let room = try Room(), server = room.server
        for number in 1...40 { try room.say("mine-\(number)-xyzzy", by: room.member) }
        try room.say("of somebody else")
        let watching = try room.owner.socket()
        #expect(try room.member.outcome("DELETE", "/users/me?messages=some", Self.proof) == "422 validation_failed")
        #expect(try room.member.outcome("DELETE", "/users/me?messages=delete", Self.proof) == "204")
        let deleted = try watching.event("message.deleted")
        #expect(deleted["data.message_numbers.0.0"] == "1")
        #expect(deleted["data.message_numbers.0.1"] == "40")
        #expect(try await isGone("xyzzy", server))
        let page = try room.owner.call("GET", "\(room.path)/messages?limit=100").text
        #expect(page.contains("of somebody else"))
        #expect(!page.contains("xyzzy"))
    }

    @Test func `a group without its owner goes to the one who is next in it`() throws {
        let room = try Room()
        #expect(try room.owner.outcome("DELETE", "/users/me", Self.proof) == "204")
        let admin = try room.admin.call("GET", room.path).json()
        #expect(admin["role"] == "owner")
        #expect(admin["members_count"] == "3")
    }

    @Test func `an administrator erases others, and again is not found`() throws {
        let server = try RunningServer(), root = try Person.staff("root", "superuser", on: server)
        let ann = try Person("ann", on: server), socket = try ann.socket()
        #expect(try root.outcome("DELETE", "/users/\(ann.id)") == "204")
        #expect(try socket.client.readCloseCode() == 4003)
        for (method, path) in [("DELETE", ""), ("PATCH", ""), ("PUT", "/suspension"), ("DELETE", "/suspension")] {
            #expect(try root.outcome(method, "/users/\(ann.id)\(path)", "{}") == "404 not_found", "\(method) \(path)")
        }
        #expect(try root.call("GET", "/users").json().count("items") == 1)
    }
}
