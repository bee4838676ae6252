import Base

/// Everything that happened, as one number, and as lines where they are wanted: two worlds of one seed are the same to
/// the letter.
struct Trace {
    private(set) var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    private(set) var lines: [String] = []
    /// The step that is being taken, by which what it brings is named.
    var step = 0
    let keepsLines: Bool

    init(keepsLines: Bool) { self.keepsLines = keepsLines }

    mutating func note(_ what: StaticString, _ number: Int = 0, _ bytes: [UInt8] = []) {
        mix(UInt64(truncatingIfNeeded: number))
        what.withUTF8Buffer { mix($0) }
        bytes.withUnsafeBufferPointer { mix($0) }
        if keepsLines { lines.append("\(step): \(what) \(number) \(String(decoding: bytes, as: UTF8.self))") }
    }

    private mutating func mix(_ bytes: UnsafeBufferPointer<UInt8>) {
        let all = UnsafeRawBufferPointer(bytes)
        var offset = 0
        while offset + 8 <= all.count {
            mix(all.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        while offset < all.count {
            mix(UInt64(all[offset]))
            offset += 1
        }
    }

    /// FNV-1a, eight bytes at a time.
    private mutating func mix(_ value: UInt64) {
        hash = (hash ^ value) &* 0x0000_0100_0000_01B3
        hash ^= hash >> 29
    }
}
