import Glibc
import TestClient
import Testing

@Suite("Bounds on connections") struct ConnectionBoundTests {
    /// What a new connection from 127.0.0.x hears.
    private func status(
        on server: RunningServer, from host: UInt8 = 1, _ fields: [String] = []
    ) throws -> (status: Int?, retryAfter: String?) {
        let client = try TCPClient(port: server.port, from: host)
        let lines = ["GET /livez HTTP/1.1", "Host: a"] + fields + ["Connection: close", "", ""]
        try client.send(lines.joined(separator: "\r\n"))
        let answer = try client.readAnswer()
        return (answer?.status, answer?["retry-after"])
    }

    /// A connection that is there: it has been answered.
    private func guest(on server: RunningServer, from host: UInt8) throws -> TCPClient {
        let client = try TCPClient(port: server.port, from: host)
        try client.send("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try client.readAnswer()?.status == 200)
        return client
    }

    /// Asks until the answer has the status: the loops hear of ends in their own time.
    private func hears(
        _ wanted: Int, on server: RunningServer, from host: UInt8 = 1, _ fields: [String] = []
    ) throws -> (status: Int?, retryAfter: String?) {
        for _ in 0..<100 {
            let heard = try status(on: server, from: host, fields)
            if heard.status == wanted { return heard }
            usleep(10_000)
        }
        let heard = try status(on: server, from: host, fields)
        #expect(heard.status == wanted)
        return heard
    }

    /// Opens a socket for a client that a proxy names, and says how that was answered.
    private func upgrade(on server: RunningServer, for address: String) throws -> (client: TCPClient, status: Int) {
        let client = try TCPClient(port: server.port)
        let lines = [
            "GET /api/v1/ws HTTP/1.1", "Host: a", "Connection: Upgrade", "Upgrade: websocket",
            "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "X-Forwarded-For: \(address)",
            "", "",
        ]
        try client.send(lines.joined(separator: "\r\n"))
        return (client, try #require(try client.readAnswer()).status)
    }

    @Test func `an address with too many connections is told to wait, and nobody else is`() throws {
        let server = try RunningServer(["CONFAB_UNIDENTIFIED_PER_ADDRESS_MAX": "10"])
        var clients = try (0..<10).map { _ in try guest(on: server, from: 2) }
        let refused = try hears(503, on: server, from: 2)
        #expect(try #require(refused.retryAfter.flatMap { Int($0) }) > 0)
        #expect(try status(on: server, from: 3).status == 200)
        clients.removeLast()
        _ = try hears(200, on: server, from: 2)
    }

    @Test func `sockets that have identified leave their place to strangers`() throws {
        let server = try RunningServer(["CONFAB_UNIDENTIFIED_PER_ADDRESS_MAX": "3"])
        let ann = try Person("ann", on: server)
        let sockets = try (0..<10).map { _ in try ann.socket() }
        #expect(try status(on: server).status == 200)
        #expect(try sockets[9].ask("ping")["type"] == "pong")
    }

    @Test func `all connections together have a bound`() throws {
        let server = try RunningServer(["CONFAB_CONNECTIONS_MAX": "20"])
        let clients = try (0..<20).map { try guest(on: server, from: UInt8(2 + $0)) }
        _ = try hears(503, on: server)
        try clients[0].send("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try clients[0].readAnswer()?.status == 200)
    }

    @Test func `behind a trusted proxy sockets count for the client that it names`() throws {
        let server = try RunningServer([
            "CONFAB_UNIDENTIFIED_PER_ADDRESS_MAX": "4", "CONFAB_TRUSTED_PROXIES": "127.0.0.0/8",
        ])
        let opened = try (0..<4).map { _ in try upgrade(on: server, for: "203.0.113.5") }
        #expect(opened.allSatisfy { $0.status == 101 })
        #expect(try upgrade(on: server, for: "203.0.113.5").status == 503)
        #expect(try upgrade(on: server, for: "203.0.113.6").status == 101)
    }

    @Test func `what strangers say of themselves counts for nothing`() throws {
        let server = try RunningServer(["CONFAB_UNIDENTIFIED_PER_ADDRESS_MAX": "4"])
        let opened = try (0..<4).map { try upgrade(on: server, for: "203.0.113.\($0)") }
        #expect(opened.allSatisfy { $0.status == 101 })
        _ = try hears(503, on: server, ["X-Forwarded-For: 203.0.113.9"])
    }

    @Test func `too much that is held for all together is refused to who holds most`() throws {
        let server = try RunningServer([
            "CONFAB_HELD_BYTES_MAX": "2000000", "CONFAB_HELD_BYTES_MIN": "100000", "CONFAB_LOOPS": "1",
        ])
        let part = [UInt8](repeating: 0x20, count: 900_000)
        let head = "POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n"
        let clients = try (0..<4).map { _ in try TCPClient(port: server.port) }
        for client in clients { _ = client.offer(Array(head.utf8) + part) }
        #expect(try status(on: server).status == 200)
        // Two fit beside one another.
        for client in clients { _ = client.offer([UInt8](repeating: 0x20, count: 100_000)) }
        let answers = clients.map { (try? $0.readAnswer())??.status }
        #expect(answers.contains(503))
        #expect(answers.contains(415))
    }
}
