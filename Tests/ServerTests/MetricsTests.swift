import Glibc
import TestClient
import Testing

@Suite("Metrics") struct MetricsTests {
    /// The numbers by name and labels.
    private func numbers(_ server: RunningServer) throws -> [String: Double] {
        let answer = try server.call("GET", "/metrics")
        #expect(answer.status == 200)
        #expect(answer["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        let lines = String(decoding: answer.body, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }
        return lines.reduce(into: [:]) { numbers, line in
            let end = line.lastIndex(of: " ") ?? line.endIndex
            numbers[String(line[..<end])] = Double(line[end...].dropFirst())
        }
    }

    @Test func `tell of a conversation what happened in it`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let atAnn = try ann.socket(), atBob = try bob.socket()
        let channel = try ann.direct(with: bob)
        let before = try numbers(server)
        for index in 1...10 { _ = try atAnn.send("hi", as: "m\(index)", to: channel) }
        _ = try atAnn.send("hi", as: "m1", to: channel)
        _ = try atBob.send("hi", as: "m1", to: "1_2147483646")
        for _ in 1...10 { _ = try atBob.event("message.created") }
        let after = try numbers(server)
        func grown(_ name: String) -> Double { (after[name] ?? 0) - (before[name] ?? 0) }
        #expect(grown("confab_messages_total") == 10)
        // For both sockets each; and what is told of one's own unread count is no event.
        #expect(grown("confab_deliveries_total") == 20)
        #expect(grown("confab_commands_total") == 12)
        #expect(grown("confab_reply_seconds_count") == 12)
        #expect(grown(#"confab_refusals_total{code="not_found",door="socket"}"#) == 1)
        #expect(grown("confab_commit_seconds_count") >= 1)
        #expect(grown("confab_batch_size_sum") >= 12)
        #expect(after["confab_sockets"] == 2)
        #expect(after["confab_users_online"] == 2)
        #expect((after["confab_connections"] ?? 0) >= 2)
        #expect(grown("confab_network_sent_bytes_total") > 1_000)
        #expect((after["process_resident_memory_bytes"] ?? 0) > 1_000_000)
        #expect(grown(#"confab_http_requests_total{method="GET",route="/metrics",status="200"}"#) == 1)
    }

    @Test func `count those who go, and streams beside sockets`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server)
        var socket: ChatSocket? = try ann.socket()
        #expect(socket != nil)
        let stream = try ann.stream()
        #expect(try numbers(server)["confab_sockets"] == 1)
        #expect(try numbers(server)["confab_event_streams"] == 1)
        #expect(try numbers(server)["confab_users_online"] == 1)
        socket = nil
        try eventually { try numbers(server)["confab_sockets"] == 0 }
        #expect(try numbers(server)["confab_event_streams"] == 1)
        _ = stream
    }

    private func eventually(_ isTrue: () throws -> Bool) throws {
        for _ in 0..<200 {
            if try isTrue() { return }
            usleep(25_000)
        }
        Issue.record("it did not come about")
    }

    @Test func `hold no word that anybody said, and nobody's name`() throws {
        let server = try RunningServer()
        let ann = try Person("annabella", on: server), bob = try Person("bobadilla", on: server)
        let socket = try ann.socket(), channel = try ann.direct(with: bob)
        _ = try socket.send("zanzibar", as: "secretname", to: channel)
        _ = try server.call("GET", "/api/v1/users?username=annabella&token=planted", token: ann.token)
        _ = try server.call("GET", "/planted/path")
        let text = String(decoding: try server.call("GET", "/metrics").body, as: UTF8.self)
        for word in ["zanzibar", "secretname", "annabella", "bobadilla", "planted", ann.token] {
            #expect(!text.contains(word), "\(word)")
        }
    }
}
