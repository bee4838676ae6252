import Base
import Testing

@testable import Wire

@Suite("WebSocket frames") struct WebSocketFrameTests {
    @Test func `writes the examples of the RFC`() {
        // RFC 6455 section 5.7.
        #expect(WebSocketFrame.text(Array("Hello")) == [0x81, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F])
        #expect(WebSocketFrame.ping(Array("Hello")) == [0x89, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F])
        #expect(WebSocketFrame.header(opcode: .binary, length: 256) == [0x82, 0x7E, 0x01, 0x00])
        #expect(WebSocketFrame.header(opcode: .binary, length: 65_536) == [0x82, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0])
    }

    @Test(
        arguments: [
            (0, [0x82, 0]), (125, [0x82, 125]), (126, [0x82, 126, 0, 126]), (65_535, [0x82, 126, 0xFF, 0xFF]),
        ] as [(Int, [UInt8])]) func `writes the shortest length`(length: Int, header: [UInt8])
    {
        let payload = [UInt8](repeating: 7, count: length)
        #expect(WebSocketFrame.binary(payload) == header + payload)
    }

    @Test func `adds a text frame behind others`() {
        var bytes: [UInt8] = [1, 2]
        WebSocketFrame.appendText(Array("hi"), to: &bytes)
        #expect(bytes == [1, 2, 0x81, 2, 0x68, 0x69])
    }

    @Test func `cuts a reason at the end of a character`() {
        let reason = String(repeating: "é", count: 61) + "😀"
        let frame = WebSocketFrame.close(.normal, reason: reason)
        #expect(frame == [0x88, 124, 0x03, 0xE8] + Array(String(repeating: "é", count: 61)))
        #expect(WebSocketFrame.close(.normal, reason: String(repeating: "x", count: 200)).count == 127)
        #expect(WebSocketFrame.close(nil) == [0x88, 0])
    }

    @Test func `sends the codes that may be sent`() {
        let valid = (UInt16.min ... .max).filter { CloseCode(rawValue: $0).isValidOnTheWire }
        #expect(valid == Array(1000...1003) + Array(1007...1014) + Array(3000...4999))
    }

    @Test(arguments: [0, 1, 125, 126, 65_535, 65_536, 1 << 40])
    func `reads back the headers that clients write`(length: UInt64) {
        let bytes = ClientFrame.header(0x82, length: length) + [0x11, 0x22, 0x33, 0x44]
        let header = WebSocketFrameHeader(
            isFinal: true, opcode: .binary, payloadByteCount: Int(length), maskingKey: 0x4433_2211,
            byteCount: bytes.count)
        #expect(WebSocketFrameHeader.decode(bytes.span) == .header(header))
        for count in 0..<bytes.count {
            #expect(WebSocketFrameHeader.decode(Array(bytes[..<count]).span) == .incomplete)
        }
    }

    @Test(arguments: 0..<200) func `unmasks any stretch of a payload`(seed: UInt64) {
        var chance = RandomSource(seed: seed)
        let payload = chance.bytes(Int.random(in: 0...200, using: &chance))
        let offset = Int.random(in: 0...20, using: &chance)
        let key = chance.bytes(4)
        let word = UInt32(key[0]) | UInt32(key[1]) << 8 | UInt32(key[2]) << 16 | UInt32(key[3]) << 24
        var masked = payload
        masked.withUnsafeMutableBytes { WebSocketMask.apply(word, offset: offset, to: $0) }
        #expect(masked == payload.indices.map { payload[$0] ^ key[($0 + offset) % 4] })
    }
}
