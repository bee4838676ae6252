import Base
import Reactor
import TestClient
import Testing

@testable import WSServer

@Suite("Server, speaking HTTP") struct ServerHTTPTests {
    private func get(_ path: String, _ fields: String = "") -> String {
        "GET \(path) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n"
    }

    @Test func `answers request after request on one connection`() throws {
        let echo = try EchoServer()
        defer { echo.server.drain() }
        let client = try echo.connect()
        for number in 0..<3 {
            try client.send(get("/\(number)"))
            let answer = try #require(try client.readAnswer())
            #expect(answer.status == 200)
            #expect(answer.text == "GET /\(number) ")
        }
    }

    @Test func `a client that stops sending is still answered everything that it asked`() throws {
        let echo = try EchoServer()
        defer { echo.server.drain() }
        let client = try echo.connect()
        try client.send(get("/a") + get("/b") + get("/c") + "GET /half HT")
        client.finishSending()
        for path in ["/a", "/b", "/c"] { #expect(try client.readAnswer()?.text == "GET \(path) ") }
        #expect(try client.readToEnd().isEmpty)
    }

    @Test func `ends the connection behind the answer when the client asks for it`() throws {
        let echo = try EchoServer()
        defer { echo.server.drain() }
        let client = try echo.connect()
        try client.send(get("/a", "Connection: close\r\n"))
        #expect(try client.readAnswer()?["connection"] == "close")
        #expect(try client.readToEnd().isEmpty)
    }

    @Test func `answers requests that were sent without waiting in their order`() throws {
        let echo = try EchoServer()
        defer { echo.server.drain() }
        let client = try echo.connect()
        // The first is answered later than the others could be.
        let others = (0..<100).map { "/\($0)" }
        try client.send(get("/later") + others.map { get($0) }.joined())
        #expect(!echo.probe.wait(for: .asked("/later")).isEmpty)
        echo.server.post(.answer, to: 0)
        for path in ["/later"] + others { #expect(try client.readAnswer()?.text == "GET \(path) ") }
    }

    @Test func `takes a body in chunks`() throws {
        let echo = try EchoServer()
        defer { echo.server.drain() }
        let client = try echo.connect()
        try client.send("POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
        try client.send("6\r\n there\r\n0\r\n\r\n")
        #expect(try client.readAnswer()?.text == "POST /c hello there")
    }

    @Test func `gives leave to send a body`() throws {
        let echo = try EchoServer()
        defer { echo.server.drain() }
        let client = try echo.connect()
        try client.send("POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
        #expect(try client.readAnswer()?.status == 100)
        try client.send("body")
        #expect(try client.readAnswer()?.text == "POST /e body")
    }

    @Test func `still answers a client that has finished sending`() throws {
        let echo = try EchoServer()
        defer { echo.server.drain() }
        for path in ["/now", "/later"] {
            let client = try echo.connect()
            try client.send(get(path))
            client.finishSending()
            #expect(!echo.probe.wait(for: .asked(path)).isEmpty)
            echo.server.post(.answer, to: 0)
            #expect(try client.readAnswer()?.text == "GET \(path) ")
            #expect(try client.readToEnd().isEmpty)
        }
    }

    @Test func `answers a violation, and then ends the connection`() throws {
        let echo = try EchoServer()
        defer { echo.server.drain() }
        let client = try echo.connect()
        try client.send("GET / HTTP/1.1\r\nHost: a\r\nBroken Field: x\r\n\r\n" + get("/never"))
        let answer = try #require(try client.readAnswer())
        #expect(answer.status == 400)
        #expect(answer["connection"] == "close")
        #expect(try client.readToEnd().isEmpty)
    }

    @Test func `answers 408 to a request that does not come to its end, and ends a silence`() throws {
        let echo = try EchoServer { limits in
            limits.httpHeadMillisecondsMax = 300
            limits.httpIdleMillisecondsMax = 300
        }
        defer { echo.server.drain() }
        let slow = try echo.connect(), silent = try echo.connect()
        try slow.send("GET / HTTP/1.1\r\nHost:")
        #expect(try slow.readAnswer()?.status == 408)
        #expect(try slow.readToEnd().isEmpty)
        #expect(try silent.readToEnd().isEmpty)
    }

    @Test func `shares connections out among its loops, and answers on each`() throws {
        let echo = try EchoServer(loops: 2)
        defer { echo.server.drain() }
        #expect(echo.server.workerCount == 2)
        for _ in 0..<20 {
            let client = try echo.connect()
            try client.send(get("/a"))
            #expect(try client.readAnswer()?.status == 200)
        }
    }
}
