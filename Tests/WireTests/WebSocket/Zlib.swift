import Base

@testable import Wire

/// Both halves of the compression, for tests that are about one of them.
enum Zlib {
    /// Repeats itself enough to be worth compressing, and not too much.
    static func prose(_ byteCount: Int, seed: Int = 0) -> [UInt8] {
        let words = ["the ", "cat ", "saw ", "a ", "дом ", "日本 ", "under ", "the ", "moon, ", "and ", "sang. "]
        var text: [UInt8] = []
        var chance = RandomSource(seed: UInt64(seed))
        while text.count < byteCount { text += Array(words.randomElement(using: &chance) ?? "") }
        return Array(repeating: 0x20, count: byteCount - whole(text, byteCount).count) + whole(text, byteCount)
    }

    private static func whole(_ text: [UInt8], _ byteCount: Int) -> [UInt8] {
        var end = min(byteCount, text.count)
        while end < text.count, text[end] & 0xC0 == 0x80 { end -= 1 }
        return Array(text[..<end])
    }

    static func inflated(
        _ payload: [UInt8], cutEvery size: Int = .max, bytesMax: Int = 1 << 24, by inflater: inout Inflater
    ) -> (bytes: [UInt8], outcome: Inflater.Outcome) {
        var bytes: [UInt8] = []
        for piece in size == .max ? [payload] : payload.cut(every: size) {
            let outcome = piece.withUnsafeBytes { inflater.inflate($0, into: &bytes, bytesMax: bytesMax) }
            guard outcome == .done else { return (bytes, outcome) }
        }
        return (bytes, inflater.finish(into: &bytes, bytesMax: bytesMax))
    }

    /// By an inflater of its own; `nil` when it is corrupt.
    static func inflated(_ payload: [UInt8], windowBits: UInt8 = 15) -> [UInt8]? {
        var inflater = Inflater(windowBits: windowBits)
        let (bytes, outcome) = inflated(payload, by: &inflater)
        return outcome == .done ? bytes : nil
    }

    static func deflated(_ message: [UInt8]) -> [UInt8] {
        var deflater = Deflater()
        return deflater.deflate(message) ?? stored(message)
    }

    /// In blocks that are not compressed, as RFC 1951 section 3.2.4 has them; written here apart from zlib.
    static func stored(_ message: [UInt8]) -> [UInt8] {
        message.cut(every: 0xFFFF).flatMap { block in
            let low = UInt8(block.count & 0xFF), high = UInt8(block.count >> 8)
            return [0x00, low, high, ~low, ~high] + block
        } + [0x00]
    }
}
