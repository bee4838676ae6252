import Base
import Testing
import Wire

@Suite("HTTP dates") struct HTTPDateTests {
    @Test(
        arguments: [
            (784_111_777_999, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (-1, "Wed, 31 Dec 1969 23:59:59 GMT"), (951_782_400_000, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (1_795_205_528_000, "Fri, 20 Nov 2026 20:12:08 GMT"),
        ] as [(Int64, String)]) func `writes fixed dates`(milliseconds: Int64, text: String)
    {
        #expect(HTTPDate.string(Timestamp(milliseconds: milliseconds)) == text)
    }

    @Test(arguments: [-62_167_219_200_000, 253_402_300_799_999, Int64.max])
    func `keeps its length to the ends of the calendar`(milliseconds: Int64) {
        #expect(HTTPDate.string(Timestamp(milliseconds: milliseconds)).utf8.count == 29)
    }

    // MARK: Reading

    private static let now = Timestamp(milliseconds: 1_795_205_528_000)

    @Test(
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
            ("Sun Nov  6 08:49:37 1994", 784_111_777), ("Wed Nov 16 08:49:37 1994", 784_975_777),
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Wed, 31 Dec 1969 23:59:59 GMT", -1),
            ("Tue, 29 Feb 2000 00:00:00 GMT", 951_782_400), ("Mon, 01 Jan 0000 00:00:00 GMT", -62_167_219_200),
            ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799),
            // A leap second, and a weekday that is another.
            ("Sat, 31 Dec 2016 23:59:60 GMT", 1_483_228_800), ("Mon, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            // Fifty years from now at most, else in the past.
            ("Friday, 20-Nov-76 00:00:00 GMT", 3_373_056_000), ("Sunday, 20-Nov-77 00:00:00 GMT", 248_832_000),
        ] as [(String, Int64)])
    func `reads all three forms`(text: String, seconds: Int64) {
        #expect(HTTPDate.parse(text, now: Self.now)?.milliseconds == seconds * 1_000)
    }

    @Test(arguments: Array(stride(from: Int64(-62_167_219_200), through: 253_402_300_799, by: 1_234_567_891)))
    func `reads what it writes`(seconds: Int64) {
        let time = Timestamp(milliseconds: seconds * 1_000)
        #expect(HTTPDate.parse(HTTPDate.string(time), now: Self.now) == time)
    }

    @Test(arguments: [
        "", ",", "Sun", "Sun,", "0", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 6 Nov 1994 08:49:37 GMT", "sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 31 Nov 1994 08:49:37 GMT", "Sun, 29 Feb 1900 08:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 Nov 1994 08:49:61 GMT",
        "Fri, 31 Dec 9999 23:59:60 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT ", "Sun,06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 +8:49:37 GMT",
        "Sunday, 06-Nov-1994 08:49:37 GMT", "Sun, 06-Nov-94 08:49:37 GMT", "Sunday, 06 Nov 94 08:49:37 GMT",
        "Sun Nov 6 08:49:37 1994", "Sun Nov  6 08:49:37 1994 GMT", "Sun Nov  6 08:49:37 94",
        "1994-11-06T08:49:37Z", "Dim, 06 Nov 1994 08:49:37 GMT", "Sün, 06 Nov 1994 08:49:37 GM",
    ])
    func `reads nothing else`(text: String) {
        #expect(HTTPDate.parse(text, now: Self.now) == nil)
    }
}
