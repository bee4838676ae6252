import Base
import Testing

@Suite("Decimal") struct DecimalTests {
    @Test(
        arguments: [
            0, 1, 9, 10, 11, 99, 100, 101, 1_000, 65_535, 1 << 32, 9_999_999_999_999_999_999,
            10_000_000_000_000_000_000, .max,
        ] as [UInt64]) func `a number's digits stand behind what was there`(number: UInt64)
    {
        var bytes = Array("a".utf8)
        bytes.append(decimal: number)
        #expect(bytes == Array("a\(number)".utf8))
    }

    @Test(arguments: [0, -1, 7, -10, 1_812, .max, .min] as [Int64])
    func `JSON's numbers have their sign`(number: Int64) {
        let json = JSONWriter.object { $0.member("n", number) }
        #expect(json == Array(#"{"n":\#(number)}"#.utf8))
    }
}
