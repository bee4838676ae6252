import TestClient
import TestSupport
import Testing

@Suite("Opening a socket") struct OriginTests {
    private func status(_ server: RunningServer, _ fields: [String]) throws -> Int? {
        let client = try TCPClient(port: server.port)
        try client.send(TCPClient.upgradeRequest("/api/v1/ws", fields))
        return try client.readAnswer()?.status
    }

    @Test func `is for pages of one's own and of the list, and for programs`() throws {
        let server = try RunningServer(["CONFAB_ALLOWED_ORIGINS": "https://ok.example, https://also.example:8443"])
        for (origin, wanted) in [
            ("http://127.0.0.1", 101), ("https://127.0.0.1", 101), ("https://ok.example", 101),
            ("https://also.example:8443", 101), ("https://evil.example", 403), ("null", 403), ("", 403),
            ("http://ok.example", 403), ("https://ok.example.evil.example", 403),
            ("http://127.0.0.1.evil.example", 403),
            ("http://127.0.0.1:81", 403), ("https://also.example", 403),
        ] {
            #expect(try status(server, ["Origin: \(origin)"]) == wanted, "\(origin)")
        }
        #expect(try status(server, []) == 101)
    }

    @Test func `is for the same pages that may call`() throws {
        let server = try RunningServer(["CONFAB_ALLOWED_ORIGINS": "https://ok.example"])
        let asked = try server.call(
            "OPTIONS", "/api/v1/channels/1_2/messages",
            fields: ["Origin: https://ok.example", "Access-Control-Request-Method: POST"])
        #expect(asked.status == 204)
        #expect(asked["access-control-allow-methods"] == "GET, HEAD, POST, OPTIONS")
        #expect(asked["access-control-allow-headers"]?.contains("Authorization") == true)
        for (origin, isAllowed) in [("https://ok.example", true), ("https://evil.example", false), ("null", false)] {
            let answer = try server.call("GET", "/api/v1/users/me", fields: ["Origin: \(origin)"])
            #expect(answer.status == 401)
            #expect(answer["access-control-allow-origin"] == (isAllowed ? origin : nil))
            #expect(answer["vary"] == "Origin")
        }
    }

    @Test(arguments: ["*", "null", "https://ok.example/", "ok.example"])
    func `is for no list that names no origin`(origin: String) throws {
        let place = TemporaryDirectory()
        let ended = try Program.run([
            "serve", "--dev", "--listen", "127.0.0.1:0", "--data", place.file("data"), "--allowed-origins", origin,
        ])
        #expect(ended.status == 2)
        #expect(ended.complaints.contains("\(origin) is no origin"))
    }

    @Test func `is told how by 426`() throws {
        let server = try RunningServer()
        let answer = try server.call("GET", "/api/v1/ws")
        #expect(answer.status == 426)
        #expect(answer["upgrade"] == "websocket")
        #expect(answer["content-type"] == "application/problem+json")
    }

    @Test func `echoes the subprotocol that is offered, and does without`() throws {
        let server = try RunningServer()
        for (fields, wanted) in [
            (["Sec-WebSocket-Protocol: chat.v1"], "chat.v1"), (["Sec-WebSocket-Protocol: other, chat.v1"], "chat.v1"),
            ([], nil),
        ] as [([String], String?)] {
            let client = try TCPClient(port: server.port)
            try client.send(TCPClient.upgradeRequest("/api/v1/ws", fields))
            let answer = try #require(try client.readAnswer())
            #expect(answer.status == 101)
            #expect(answer["sec-websocket-protocol"] == wanted)
        }
    }

    @Test func `answers only for allowed hosts`() throws {
        let server = try RunningServer(["CONFAB_ALLOWED_HOSTS": "chat.example"])
        let client = try TCPClient(port: server.port)
        try client.send(TCPClient.upgradeRequest("/api/v1/ws"))
        #expect(try client.readAnswer()?.status == 421)
        #expect(try server.call("GET", "/health").status == 421)
    }
}
