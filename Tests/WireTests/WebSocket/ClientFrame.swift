/// Frames as a client sends them: masked (RFC 6455 section 5.3). Written apart from the module under test, so that a
/// fault cannot hide on both sides.
enum ClientFrame {
    static let key: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]

    /// `first` is the first byte: FIN 0x80, reserved bits 0x70, opcode.
    static func frame(_ first: UInt8, _ payload: [UInt8], key: [UInt8] = key) -> [UInt8] {
        header(first, length: UInt64(payload.count)) + key + payload.indices.map { payload[$0] ^ key[$0 % 4] }
    }

    /// A header that announces `length` bytes, up to the masking key.
    static func header(_ first: UInt8, length: UInt64) -> [UInt8] {
        switch length {
        case ...125: [first, 0x80 | UInt8(length)]
        case ...0xFFFF: [first, 0x80 | 126] + bigEndian(length, 2)
        default: [first, 0x80 | 127] + bigEndian(length, 8)
        }
    }

    static func text(_ text: String) -> [UInt8] { frame(0x81, Array(text)) }

    static func close(_ code: UInt16, _ reason: [UInt8] = []) -> [UInt8] {
        frame(0x88, bigEndian(UInt64(code), 2) + reason)
    }

    static func bigEndian(_ number: UInt64, _ byteCount: Int) -> [UInt8] {
        (0..<byteCount).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }
}
