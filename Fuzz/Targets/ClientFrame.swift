/// Frames as a client sends them, masked (RFC 6455 section 5.3).
enum ClientFrame {
    /// One whole frame; `first` is FIN, the reserved bits and the opcode.
    static func frame(_ first: UInt8, _ payload: [UInt8]) -> [UInt8] {
        let key: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]
        let length: [UInt8] =
            switch payload.count {
            case ...125: [0x80 | UInt8(payload.count)]
            default: [0x80 | 126, UInt8(payload.count >> 8 & 0xFF), UInt8(payload.count & 0xFF)]
            }
        return [first] + length + key + payload.indices.map { payload[$0] ^ key[$0 % 4] }
    }
}
