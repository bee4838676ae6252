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
}
