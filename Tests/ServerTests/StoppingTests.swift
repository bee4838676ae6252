import Glibc
import TestClient
import Testing

@Suite("Stopping") struct StoppingTests {
    @Test func `every socket is told when to come back and closed with 4200, and the exit code is 0`() throws {
        let server = try RunningServer(flags: ["--loops", "2"])
        let ann = try Person("ann", on: server)
        let sockets = try (0..<10).map { _ in try ann.socket() } + [try ChatSocket(on: server)]
        try server.ask(to: SIGTERM)
        var delays: Set<Int> = []
        for socket in sockets {
            let reconnect = try socket.event("reconnect")
            #expect(reconnect["data.reason"] == "server_restart")
            let delay = try #require(reconnect["data.retry_after_ms"].flatMap { Int($0) })
            #expect((1...60_000).contains(delay))
            delays.insert(delay)
            let close = try #require(try socket.client.readFrame())
            #expect(close.closeCode == 4200)
            let reason = try JSONText(Array(close.payload.dropFirst(2)))
            #expect(reason["code"] == "server_restart")
            #expect(reason["retry_after_ms"] == "\(delay)")
            try socket.client.send(ClientFrame.close(4200))
            socket.client.finishSending()
        }
        // Each its own delay, so that they do not all come back at once.
        #expect(delays.count > 5)
        #expect(try server.waitForEnd() == 0)
        #expect(throws: TCPClient.Failure.self) { try TCPClient(port: server.port) }
    }

    @Test func `those who do not answer hold nobody up for long`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server)
        let deaf = try ann.socket(receiveBufferBytes: 4_096), idle = try TCPClient(port: server.port)
        #expect(try server.stop() == 0)
        #expect(try deaf.client.readCloseCode() == 4200)
        #expect(try idle.readToEnd().isEmpty)
    }

    @Test func `SIGHUP does not end it`() throws {
        let server = try RunningServer()
        try server.ask(to: SIGHUP)
        #expect(try server.call("GET", "/health").status == 200)
        #expect(try server.stop(SIGINT) == 0)
    }

    /// A client whose answers wait for it: what a stop has to wait for.
    private func dawdler(on server: RunningServer) throws -> TCPClient {
        let client = try TCPClient(port: server.port, receiveBufferBytes: 4_096, patienceSeconds: 2)
        _ = client.offer(Array(String(repeating: "GET / HTTP/1.1\r\nHost: a\r\n\r\n", count: 100_000).utf8))
        return client
    }

    @Test func `it is not ready at once, opens no socket, and still answers`() throws {
        let server = try RunningServer()
        func ask(_ path: String, _ fields: [String] = []) throws -> Int? {
            let client = try TCPClient(port: server.port)
            try client.send((["GET \(path) HTTP/1.1", "Host: a"] + fields + ["", ""]).joined(separator: "\r\n"))
            return try client.readAnswer()?.status
        }
        #expect(try ask("/readyz") == 200)
        let dawdler = try dawdler(on: server)
        try server.ask(to: SIGTERM)
        for _ in 0..<100 where try ask("/readyz") == 200 { usleep(10_000) }
        #expect(try ask("/readyz") == 503)
        #expect(try ask("/livez") == 200)
        let upgrade = [
            "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        ]
        #expect(try ask("/api/v1/ws", upgrade) == 503)
        // The second signal waits for nobody.
        try server.ask(to: SIGTERM)
        #expect(try server.waitForEnd() == 0)
        #expect(server.log.contains("stopping at once"))
        withExtendedLifetime(dawdler) {}
    }

    @Test func `who does not take its answer is waited for no longer than was set`() throws {
        let server = try RunningServer(["CONFAB_DRAIN_MILLISECONDS_MAX": "1000"])
        let dawdler = try dawdler(on: server)
        #expect(try server.stop() == 0)
        #expect(!server.log.contains("stopping at once"))
        withExtendedLifetime(dawdler) {}
    }

    @Test func `who is in the middle of a request is told that it will not be answered`() throws {
        let server = try RunningServer()
        let client = try TCPClient(port: server.port)
        try client.send("POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf of it")
        // The server has it before it hears of the end.
        #expect(try server.call("GET", "/livez").status == 200)
        usleep(100_000)
        try server.ask(to: SIGTERM)
        let answer = try client.readAnswer()
        #expect(answer?.status == 503)
        #expect(answer?["retry-after"] != nil)
        #expect(try server.waitForEnd() == 0)
    }
}
