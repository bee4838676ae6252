import Base
import Testing

@Suite("Times in RFC 3339") struct RFC3339Tests {
    @Test func `are read back as they were written, to the millisecond`() {
        var random = RandomSource(seed: 3_339)
        let last: Int64 = 253_402_300_799_999
        let ends = [0, 1, 999, 951_782_400_000, 951_868_799_999, -62_167_219_200_000, -1, last]
        let others = (0..<2_000).map { _ in Int64.random(in: -62_167_219_200_000...last, using: &random) }
        for milliseconds in ends + others {
            let time = Timestamp(milliseconds: milliseconds)
            #expect(Timestamp(rfc3339: time.rfc3339) == time, "\(time.rfc3339)")
        }
    }

    @Test(
        arguments: [
            ("2026-11-20T17:20:00Z", "2026-11-20T17:20:00.000Z"), ("2026-11-20t17:20:00z", "2026-11-20T17:20:00.000Z"),
            ("2026-11-20T17:20:00.4Z", "2026-11-20T17:20:00.400Z"),
            ("2026-11-20T17:20:00.4129999Z", "2026-11-20T17:20:00.412Z"),
            ("2026-11-20T17:20:00+05:30", "2026-11-20T11:50:00.000Z"),
            ("2026-11-20T17:20:00.5-00:30", "2026-11-20T17:50:00.500Z"),
            ("2026-12-31T23:59:60Z", "2027-01-01T00:00:00.000Z"), ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"),
            ("1999-12-31T23:00:00-01:00", "2000-01-01T00:00:00.000Z"),
        ]) func `are read with any offset and any fraction`(text: String, written: String)
    {
        #expect(Timestamp(rfc3339: text)?.rfc3339 == written)
    }

    @Test(
        arguments: [
            "", "2026-11-20", "2026-11-20T17:20Z", "2026-11-20T17:20:00", "2026-11-20 17:20:00Z",
            "2026-11-20T17:20:00.Z", "2026-11-20T17:20:00+0530", "2026-11-20T17:20:00+05:3",
            "2026-11-20T17:20:00+24:00",
            "2026-11-20T17:20:00+05:60", "2026-11-20T17:20:00Z ", "2026-11-20T17:20:00ZZ", "2026-13-20T17:20:00Z",
            "2026-02-29T17:20:00Z", "2026-11-31T17:20:00Z", "2026-11-20T24:00:00Z", "2026-11-20T17:60:00Z",
            "2026-11-20T17:20:61Z", "2026-00-20T17:20:00Z", "2026-11-00T17:20:00Z", "+026-11-20T17:20:00Z",
            "2026-11-20T17:20:00.-1Z", "２026-11-20T17:20:00Z", "2026-11-20T17:20:00\u{0}", "2026/11/20T17:20:00Z",
            "2026-11-20T17:20:00." + String(repeating: "1", count: 60) + "Z",
        ]) func `are nothing else`(text: String)
    {
        #expect(Timestamp(rfc3339: text) == nil)
    }
}
