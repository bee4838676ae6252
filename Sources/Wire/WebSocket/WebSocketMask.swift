/// The mask over a client's payload (RFC 6455 section 5.3). Masking and unmasking are the same.
enum WebSocketMask {
    /// Applies `key`, whose lowest bits belong to the first byte of the frame's payload, to bytes that begin `offset`
    /// bytes into that payload. Goes by 32 bytes at a time: clients choose the bytes, so this must not be where time
    /// goes.
    static func apply(_ key: UInt32, offset: Int, to bytes: UnsafeMutableRawBufferPointer) {
        let shift = UInt32(truncatingIfNeeded: offset & 3) * 8
        let turned = shift == 0 ? key : key >> shift | key << (32 - shift)
        // In memory the first byte comes first, whatever the machine's byte order.
        let words = SIMD8<UInt32>(repeating: turned.littleEndian)
        var index = 0
        while bytes.count - index >= 32 {
            let masked = bytes.loadUnaligned(fromByteOffset: index, as: SIMD8<UInt32>.self)
            bytes.storeBytes(of: masked ^ words, toByteOffset: index, as: SIMD8<UInt32>.self)
            index += 32
        }
        while index < bytes.count {
            bytes[index] ^= UInt8(truncatingIfNeeded: turned >> (UInt32(truncatingIfNeeded: index & 3) * 8))
            index += 1
        }
    }
}
