import Base
import Testing

@testable import Channels

@Suite("The head of an image") struct ImageHeadTests {
    private func size(_ bytes: [UInt8]) -> ImageSize? {
        ImageHead.size(byteCount: bytes.count) { range in
            guard range.upperBound <= bytes.count else { return nil }
            return Array(bytes[range])
        }
    }

    static func png(_ width: UInt32, _ height: UInt32) -> [UInt8] {
        func big(_ number: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) } }
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8) + big(width)
            + big(height) + [8, 2, 0, 0, 0]
    }

    static func jpeg(_ width: UInt16, _ height: UInt16, before: [UInt8] = []) -> [UInt8] {
        func big(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 0xFF)] }
        return [0xFF, 0xD8] + before + [0xFF, 0xC2, 0, 17, 8] + big(height) + big(width)
            + [3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]
    }

    private static func exif(_ orientation: UInt8, isLittle: Bool) -> [UInt8] {
        let tiff: [UInt8] =
            isLittle
            ? Array("II".utf8) + [42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]
            : Array("MM".utf8) + [0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]
        let content = Array("Exif\0\0".utf8) + tiff
        return [0xFF, 0xE1, 0, UInt8(content.count + 2)] + content
    }

    @Test func `says how large a PNG is, also one that could not be`() {
        #expect(size(Self.png(640, 480)) == ImageSize(width: 640, height: 480))
        #expect(size(Self.png(50_000, 50_000))?.pixelCount == 2_500_000_000)
        #expect(size(Self.png(.max, .max))?.pixelCount == .max)
        #expect(size(Self.png(0, 1)) == nil)
    }

    @Test func `says how large a GIF and every kind of WebP is`() {
        #expect(size(Array("GIF89a".utf8) + [0x40, 1, 0xF0, 0, 0, 0]) == ImageSize(width: 320, height: 240))
        func webp(_ rest: [UInt8]) -> [UInt8] { Array("RIFF".utf8) + [1, 1, 1, 1] + Array("WEBP".utf8) + rest }
        #expect(
            size(webp(Array("VP8X".utf8) + [10, 0, 0, 0, 0, 0, 0, 0, 0x3F, 1, 0, 0xEF, 0, 0]))
                == ImageSize(width: 320, height: 240))
        #expect(
            size(webp(Array("VP8 ".utf8) + [9, 0, 0, 0, 0, 0, 0, 0x9D, 1, 0x2A, 0x40, 1, 0xF0, 0]))
                == ImageSize(width: 320, height: 240))
        // 319 in 14 bits, and 239 in the next 14.
        let bits: UInt32 = 319 | 239 << 14
        #expect(
            size(
                webp(
                    Array("VP8L".utf8) + [9, 0, 0, 0, 0x2F]
                        + (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) })
            ) == ImageSize(width: 320, height: 240))
    }

    @Test func `says how large a JPEG is, as it is turned`() {
        let filler: [UInt8] = [0xFF, 0xE2, 0x40, 2] + [UInt8](repeating: 0xFF, count: 0x4000) + [0xFF, 0xFF]
        #expect(size(Self.jpeg(320, 240)) == ImageSize(width: 320, height: 240))
        #expect(size(Self.jpeg(320, 240, before: filler)) == ImageSize(width: 320, height: 240))
        for isLittle in [true, false] {
            for orientation in UInt8(0)...9 {
                let image = Self.jpeg(320, 240, before: Self.exif(orientation, isLittle: isLittle))
                let isTurned = (5...8).contains(orientation)
                #expect(size(image) == ImageSize(width: isTurned ? 240 : 320, height: isTurned ? 320 : 240))
            }
        }
    }

    @Test func `says nothing of what is cut off, or no image`() {
        for whole in [Self.png(1, 1), Self.jpeg(1, 1, before: Self.exif(6, isLittle: true))] {
            for count in 0..<whole.count - 10 where whole[..<count] != whole[...] { _ = size(Array(whole[..<count])) }
            #expect(size(Array(whole.prefix(20))) == nil)
        }
        for text in ["", "<svg width='1' height='1'/>", "BM", "RIFF0000WAVE", "%PDF-1.7"] {
            #expect(size(Array(text.utf8)) == nil)
        }
        // A JPEG of segments without end.
        #expect(size([0xFF, 0xD8] + (0..<5_000).flatMap { _ -> [UInt8] in [0xFF, 0xE0, 0, 2] }) == nil)
        #expect(size([0xFF, 0xD8] + [UInt8](repeating: 0xFF, count: 5_000)) == nil)
    }

    @Test func `may be anything without harm`() {
        var random = RandomSource(seed: 11)
        let heads = [Self.png(3, 3), Self.jpeg(3, 3, before: Self.exif(6, isLittle: false)), Array("GIF89a".utf8)]
        for _ in 0..<5_000 {
            var bytes = heads.randomElement(using: &random)! + random.bytes(40)
            for _ in 0..<3 { bytes[Int.random(in: 3..<bytes.count, using: &random)] = random.bytes(1)[0] }
            _ = size(bytes)
        }
    }
}
