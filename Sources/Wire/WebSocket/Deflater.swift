internal import CZlib

/// Compresses messages for one peer, or without context for many (RFC 7692 section 7.2.1). A value: copies go on apart
/// from each other. Holds a quarter of a megabyte.
public struct Deflater: Sendable {
    private var stream: Stream

    /// - Parameters:
    ///   - windowBits: 9 ... 15: how far it refers back; the peer must have agreed to as much.
    ///   - keepsContext: messages refer to those before them. Then the peer must get every message that comes out.
    public init(windowBits: UInt8 = DeflateAgreement.windowBitsMax, keepsContext: Bool = false) {
        precondition((9...DeflateAgreement.windowBitsMax).contains(windowBits), "zlib cannot write such a window")
        stream = Stream(windowBits: windowBits, keepsContext: keepsContext)
    }

    /// The payload of a compressed message; `nil` when it would not be shorter than the message itself.
    public mutating func deflate(_ message: [UInt8]) -> [UInt8]? {
        if !isKnownUniquelyReferenced(&stream) { stream = Stream(copying: stream) }
        return stream.deflate(message)
    }
}

extension Deflater {
    /// zlib's state. Sendable without the compiler's proof because nothing changes it but a `Deflater` that holds the
    /// only reference to it, as an array does with its storage.
    private final class Stream: @unchecked Sendable {
        /// Has its own place in memory: zlib's state points back to it.
        private let z: UnsafeMutablePointer<z_stream>
        private let keepsContext: Bool

        /// Messages are small and many: what the higher levels save of them is little, and costs several times as much.
        private static let level: CInt = 1
        /// zlib's default.
        private static let memoryLevel: CInt = 8

        init(windowBits: UInt8, keepsContext: Bool) {
            self.keepsContext = keepsContext
            z = .allocate(capacity: 1)
            z.initialize(to: z_stream())
            // Negative: DEFLATE alone, without zlib's header.
            let status = deflateInit2_(
                z, Self.level, Z_DEFLATED, -CInt(windowBits), Self.memoryLevel, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                CInt(MemoryLayout<z_stream>.size))
            precondition(status == Z_OK, "zlib has no memory")
        }

        init(copying other: Stream) {
            keepsContext = other.keepsContext
            z = .allocate(capacity: 1)
            z.initialize(to: z_stream())
            precondition(deflateCopy(z, other.z) == Z_OK, "zlib has no memory")
        }

        deinit {
            deflateEnd(z)
            z.deallocate()
        }

        func deflate(_ message: [UInt8]) -> [UInt8]? {
            // What needs as much room as the message is not worth having.
            guard !message.isEmpty, message.count <= Int(CInt.max) else { return nil }
            var isWhole = false
            var payload = [UInt8](unsafeUninitializedCapacity: message.count) { room, count in
                message.withUnsafeBufferPointer { message in
                    // zlib does not change what it reads, whatever its types say.
                    z.pointee.next_in = UnsafeMutablePointer(mutating: message.baseAddress)
                    z.pointee.avail_in = UInt32(message.count)
                    z.pointee.next_out = room.baseAddress
                    z.pointee.avail_out = UInt32(room.count)
                    let status = CZlib.deflate(z, Z_SYNC_FLUSH)
                    isWhole = status == Z_OK && z.pointee.avail_in == 0 && z.pointee.avail_out > 0
                    count = room.count - Int(z.pointee.avail_out)
                }
            }
            // RFC 7692 section 7.2.1: a flush ends with these four bytes, which the peer adds itself.
            let isSound = isWhole && payload.suffix(4) == [0x00, 0x00, 0xFF, 0xFF]
            // The peer does not get what is not worth having, so nothing may refer to it.
            if !keepsContext || !isSound { deflateReset(z) }
            guard isSound else { return nil }
            payload.removeLast(4)
            return payload
        }
    }
}
