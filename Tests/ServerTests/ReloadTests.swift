import Glibc
import TestClient
import TestSupport
import Testing

@Suite("Reading settings again") struct ReloadTests {
    @Test func `new bounds and names hold at once, for sockets that come and for REST, and nobody is cut off`() throws {
        let server = try RunningServer(
            settings: "CONFAB_TEXT_BYTES_MAX=100\nCONFAB_ALLOWED_ORIGINS=https://one.example\n")
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let old = try ann.socket()
        let channel = try #require(try old.ask("channel.open", #"{"user":"\#(bob.id)"}"#)["data.channel"])
        let long = String(repeating: "x", count: 200)
        #expect(try old.send(long, as: "m1", to: channel)["error.code"] == "too_large")
        try server.reload(
            "CONFAB_TEXT_BYTES_MAX=1000\nCONFAB_ALLOWED_ORIGINS=https://two.example\n", until: "read again")
        #expect(try ann.socket().send(long, as: "m1", to: channel)["ok"] == "true")
        #expect(try old.event("message.created")["data.text"] == long)
        let body = #"{"client_msg_id":"m2","text":"\#(long)"}"#
        #expect(try ann.call("POST", "/channels/\(channel)/messages", body).status == 201)
        func upgrade(from origin: String) throws -> Int? {
            let client = try TCPClient(port: server.port)
            let lines = [
                "GET /api/v1/ws HTTP/1.1", "Host: a", "Connection: Upgrade", "Upgrade: websocket",
                "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "Origin: \(origin)", "", "",
            ]
            try client.send(lines.joined(separator: "\r\n"))
            return try client.readAnswer()?.status
        }
        #expect(try upgrade(from: "https://one.example") == 403)
        #expect(try upgrade(from: "https://two.example") == 101)
    }

    @Test func `bounds on connections and the rates of sending change too`() throws {
        let server = try RunningServer(["CONFAB_RATE_LIMITS": "on"], settings: "CONFAB_SEND_COUNT_MAX=1000\n")
        let ann = try Person("ann", on: server), bob = try Person("bob", on: server)
        let socket = try ann.socket()
        let channel = try #require(try socket.ask("channel.open", #"{"user":"\#(bob.id)"}"#)["data.channel"])
        for number in 0..<50 { #expect(try socket.send("x", as: "a\(number)", to: channel)["ok"] == "true") }
        try server.reload("CONFAB_SEND_COUNT_MAX=1\nCONFAB_CONNECTIONS_MAX=1\n", until: "read again")
        _ = try socket.send("x", as: "b1", to: channel)
        #expect(try socket.send("x", as: "b2", to: channel)["error.code"] == "rate_limited")
        let refused = try TCPClient(port: server.port)
        #expect(try refused.readAnswer()?.status == 503)
    }

    @Test func `a file that cannot be used changes nothing`() throws {
        let server = try RunningServer(settings: "CONFAB_ALLOWED_HOSTS=good.example\n")
        for bad in ["CONFAB_ALLOWED_HOSTS=other.example\nCONFAB_TEXT_BYTES_MAX=-1\n", "CONFAB_NONSENSE=1\n", "?"] {
            try server.reload(bad, until: "the old settings and certificates stay")
        }
        let client = try TCPClient(port: server.port)
        try client.send("GET /livez HTTP/1.1\r\nHost: good.example\r\n\r\n")
        #expect(try client.readAnswer()?.status == 200)
        #expect(try server.stop() == 0)
    }

    @Test func `what takes a restart is named, and stays`() throws {
        let server = try RunningServer(settings: "CONFAB_LOG_LEVEL=info\nCONFAB_JOURNAL_QUEUE_MAX=1000\n")
        try server.reload("CONFAB_LOG_LEVEL=debug\nCONFAB_JOURNAL_QUEUE_MAX=2000\n", until: "journal-queue-max")
        #expect(server.log.contains("takes a restart"))
        try server.reload("CONFAB_LOG_LEVEL=info\nCONFAB_JOURNAL_QUEUE_MAX=1000\n", until: "log-level")
    }
}
