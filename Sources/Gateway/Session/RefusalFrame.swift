internal import Base
internal import Channels
internal import Wire

/// Writes refusals as `overloaded`: the frame of `Envelope.refusal`, of which only two numbers differ from one to the
/// next. A flood is answered by as many, so that each must cost next to nothing: its memory is used again, and nothing
/// is encoded but the numbers.
struct RefusalFrame {
    private var bytes: [UInt8] = []
    private let message: [UInt8]

    init() {
        let rejection = Rejection.overloaded
        let error = JSONWriter.object { json in
            json.member("code", rejection.code.rawValue)
            json.member("message", rejection.message)
            json.member("temporary", rejection.isTemporary)
        }
        message = Array(#","ok":false,"error":"#.utf8) + error.dropLast() + Array(#","retry_after_ms":"#.utf8)
    }

    /// The frame, with a header of four bytes: what is said is longer than 125 bytes and shorter than 64 KiB.
    mutating func frame(to id: CommandID, retryAfterMilliseconds: Int) -> [UInt8] {
        guard case .integer(let number) = id, number >= 0, retryAfterMilliseconds >= 0 else {
            let rejection = Rejection.overloaded(retryAfterMilliseconds: retryAfterMilliseconds)
            return WebSocketFrame.text(Envelope.refusal(to: id, rejection))
        }
        bytes.removeAll(keepingCapacity: true)
        bytes.append(contentsOf: Self.opening)
        bytes.append(decimal: UInt64(number))
        bytes.append(contentsOf: message)
        bytes.append(decimal: UInt64(retryAfterMilliseconds))
        bytes.append(UInt8(ascii: "}"))
        bytes.append(UInt8(ascii: "}"))
        let length = bytes.count - 4
        bytes[2] = UInt8(length >> 8)
        bytes[3] = UInt8(length & 0xFF)
        return bytes
    }

    /// A final text frame whose length stands in two bytes (RFC 6455 section 5.2), and how its text begins.
    private static let opening: [UInt8] = [0x81, 126, 0, 0] + Array(#"{"id":"#.utf8)
}
