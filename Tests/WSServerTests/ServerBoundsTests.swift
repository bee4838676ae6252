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
}
