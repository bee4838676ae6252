import TestClient
import Testing

@Suite("One's own log by socket and HTTP") struct OwnLogTests {
    @Test func `a job's states are told to every socket of whose it is, and to who comes back`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        _ = try ann.direct(with: bob)
        let old = try ann.socket(), atAnn = try ann.socket(), atBob = try bob.socket(), stream = try ann.stream()
        let before = try #require(old.opening["data.me_seq"])
        let id = try #require(try ann.call("GET", "/users/me/export").json()["id"])
        let expected = ["2 queued", "3 running", "4 done"]
        func told(_ event: JSONText) -> String {
            #expect(event["channel"] == "@me" && event["data.id"] == id)
            return "\(event["seq"] ?? "?") \(event["data.state"] ?? "?")"
        }
        var events: [JSONText] = []
        for _ in expected { events.append(try atAnn.event("job.updated")) }
        #expect(events.map(told) == expected)
        #expect(try expected.map { _ in told(try stream.event("job.updated")) } == expected)
        let shown = try ann.call("GET", "/jobs/\(id)").json(), last = events[2]
        #expect(last.names("data") == shown.names())
        for name in ["kind", "state", "progress.done", "result.file_id", "result.url", "created_at", "updated_at"] {
            #expect(last["data.\(name)"] == shown[name], "\(name)")
        }
        #expect(shown["progress.done"] == shown["progress.total"])

        let places = #"{"epoch":"\#(old.epoch)","me_seq":\#(before),"channels":{}}"#
        let synced = try ann.call("POST", "/sync", places).json()
        #expect(synced.count("events") == 3 && synced["me_seq"] == "4")
        for index in 0..<3 { #expect(synced["events.\(index).data.state"] == state(in: expected[index])) }
        let paged = try ann.call("GET", "/channels/@me/events?after_seq=\(before)").json()
        for index in 0..<3 { #expect(paged["items.\(index).data.state"] == state(in: expected[index])) }
        let back = try ChatSocket(on: server)
        let replayed = try back.resume(old, token: ann.token, personalSeq: before, channels: [:])
        #expect(replayed.map(told) == expected)
        #expect(try atBob.pending().allSatisfy { $0["type"] != "job.updated" })
    }

    private func state(in words: String) -> String? { words.split(separator: " ").last.map(String.init) }

    @Test func `a login that ends is told to the sockets of the others, and not to its own`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), phone = try ann.loggedInAgain(), bob = try Person("bob", on: server)
        let sessions = try phone.call("GET", "/auth/sessions").json()
        let ended = try #require((0..<2).first { sessions["items.\($0).current"] == "true" })
        let atAnn = try ann.socket(), atPhone = try phone.socket(), atBob = try bob.socket()
        #expect(try phone.call("POST", "/auth/logout", "{}").status == 204)
        #expect(try atPhone.client.readCloseCode() == 4009)
        let event = try atAnn.event("session.revoked")
        #expect(event["channel"] == "@me" && event["seq"] == "1")
        #expect(event["data.id"] == sessions["items.\(ended).id"])
        #expect(event.names("data") == ["id"])
        #expect(try atBob.pending().allSatisfy { $0["type"] != "session.revoked" })
        #expect(try ann.call("GET", "/auth/sessions").json().count("items") == 1)
    }
}
