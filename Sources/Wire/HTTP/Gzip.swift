internal import CZlib

/// Compresses whole contents for the coding `gzip` (RFC 1952; RFC 9110 section 8.4.1.3).
public enum Gzip: Sendable {
    /// What it may cost.
    public enum Effort: CInt, Sendable {
        /// For what is compressed for one answer: most of what can be saved, at 100 MB a second or more.
        case quick = 1
        /// For what is compressed once and sent many times.
        case best = 9
    }

    /// `nil` when it would not be shorter than the bytes themselves. The same bytes always come out the same.
    public static func compress(_ bytes: [UInt8], effort: Effort) -> [UInt8]? {
        guard !bytes.isEmpty, bytes.count <= Int(CInt.max) else { return nil }
        // In a place of its own: zlib's state points back to it.
        let z = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        z.initialize(to: z_stream())
        defer { z.deallocate() }
        // 16 beyond the window's size asks for gzip's own head and checksum.
        let status = deflateInit2_(
            z, effort.rawValue, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            CInt(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { return nil }
        defer { deflateEnd(z) }
        var isWhole = false
        let compressed = [UInt8](unsafeUninitializedCapacity: bytes.count) { room, count in
            bytes.withUnsafeBufferPointer { bytes in
                // zlib does not change what it reads, whatever its types say.
                z.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
                z.pointee.avail_in = UInt32(bytes.count)
                z.pointee.next_out = room.baseAddress
                z.pointee.avail_out = UInt32(room.count)
                isWhole = deflate(z, Z_FINISH) == Z_STREAM_END
                count = room.count - Int(z.pointee.avail_out)
            }
        }
        return isWhole && compressed.count < bytes.count ? compressed : nil
    }
}
