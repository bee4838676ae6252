/// Checks a growing text for UTF-8 (RFC 3629), so that an error shows in the piece that brings it. Each byte is checked
/// once, but for a character that a piece has cut.
struct UTF8Progress: Sendable {
    /// Bytes from the start that are whole, valid characters.
    private(set) var validByteCount = 0

    /// Whether the text so far is valid, or could become so by what follows. `bytes` begin with those of earlier calls.
    mutating func accepts(_ bytes: Span<UInt8>) -> Bool {
        // Not below `validByteCount`: what has been found whole is not cut.
        let end = bytes.count - Self.cutByteCount(bytes)
        guard (try? UTF8Span(validating: bytes.extracting(validByteCount..<end))) != nil else { return false }
        validByteCount = end
        return Self.canBegin(bytes.extracting(end..<bytes.count))
    }

    /// How many bytes at the end begin a character that is longer than they are: 0 ... 3.
    private static func cutByteCount(_ bytes: Span<UInt8>) -> Int {
        for distance in 1...3 where distance <= bytes.count {
            let byte = bytes[bytes.count - distance]
            guard byte & 0xC0 != 0x80 else { continue }
            return characterByteCount(byte) > distance ? distance : 0
        }
        return 0
    }

    /// The length that a first byte announces; 1 also for those that begin nothing.
    private static func characterByteCount(_ first: UInt8) -> Int {
        switch first {
        case 0xC2...0xDF: 2
        case 0xE0...0xEF: 3
        case 0xF0...0xF4: 4
        default: 1
        }
    }

    /// Whether a valid first byte and continuation bytes may stand together: RFC 3629 section 4 rules out overlong
    /// forms, surrogates and what lies above U+10FFFF by the second byte.
    private static func canBegin(_ bytes: Span<UInt8>) -> Bool {
        guard bytes.count >= 2 else { return true }
        return switch bytes[0] {
        case 0xE0: bytes[1] >= 0xA0
        case 0xED: bytes[1] <= 0x9F
        case 0xF0: bytes[1] >= 0x90
        case 0xF4: bytes[1] <= 0x8F
        default: true
        }
    }
}
