import Testing

@testable import Wire

@Suite("Gzip") struct GzipTests {
    @Test(arguments: [100, 1_024, 70_000, 1 << 20]) func `gives back what was put in`(byteCount: Int) throws {
        let text = Zlib.prose(byteCount)
        for effort in [Gzip.Effort.quick, .best] {
            let compressed = try #require(Gzip.compress(text, effort: effort))
            #expect(compressed.count < text.count)
            #expect(compressed.starts(with: [0x1F, 0x8B, 0x08]))
            // RFC 1952: ten bytes of head, then DEFLATE, then the checksum and the length.
            #expect(Zlib.inflated(Array(compressed[10..<compressed.count - 8])) == text)
            let length = compressed.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
            #expect(length == byteCount)
        }
    }

    @Test func `is the same for the same`() {
        let text = Zlib.prose(5_000)
        #expect(Gzip.compress(text, effort: .quick) == Gzip.compress(text, effort: .quick))
    }

    @Test(arguments: [[], [1], Array("0123456789".utf8), (0...255).map { UInt8($0) }] as [[UInt8]])
    func `is nothing where it would save nothing`(bytes: [UInt8]) {
        #expect(Gzip.compress(bytes, effort: .best) == nil)
    }
}
