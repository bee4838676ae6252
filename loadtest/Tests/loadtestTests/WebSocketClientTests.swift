import Testing

@testable import loadtest

struct WebSocketClientTests {
    @Test func `SHA-1 gives the digests of FIPS 180-4`() {
        func hex(_ text: String) -> String {
            SHA1.digest(Array(text.utf8)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
        #expect(hex("abc") == "a9993e364706816aba3e25717850c26c9cd0d89d")
        #expect(hex("") == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
        #expect(
            hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
                == "84983e441c3bd26ebaae4aa1f95129e5e54670f1")
    }

    @Test func `expects the answer of RFC 6455, section 1-3`() {
        #expect(Handshake(key: "dGhlIHNhbXBsZSBub25jZQ==").expectedAccept == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    }

    @Test func `refuses an answer with another key's accept`() {
        let head = """
            HTTP/1.1 101 Switching Protocols\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Protocol: chat.v1\r
            Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
            """
        #expect(throws: Never.self) { try Handshake(key: "dGhlIHNhbXBsZSBub25jZQ==").check(head) }
        #expect(throws: ProtocolFault.self) { try Handshake(key: "AGhlIHNhbXBsZSBub25jZQ==").check(head) }
        #expect(throws: ProtocolFault.self) { try Handshake(key: "any").check("HTTP/1.1 426 Upgrade Required") }
    }

    /// What the client makes of the bytes when they come in pieces of that size, the rest carried as the fleet does.
    private func read(_ bytes: [UInt8], with client: inout WebSocketClient, cutEvery size: Int) throws -> [String] {
        var read: [String] = []
        var waiting: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            waiting += bytes[start..<min(start + size, bytes.count)]
            var position = 0
            while let incoming = try client.next(in: waiting.span, from: &position) {
                switch incoming {
                case .opened: read.append("opened")
                case .text(let range): read.append(String(decoding: waiting[range], as: UTF8.self))
                case .joinedText: read.append("joined " + String(decoding: client.joined, as: UTF8.self))
                case .closed(let code): read.append("closed \(code)")
                }
            }
            waiting.removeFirst(position)
        }
        return read
    }

    @Test(arguments: [1, 2, 3, 7, 50, 1_000])
    func `understands the same bytes however they were cut`(size: Int) throws {
        var twin = Chance(seed: 3)
        let handshake = Handshake(seed: (twin.next(), twin.next()))
        var client = WebSocketClient(host: "127.0.0.1", chance: Chance(seed: 3))
        #expect(client.outgoing == handshake.request(host: "127.0.0.1"))
        client.outgoing.removeAll()

        let answer =
            "HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\nConnection: upgrade\r\n"
            + "Sec-WebSocket-Accept: \(handshake.expectedAccept)\r\nSec-WebSocket-Protocol: chat.v1\r\n\r\n"
        var stream = Array(answer.utf8)
        stream += FrameTests.fromServer(Array("one".utf8))
        stream += FrameTests.fromServer(Array("t".utf8), isFinal: false)
        stream += FrameTests.fromServer([7, 8], opcode: 9)
        stream += FrameTests.fromServer(Array("w".utf8), opcode: 0, isFinal: false)
        stream += FrameTests.fromServer(Array("o".utf8), opcode: 0)
        stream += FrameTests.fromServer([UInt8](repeating: UInt8(ascii: "x"), count: 300))
        stream += FrameTests.fromServer([0x10, 0x68], opcode: 8)

        let x300 = String(repeating: "x", count: 300)
        let incoming = try read(stream, with: &client, cutEvery: size)
        #expect(incoming == ["opened", "one", "joined two", x300, "closed 4200"])
        #expect(client.outgoing.first == 0x8A, "a pong answers the ping")
        #expect(client.outgoing.count == 2 + 4 + 2 + 2 + 4 + 2, "and a close the close")
    }

    @Test func `random bytes never trap`() {
        var chance = Chance(seed: 11)
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 0...40, using: &chance)).map { _ in
                UInt8.random(in: 0...255, using: &chance)
            }
            var position = 0
            while position < bytes.count,
                let head = try? Frame.read(bytes.span, from: position, payloadBytesMax: 100)
            {
                position = head.payload.upperBound
            }
            _ = Envelope(bytes.span, in: 0..<bytes.count)
        }
    }
}
