import Base
import TestClient
import Testing

@Suite("Garbage") struct GarbageTests {
    /// Somebody who was there before, and must not notice anything.
    private func expectUnharmed(_ socket: ChatSocket) throws { #expect(try socket.ask("ping")["type"] == "pong") }

    private static let noise: [(name: String, bytes: [UInt8])] = {
        var random = RandomSource(seed: 7)
        var all = (1...10).map { (name: "noise \($0)", bytes: random.bytes($0 * 400)) }
        // A ClientHello of TLS 1.3, as far as a server that does not speak it has to look.
        all.append(("tls", [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03] + random.bytes(501)))
        all.append(
            ("header", Array("GET / HTTP/1.1\r\nHost: a\r\nX: ".utf8) + [UInt8](repeating: 0x61, count: 64 << 10)))
        all.append(("line", Array("GET /".utf8) + [UInt8](repeating: 0x61, count: 64 << 10)))
        all.append(("headers", Array(("GET / HTTP/1.1\r\n" + String(repeating: "a: b\r\n", count: 500)).utf8)))
        all.append(("http2", Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)))
        all.append(
            (
                "smuggled",
                Array("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
            ))
        return all
    }()

    @Test func `is answered with 4xx or 5xx or nothing, and the connection ends`() throws {
        let server = try RunningServer()
        let bystander = try Person("ann", on: server).socket()
        for (name, bytes) in Self.noise {
            let client = try TCPClient(port: server.port)
            // It may be refused before all of it is taken.
            _ = client.offer(bytes + Array("\r\n\r\n".utf8))
            client.finishSending()
            let answer = try client.readToEnd()
            let status = String(decoding: answer.dropFirst(9).prefix(3), as: UTF8.self)
            #expect(answer.isEmpty || ["400", "414", "431", "501", "505"].contains(status), "\(name): \(status)")
            try expectUnharmed(bystander)
        }
    }

    private static let frames: [(name: String, bytes: [UInt8], codes: [Int?])] = [
        ("2^63 bytes", ClientFrame.header(1, length: 1 << 63) + [1, 2, 3, 4], [1002, 1009]),
        ("2^63-1 bytes", ClientFrame.header(1, length: 1 << 63 - 1) + [1, 2, 3, 4], [1009]),
        ("2 MiB announced", ClientFrame.header(1, length: 2 << 20) + [1, 2, 3, 4], [1009]),
        (
            "200,000 fragments",
            ClientFrame.frame(1, [0x20], isFinal: false)
                + [[UInt8]](repeating: ClientFrame.frame(0, [0x20], isFinal: false), count: 200_000).flatMap { $0 },
            [1008, 1009, nil]
        ),
        (
            "200,000 empty fragments",
            ClientFrame.frame(1, [], isFinal: false)
                + [[UInt8]](repeating: ClientFrame.frame(0, [], isFinal: false), count: 200_000).flatMap { $0 },
            [1008, 1009, nil]
        ),
        ("binary", ClientFrame.frame(2, Array("{}".utf8)), [1003]),
        ("bad UTF-8", ClientFrame.frame(1, [0x7B, 0xFF, 0x7D]), [1007]),
        ("overlong", ClientFrame.frame(1, [0xC0, 0xAF]), [1007]),
        ("surrogate", ClientFrame.frame(1, [0xED, 0xA0, 0x80]), [1007]),
        ("cut character", ClientFrame.frame(1, [0xE2, 0x82]), [1007]),
        ("unmasked", [0x81, 0x02, 0x7B, 0x7D], [1002]), ("reserved bits", [0xF1, 0x80, 1, 2, 3, 4], [1002]),
        ("reserved opcode", ClientFrame.frame(3, []), [1002]),
        ("long ping", ClientFrame.header(9, length: 126) + [1, 2, 3, 4], [1002]),
        ("lone continuation", ClientFrame.frame(0, [0x20]), [1002]),
        ("no JSON", ClientFrame.text("hello"), [4000]), ("no object", ClientFrame.text("[]"), [4000]),
    ]

    @Test(arguments: [true, false]) func `in frames is closed with its code`(isIdentified: Bool) throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), bystander = try ann.socket()
        for (name, bytes, codes) in Self.frames {
            let socket = isIdentified ? try ann.socket() : try ChatSocket(on: server)
            _ = socket.client.offer(bytes)
            let code = try? socket.client.readCloseCode()
            #expect(codes.contains(code ?? nil), "\(name): \(String(describing: code))")
            try expectUnharmed(bystander)
        }
    }

    @Test func `that never stops takes no memory`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), bystander = try ann.socket()
        let before = try server.residentBytes()
        let client = try TCPClient(port: server.port, patienceSeconds: 1)
        let announced = "POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        let body = #"{"login":"ann","password":"wrong password"}"#
        try client.send(announced + "Content-Length: \(body.utf8.count)\r\n\r\n" + body)
        _ = client.offer([UInt8](repeating: 0x20, count: 64 << 20))
        try expectUnharmed(bystander)
        #expect(try server.residentBytes() - before < 24 << 20)
    }
}
