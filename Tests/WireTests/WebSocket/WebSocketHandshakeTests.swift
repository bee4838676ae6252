import Testing
import Wire

@Suite("WebSocket handshake") struct WebSocketHandshakeTests {
    /// RFC 6455 section 1.2's request, with fields replaced or, when `nil`, left out.
    static func head(
        _ changes: [String: String?] = [:], line: String = "GET /chat HTTP/1.1", adding more: String = ""
    ) throws -> HTTPRequestHead {
        let fields: [(String, String)] = [
            ("Host", "server.example.com"), ("Upgrade", "websocket"), ("Connection", "Upgrade"),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="), ("Origin", "http://example.com"),
            ("Sec-WebSocket-Protocol", "chat.v1, superchat"), ("Sec-WebSocket-Version", "13"),
        ]
        var text = line + "\r\n"
        for (name, value) in fields {
            if let value = changes[name, default: value] { text += "\(name): \(value)\r\n" }
        }
        return try #require(RequestTrace(of: Array(text + more + "\r\n")).heads.first)
    }

    static func refusal(_ head: HTTPRequestHead) -> WebSocketHandshake.Refusal? {
        switch WebSocketHandshake.accept(head, subprotocols: ["chat.v1"]) {
        case .success: nil
        case .failure(let refusal): refusal
        }
    }

    @Test func `accepts the RFC's example`() throws {
        #expect(WebSocketHandshake.acceptKey(for: "dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        let head = try Self.head()
        #expect(WebSocketHandshake.isUpgrade(head))
        let accepted = try WebSocketHandshake.accept(head, subprotocols: ["chat.v1"]).get()
        #expect(accepted.subprotocol == "chat.v1")
        let bytes = try HTTPResponseWriter.encode(accepted.response, to: .get, keepsAlive: true, date: "")
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: chat.v1\r\n\r\n")
    }

    @Test(
        arguments: [
            ([:], "chat.v1"), (["Sec-WebSocket-Protocol": nil], nil), (["Sec-WebSocket-Protocol": "Chat.V1"], nil),
            (["Sec-WebSocket-Protocol": "x,,chat.v1"], "chat.v1"),
            (["Sec-WebSocket-Protocol": "é, chat.v1"], "chat.v1"),
            (["Sec-WebSocket-Protocol": "b" + String(repeating: " ", count: 12_000) + "x"], nil),
            (["Connection": "keep-alive, Upgrade"], "chat.v1"), (["Upgrade": "WebSocket"], "chat.v1"),
        ] as [([String: String?], String?)])
    func `agrees on a subprotocol when one is offered`(changes: [String: String?], subprotocol: String?) throws {
        let accepted = try WebSocketHandshake.accept(Self.head(changes), subprotocols: ["chat.v1"]).get()
        #expect(accepted.subprotocol == subprotocol)
        #expect(accepted.response.headers["sec-websocket-protocol"] == subprotocol)
    }

    @Test(arguments: [
        "permessage-deflate; client_max_window_bits=99", "permessage-deflate; server_max_window_bits=7",
        "permessage-deflate; server_no_context_takeover; server_no_context_takeover", "constructor", "__proto__",
    ]) func `declines every extension`(offer: String) throws {
        let head = try Self.head(adding: "Sec-WebSocket-Extensions: \(offer)\r\n")
        let accepted = try WebSocketHandshake.accept(head, subprotocols: []).get()
        #expect(accepted.response.headers["sec-websocket-extensions"] == nil)
    }

    @Test(
        arguments: [
            ("no key", ["Sec-WebSocket-Key": nil], 400), ("a key of 3 bytes", ["Sec-WebSocket-Key": "YWJj"], 400),
            ("a key that is no Base64", ["Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=*"], 400),
            ("version 8", ["Sec-WebSocket-Version": "8"], 426), ("no version", ["Sec-WebSocket-Version": nil], 426),
            ("no Connection", ["Connection": nil], 426), ("another Connection", ["Connection": "close"], 426),
            ("another protocol", ["Upgrade": "h2c"], 426),
        ] as [(String, [String: String?], Int)])
    func `refuses what is no handshake`(name: String, changes: [String: String?], status: Int) throws {
        let refusal = try #require(Self.refusal(Self.head(changes)))
        #expect(refusal.status == status)
        #expect(refusal.headers["upgrade"] == (status == 426 ? "websocket" : nil))
        #expect(refusal.headers["sec-websocket-version"] == (status == 426 ? "13" : nil))
    }

    @Test(arguments: [
        ("POST /chat HTTP/1.1", ""), ("GET /chat HTTP/1.0", ""), ("GET /chat HTTP/1.1", "Content-Length: 5\r\n"),
        ("GET /chat HTTP/1.1", "Transfer-Encoding: chunked\r\n"),
        ("GET /chat HTTP/1.1", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"),
    ]) func `refuses other requests`(line: String, more: String) throws {
        #expect(try Self.refusal(Self.head(line: line, adding: more))?.status == 400)
    }

    @Test func `loses no frame that came with the handshake`() throws {
        var parser = HTTPRequestParser.forTests
        let request = "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
        (Array(request) + ClientFrame.text("hi")).withUnsafeBytes { parser.receive($0) }
        guard case .head = parser.nextEvent(), case .end = parser.nextEvent() else { throw UnexpectedEvent() }
        #expect(WebSocketTrace(of: parser.takeRemainder()).events == [.text(Array("hi"))])
    }
}
