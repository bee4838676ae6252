import Testing
import Wire

/// One row of bad frames: raw bytes, and the close code that is the answer to them.
struct HostileFrames: Sendable, CustomTestStringConvertible {
    var name: String
    var bytes: [UInt8]
    var code: CloseCode

    var testDescription: String { name }

    init(_ name: String, _ bytes: [UInt8], _ code: CloseCode = .protocolError) {
        self.name = name
        self.bytes = bytes
        self.code = code
    }

    static func text(_ name: String, _ payload: [UInt8]) -> HostileFrames {
        HostileFrames(name, ClientFrame.frame(0x81, payload), .invalidPayload)
    }

    static let headers: [HostileFrames] = [
        HostileFrames("unmasked frame", [0x81, 0x02, 0x68, 0x69]),
        HostileFrames("RSV1 without extension", ClientFrame.frame(0xC1, Array("hi"))),
        HostileFrames("RSV2", ClientFrame.frame(0xA1, Array("hi"))),
        HostileFrames("RSV3", ClientFrame.frame(0x91, Array("hi"))),
        HostileFrames("reserved opcode 3", ClientFrame.frame(0x83, Array("hi"))),
        HostileFrames("reserved opcode 0xB", ClientFrame.frame(0x8B, [])),
        HostileFrames("ping of 126 bytes", ClientFrame.frame(0x89, [UInt8](repeating: 0, count: 126))),
        HostileFrames("fragmented ping", ClientFrame.frame(0x09, Array("hi"))),
        HostileFrames("fragmented close", ClientFrame.frame(0x08, [])),
        HostileFrames("compressed ping", ClientFrame.frame(0xC9, [])),
        HostileFrames("continuation without a start", ClientFrame.frame(0x80, Array("hi"))),
        HostileFrames("text inside fragments", ClientFrame.frame(0x01, Array("a")) + ClientFrame.text("b")),
        HostileFrames("RSV1 on a continuation", ClientFrame.frame(0x01, Array("a")) + ClientFrame.frame(0xC0, [])),
        HostileFrames("length with its top bit set", ClientFrame.header(0x82, length: 1 << 63)),
        HostileFrames(
            "length of Int.max", ClientFrame.header(0x82, length: .max >> 1) + ClientFrame.key, .messageTooBig),
        HostileFrames(
            "one byte more than the bound", ClientFrame.header(0x82, length: 65_537) + ClientFrame.key, .messageTooBig),
        HostileFrames("5 in a 16-bit length", [0x82, 0xFE, 0, 5] + ClientFrame.key),
        HostileFrames("65535 in a 64-bit length", [0x82, 0xFF] + ClientFrame.bigEndian(65_535, 8) + ClientFrame.key),
        HostileFrames(
            "fragments that add up beyond the bound",
            ClientFrame.frame(0x02, [UInt8](repeating: 0, count: 60_000)) + ClientFrame.header(0x80, length: 5537)
                + ClientFrame.key, .messageTooBig),
        HostileFrames(
            "200,000 fragments of a byte", ClientFrame.frame(0x02, [0]) + repeated(ClientFrame.frame(0x00, [0])),
            // They are too much to read before they are too many.
            .messageTooBig),
        HostileFrames(
            "200,000 empty fragments", ClientFrame.frame(0x02, []) + repeated(ClientFrame.frame(0x00, [])),
            .policyViolation),
    ]

    static let payloads: [HostileFrames] = [
        text("byte FF", Array("a") + [0xFF]),
        text("overlong slash", [0xC0, 0xAF]),
        text("overlong of three bytes", [0xE0, 0x80, 0x80]),
        text("surrogate", [0xED, 0xA0, 0x80]),
        text("beyond U+10FFFF", [0xF4, 0x90, 0x80, 0x80]),
        text("lone continuation", [0x80]),
        text("character that is cut at the end", Array("a") + [0xE2, 0x82]),
        HostileFrames("bad UTF-8 in the first fragment", ClientFrame.frame(0x01, [0xFF]), .invalidPayload),
        HostileFrames(
            "bad UTF-8 in a frame that never ends", ClientFrame.header(0x81, length: 100) + [0, 0, 0, 0, 0xC0],
            .invalidPayload),
        HostileFrames(
            "character cut by the last fragment",
            ClientFrame.frame(0x01, [0xE2]) + ClientFrame.frame(0x80, [0x82]), .invalidPayload),
        HostileFrames("close with one byte", ClientFrame.frame(0x88, [0x03])),
        HostileFrames("close 0", ClientFrame.close(0)),
        HostileFrames("close 999", ClientFrame.close(999)),
        HostileFrames("close 1004", ClientFrame.close(1004)),
        HostileFrames("close 1005", ClientFrame.close(1005)),
        HostileFrames("close 1006", ClientFrame.close(1006)),
        HostileFrames("close 1015", ClientFrame.close(1015)),
        HostileFrames("close 2999", ClientFrame.close(2999)),
        HostileFrames("close 5000", ClientFrame.close(5000)),
        HostileFrames("close reason that is no UTF-8", ClientFrame.close(1000, [0xC0, 0xAF]), .invalidPayload),
    ]

    private static func repeated(_ frame: [UInt8]) -> [UInt8] {
        Array(repeatElement(frame, count: 200_000).joined())
    }
}
