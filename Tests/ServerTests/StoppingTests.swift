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
}
