/// SQLite's own checksum: that of its write-ahead log's frames (https://www.sqlite.org/walformat.html section 1.2) and
/// of the pages that `cksumvfs` seals. Two sums of 32 bits, in which no single word can change without being noticed.
struct PageSum: Equatable, Sendable {
    private(set) var first: UInt32
    private(set) var second: UInt32

    init(_ first: UInt32 = 0, _ second: UInt32 = 0) {
        self.first = first
        self.second = second
    }

    /// Adds bytes, a multiple of eight of them, at an address that is one of four.
    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        let words = start.assumingMemoryBound(to: UInt32.self), count = bytes.count / 4
        var first = first, second = second, index = 0
        while index + 1 < count {
            first &+= UInt32(littleEndian: words[index]) &+ second
            second &+= UInt32(littleEndian: words[index + 1]) &+ first
            index += 2
        }
        self.first = first
        self.second = second
    }
}
