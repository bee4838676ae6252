/// Writes the frames that a server sends: whole, final and unmasked (RFC 6455 section 5.1).
public enum WebSocketFrame {
    /// Bytes of a control frame's payload (RFC 6455 section 5.5).
    public static let controlPayloadBytesMax = 125

    public static func text(_ payload: [UInt8]) -> [UInt8] { frame(.text, payload) }

    public static func binary(_ payload: [UInt8]) -> [UInt8] { frame(.binary, payload) }

    /// A text or binary message in one frame.
    /// - Parameter isCompressed: `payload` is what a `Deflater` made of the message.
    public static func message(
        _ opcode: WebSocketOpcode, _ payload: [UInt8], isCompressed: Bool = false
    ) -> [UInt8] {
        precondition(!opcode.isControl, "control frames are not compressed")
        // RFC 7692 section 6.1: the first reserved bit says that the message is compressed.
        var bytes = frame(opcode, payload)
        if isCompressed { bytes[0] |= 0x40 }
        return bytes
    }

    /// At most 125 bytes.
    public static func ping(_ payload: [UInt8] = []) -> [UInt8] { frame(.ping, payload) }

    /// At most 125 bytes.
    public static func pong(_ payload: [UInt8]) -> [UInt8] { frame(.pong, payload) }

    /// A close frame; without a code it is empty (RFC 6455 section 5.5.1). A code that may not be sent is the
    /// programmer's error.
    /// - Parameter reason: cut to 123 bytes of UTF-8 at the end of a character.
    public static func close(_ code: CloseCode?, reason: String = "") -> [UInt8] {
        guard let code else { return frame(.close, []) }
        precondition(code.isValidOnTheWire, "close code \(code.rawValue) may not be sent")
        var payload = [UInt8(truncatingIfNeeded: code.rawValue >> 8), UInt8(truncatingIfNeeded: code.rawValue)]
        for character in reason {
            guard payload.count + character.utf8.count <= controlPayloadBytesMax else { break }
            payload.append(contentsOf: character.utf8)
        }
        return frame(.close, payload)
    }

    /// The header of a final, unmasked frame with `length` bytes behind it.
    public static func header(opcode: WebSocketOpcode, length: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        appendHeader(opcode, length: length, to: &bytes)
        return bytes
    }

    /// A text frame behind what is there already.
    public static func appendText(_ payload: [UInt8], to bytes: inout [UInt8]) {
        appendHeader(.text, length: payload.count, to: &bytes)
        bytes.append(contentsOf: payload)
    }

    private static func frame(_ opcode: WebSocketOpcode, _ payload: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(payload.count + 10)
        appendHeader(opcode, length: payload.count, to: &bytes)
        bytes.append(contentsOf: payload)
        return bytes
    }

    /// The shortest form of the length is the only one allowed (RFC 6455 section 5.2).
    private static func appendHeader(_ opcode: WebSocketOpcode, length: Int, to bytes: inout [UInt8]) {
        precondition(!opcode.isControl || length <= controlPayloadBytesMax, "a control frame is too long")
        bytes.append(0x80 | opcode.rawValue)
        switch length {
        case ...125:
            bytes.append(UInt8(length))
        case ...0xFFFF:
            bytes.append(126)
            appendBigEndian(length, byteCount: 2, to: &bytes)
        default:
            bytes.append(127)
            appendBigEndian(length, byteCount: 8, to: &bytes)
        }
    }

    private static func appendBigEndian(_ number: Int, byteCount: Int, to bytes: inout [UInt8]) {
        for shift in stride(from: (byteCount - 1) * 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }
}
