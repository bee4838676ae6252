import Base
import Testing

@testable import Wire

@Suite("UTF-8 in pieces") struct UTF8ProgressTests {
    /// Whether each piece was accepted, up to the first that was not, and whether the whole is text.
    static func verdict(_ bytes: [UInt8], cutEvery size: Int) -> (rejectedAt: Int?, isWhole: Bool) {
        var progress = UTF8Progress()
        var received: [UInt8] = []
        for piece in bytes.cut(every: size) {
            received += piece
            guard progress.accepts(received.span) else { return (received.count, false) }
        }
        return (nil, progress.validByteCount == bytes.count)
    }

    @Test func `agrees with the standard library about every pair and many longer sequences`() {
        var chance = RandomSource(seed: 1)
        var texts = (0...0xFFFF).map { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        let leads: [UInt8] = [0x61, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4]
        let others: [UInt8] = [0x61, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC2]
        for _ in 0..<20_000 {
            texts.append(
                (0..<6).map { _ in (Bool.random(using: &chance) ? leads : others).randomElement(using: &chance) ?? 0 })
        }
        let wrong = texts.filter { text in
            let isText = String(validating: text, as: UTF8.self) != nil
            return Self.verdict(text, cutEvery: 1).isWhole != isText
                || Self.verdict(text, cutEvery: 3).isWhole != isText
        }
        #expect(wrong.isEmpty)
    }

    @Test(
        arguments: [
            ([0x61, 0xC0], 2), ([0xE0, 0x9F], 2), ([0xED, 0xA0], 2), ([0xF0, 0x8F], 2), ([0xF4, 0x90], 2), ([0xF5], 1),
            ([0xE2, 0x82, 0x61], 3), ([0xF0, 0x9F, 0x98, 0xC2], 4), ([0xC3, 0xA9, 0x80], 3),
        ] as [([UInt8], Int)])
    func `refuses at the first byte that cannot be`(bytes: [UInt8], place: Int) {
        #expect(Self.verdict(bytes + Array("abc"), cutEvery: 1).rejectedAt == place)
    }
}
