/// Finds where a line ends, remembering how far it has looked: however a line is cut, each of its bytes is looked at
/// once.
///
/// A line ends with CR LF and nothing else (RFC 9112 section 2.2 would let a lone LF pass; readers that differ about it
/// can be played against each other). It contains no control character but the tab.
struct LineScanner: Sendable {
    enum Outcome: Sendable, Equatable {
        case incomplete
        /// The line has so many bytes; its two-byte end follows them.
        case line(byteCount: Int)
        /// It does not end within the bound.
        case tooLong
        /// A lone CR or LF, or a control character.
        case malformed
    }

    /// Bytes of the unfinished line that need no second look.
    private(set) var scannedByteCount = 0

    /// Looks on. `bytes` begin with the unfinished line; `bytesMax` bounds the line together with its end.
    mutating func scan(_ bytes: Span<UInt8>, bytesMax: Int) -> Outcome {
        let end = min(bytes.count, bytesMax)
        while scannedByteCount < end {
            let byte = bytes[scannedByteCount]
            if !byte.isControl || byte == .tab {
                scannedByteCount += 1
                continue
            }
            guard byte == .carriageReturn else { return .malformed }
            let next = scannedByteCount + 1
            guard next < end else { break }
            guard bytes[next] == .lineFeed else { return .malformed }
            defer { scannedByteCount = 0 }
            return .line(byteCount: scannedByteCount)
        }
        return bytes.count < bytesMax ? .incomplete : .tooLong
    }
}
