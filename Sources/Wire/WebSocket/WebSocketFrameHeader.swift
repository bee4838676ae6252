/// The header of a frame from a client (RFC 6455 section 5.2).
struct WebSocketFrameHeader: Sendable, Equatable {
    enum Outcome: Sendable, Equatable {
        case incomplete
        case header(WebSocketFrameHeader)
        case violation(WebSocketViolation)
    }

    var isFinal: Bool
    /// Begins a message that is compressed (RFC 7692 section 6.1).
    var isCompressed = false
    var opcode: WebSocketOpcode
    /// Below 2^63.
    var payloadByteCount: Int
    /// The first byte of the mask in the lowest bits.
    var maskingKey: UInt32
    /// Bytes of the header itself.
    var byteCount: Int

    /// Reads the header that `bytes` begin with. What is wrong is said as soon as the bytes that show it are there.
    /// - Parameter allowsCompression: `permessage-deflate` was agreed on.
    static func decode(_ bytes: Span<UInt8>, allowsCompression: Bool = false) -> Outcome {
        do throws(WebSocketViolation) {
            guard bytes.count >= 1 else { return .incomplete }
            // RFC 6455 section 5.2: reserved bits are 0 unless an extension was agreed on that gives them a meaning.
            let isCompressed = bytes[0] & 0x40 != 0
            guard bytes[0] & 0x30 == 0, allowsCompression || !isCompressed else {
                throw .init(.protocolError, "a reserved bit is set")
            }
            guard let opcode = WebSocketOpcode(rawValue: bytes[0] & 0x0F) else {
                throw .init(.protocolError, "the opcode is reserved")
            }
            // RFC 7692 section 6.1: said once for a message, in its first frame; control frames are never compressed.
            guard !isCompressed || opcode == .text || opcode == .binary else {
                throw .init(.protocolError, "a frame is marked as compressed that begins no message")
            }
            let isFinal = bytes[0] & 0x80 != 0
            // RFC 6455 section 5.5: control frames are not fragmented.
            guard isFinal || !opcode.isControl else { throw .init(.protocolError, "a control frame is fragmented") }
            guard bytes.count >= 2 else { return .incomplete }
            // RFC 6455 section 5.1: a client masks every frame.
            guard bytes[1] & 0x80 != 0 else { throw .init(.protocolError, "a frame is not masked") }
            let shortLength = bytes[1] & 0x7F
            guard shortLength <= 125 || !opcode.isControl else {
                throw .init(.protocolError, "a control frame is longer than 125 bytes")
            }
            let lengthByteCount = shortLength == 126 ? 2 : shortLength == 127 ? 8 : 0
            guard bytes.count >= 2 + lengthByteCount else { return .incomplete }
            let length =
                lengthByteCount == 0 ? Int(shortLength) : try longLength(bytes.extracting(2..<2 + lengthByteCount))
            let byteCount = 2 + lengthByteCount + 4
            guard bytes.count >= byteCount else { return .incomplete }
            var key: UInt32 = 0
            for offset in 1...4 { key = key << 8 | UInt32(bytes[byteCount - offset]) }
            return .header(
                .init(
                    isFinal: isFinal, isCompressed: isCompressed, opcode: opcode, payloadByteCount: length,
                    maskingKey: key, byteCount: byteCount))
        } catch {
            return .violation(error)
        }
    }

    /// An extended length, big-endian (RFC 6455 section 5.2: the top bit of a long one is 0, the shortest form a must).
    private static func longLength(_ bytes: Span<UInt8>) throws(WebSocketViolation) -> Int {
        var length: UInt64 = 0
        for index in bytes.indices { length = length << 8 | UInt64(bytes[index]) }
        guard length >= (bytes.count == 2 ? 126 : 0x1_0000) else {
            throw .init(.protocolError, "a length is not in its shortest form")
        }
        guard let number = Int(exactly: length) else { throw .init(.protocolError, "a length has its top bit set") }
        return number
    }
}
