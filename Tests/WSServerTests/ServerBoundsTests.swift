import Base
import Glibc
import TestClient
import Testing

@testable import WSServer

@Suite("Server, keeping its bounds") struct ServerBoundsTests {
    private func get(_ path: String) -> String { "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n" }

    @Test func `reads no further than it answers`() throws {
        let echo = try EchoServer()
        defer { echo.server.drain() }
        let client = try echo.connect(patienceSeconds: 2)
        try client.send(get("/later"))
        #expect(!echo.probe.wait(for: .asked("/later")).isEmpty)
        // More than the kernel keeps for both sides together.
        let flood = Array(String(repeating: get("/more"), count: 1_000_000).utf8)
        #expect(client.offer(flood) < flood.count * 2 / 3)
        echo.server.post(.answer, to: 0)
        #expect(try client.readAnswer()?.text == "GET /later ")
        #expect(try client.readAnswer()?.text == "GET /more ")
    }

    @Test func `a connection that sends much is handled in turns with the others`() throws {
        let echo = try EchoServer { $0.eventsPerTurnMax = 10 }
        defer { echo.server.drain() }
        let flooder = try echo.openSocket(), other = try echo.openSocket()
        let count = 50_000
        try flooder.send((0..<count).flatMap { ClientFrame.text("\($0)") })
        try other.send(ClientFrame.text("me"))
        #expect(try other.readText() == "me")
        for number in 0..<count { #expect(try flooder.readText() == "\(number)") }
        // Ten of the flood, and then the other's one; not all of the flood first.
        let notes = echo.probe.wait(for: .received("\(count - 1)"))
        let turn = try #require(notes.firstIndex(of: .received("me")))
        #expect(turn < count)
    }

    @Test func `a body that trickles is not waited for`() throws {
        let echo = try EchoServer { limits in
            limits.httpBodyGraceMilliseconds = 1_000
            limits.bodyBytesPerSecondMin = 1_000
        }
        defer { echo.server.drain() }
        let client = try echo.connect()
        try client.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nabc")
        #expect(try client.readAnswer()?.status == 408)
    }

    @Test func `who takes nothing of an answer is let go when its time is over, and not when the head's is`() throws {
        let echo = try EchoServer { limits in
            limits.stalledMillisecondsMax = 1_000
            limits.httpHeadMillisecondsMax = 600_000
            limits.httpIdleMillisecondsMax = 600_000
        }
        defer { echo.server.drain() }
        let client = try echo.connect(receiveBufferBytes: 4_096)
        _ = client.offer(Array(String(repeating: get("/more"), count: 200_000).utf8))
        // The server has cut it off: nothing can be sent any more.
        #expect(throws: TCPClient.Failure.self) {
            for _ in 0..<200 {
                try client.send(get("/more"))
                usleep(50_000)
            }
        }
    }
}
