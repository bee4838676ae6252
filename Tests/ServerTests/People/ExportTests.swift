import Glibc
import TestClient
import Testing

@Suite("Export of one's data") struct ExportTests {
    /// The job when it has ended.
    private func ended(_ location: String, for person: Person) throws -> JSONText {
        while true {
            let job = try person.server.call("GET", location, token: person.token).json()
            guard ["queued", "running"].contains(job["state"] ?? "") else { return job }
            usleep(20_000)
        }
    }

    @Test func `is a file of one's own with account, logins, devices, channels, blocks, words and feed`() throws {
        let room = try Room(), member = room.member
        try room.say("hello @mia")
        for text in ["one", "two"] { try room.say(text, by: member) }
        try room.say("not mine")
        let gone = try room.say("taken back", by: member)
        #expect(try member.call("DELETE", "\(room.path)/messages/\(gone)").status == 204)
        #expect(try member.call("PUT", "/users/\(room.stranger.id)/block").status == 204)
        #expect(try member.call("PUT", "/devices/phone", #"{"kind":"fcm","token":"planted-token"}"#).status == 201)
        let asked = try member.call("GET", "/users/me/export")
        #expect(asked.status == 202)
        let location = try #require(asked["location"])
        let job = try ended(location, for: member)
        #expect(job["state"] == "done")
        #expect(job["kind"] == "export")
        let url = try #require(job["result.url"])
        let file = try member.server.call("GET", url, token: member.token)
        #expect(file.status == 200)
        let export = try file.json()
        #expect(export["user.id"] == member.id)
        #expect(export["sessions.0.address"] == "127.0.0.1")
        #expect(export["devices.0.id"] == "phone" && export["devices.0.kind"] == "fcm")
        #expect(!file.text.contains("planted-token"), "whoever has it may be able to push")
        #expect(export["blocked.0.id"] == room.stranger.id)
        #expect(export["channels.0.channel"] == room.id)
        #expect(export["messages.0.text"] == "one")
        #expect(export["messages.1.text"] == "two")
        #expect(export["notifications.0.text"] == "olga mentioned you: hello @mia")
        #expect(export["notifications.1.type"] == "channel_invite" && export.count("notifications") == 2)
        #expect(!file.text.contains("not mine") && !file.text.contains("taken back"))
        for other in [room.owner, room.stranger] {
            #expect(try other.server.call("GET", url, token: other.token).status == 404)
            #expect(try other.server.call("GET", location, token: other.token).status == 404)
        }
    }

    @Test func `asked for twice within a minute is the same job`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server)
        // A minute may end between two of three.
        let jobs = try (0..<3).map { _ in try ann.call("GET", "/users/me/export").json()["id"] }
        #expect(Set(jobs).count < 3)
    }
}
