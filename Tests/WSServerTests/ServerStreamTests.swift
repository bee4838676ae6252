import Base
import Reactor
import TestClient
import Testing

@testable import WSServer

@Suite("Server, answering without an end") struct ServerStreamTests {
    private func request(_ method: String = "GET", version: String = "1.1", _ fields: String = "") -> String {
        "\(method) /stream HTTP/\(version)\r\nHost: a\r\n\(fields)\r\n"
    }

    /// A stream that has begun.
    private func open(_ echo: EchoServer, version: String = "1.1") throws -> EventStreamReader {
        let reader = try EventStreamReader(over: try echo.connect(), request(version: version))
        #expect(!echo.probe.wait(for: .opened).isEmpty)
        return reader
    }

    @Test func `pieces come as they are sent, and the end is told`() throws {
        let echo = try EchoServer()
        defer { echo.server.drain() }
        let reader = try open(echo)
        #expect(reader.answer["transfer-encoding"] == "chunked")
        #expect(reader.answer["content-length"] == nil)
        for word in ["one", "two"] {
            echo.server.post(.tell("data: \(word)\n\n"), to: 0)
            #expect(try reader.next()?.data == word)
        }
        echo.server.post(.end("data: bye\n\n", isAtOnce: false), to: 0)
        #expect(try reader.next()?.data == "bye")
        #expect(try reader.next() == nil)
        #expect(reader.isWhole)
        #expect(try reader.client.readToEnd().isEmpty)
        #expect(!echo.probe.wait(for: .closed).isEmpty)
    }

    @Test func `who speaks HTTP 1_0 is sent no chunks, and the connection's end is the end`() throws {
        let echo = try EchoServer()
        defer { echo.server.drain() }
        let reader = try open(echo, version: "1.0")
        #expect(reader.answer["transfer-encoding"] == nil)
        #expect(reader.answer["content-length"] == nil)
        #expect(reader.answer["connection"] == "close")
        echo.server.post(.tell("data: one\n\n"), to: 0)
        #expect(try reader.next()?.data == "one")
        echo.server.post(.end("data: bye\n\n", isAtOnce: false), to: 0)
        #expect(try reader.next()?.data == "bye")
        #expect(try reader.next() == nil)
    }

    @Test func `HEAD has the head alone, and the connection goes on`() throws {
        let echo = try EchoServer()
        defer { echo.server.drain() }
        let client = try echo.connect()
        try client.send(request("HEAD") + "GET /next HTTP/1.1\r\nHost: a\r\n\r\n")
        let head = try #require(try client.readAnswer(isForHead: true))
        #expect(head.status == 200)
        #expect(head["transfer-encoding"] == "chunked")
        #expect(try client.readAnswer()?.text == "GET /next ")
    }

    @Test func `what comes behind the request is not answered, and disturbs nothing`() throws {
        let echo = try EchoServer()
        defer { echo.server.drain() }
        let next = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n"
        let reader = try EventStreamReader(over: try echo.connect(), request() + next)
        _ = echo.probe.wait(for: .opened)
        // Much more than is read from anybody in a turn.
        _ = reader.client.offer(Array(String(repeating: next, count: 10_000).utf8))
        echo.server.post(.tell("data: one\n\n"), to: 0)
        #expect(try reader.next()?.data == "one")
        echo.server.post(.end("data: bye\n\n", isAtOnce: false), to: 0)
        #expect(try reader.next()?.data == "bye")
        #expect(try reader.next() == nil)
        #expect(try reader.client.readToEnd().isEmpty)
        #expect(!echo.probe.wait(for: .closed).contains(.asked("/next")))
    }

    @Test func `a client that stops sending goes on hearing, and the handler knows of it`() throws {
        let echo = try EchoServer()
        defer { echo.server.drain() }
        let reader = try open(echo)
        reader.client.finishSending()
        #expect(!echo.probe.wait(for: .silent).isEmpty)
        for word in ["one", "two"] {
            echo.server.post(.tell("data: \(word)\n\n"), to: 0)
            #expect(try reader.next()?.data == word)
        }
    }

    @Test func `a client that is gone is found out when it is sent something`() throws {
        let echo = try EchoServer()
        defer { echo.server.drain() }
        var reader: EventStreamReader? = try open(echo)
        withExtendedLifetime(reader) {}
        reader = nil
        #expect(!echo.probe.wait(for: .silent).isEmpty)
        // The first brings the answer that nobody is there, and what comes behind it fails.
        echo.server.post(.tell("data: one\n\n"), to: 0)
        #expect(!echo.probe.wait(for: .closed).isEmpty)
    }

    @Test func `an end at once leaves out what has not begun to leave`() throws {
        let echo = try EchoServer()
        defer { echo.server.drain() }
        let client = try echo.connect(receiveBufferBytes: 4_096)
        let reader = try EventStreamReader(over: client, request())
        _ = echo.probe.wait(for: .opened)
        let word = String(repeating: "x", count: 100_000)
        for _ in 0..<200 { echo.server.post(.tell("data: \(word)\n\n"), to: 0) }
        echo.server.post(.end("event: close\ndata: bye\n\n", isAtOnce: true), to: 0)
        var events: [EventStreamReader.Event] = []
        while let event = try reader.next() { events.append(event) }
        #expect(events.last?.data == "bye")
        #expect(events.dropLast().allSatisfy { $0.data == word })
        #expect(events.count < 150)
        #expect(reader.isWhole)
    }

    @Test func `a stop waits until streams have ended`() throws {
        let echo = try EchoServer()
        let reader = try open(echo)
        echo.server.drain()
        #expect(try reader.next() == nil)
        #expect(reader.isWhole)
    }
}
