import Testing

@testable import Wire

@Suite("Line scanner") struct LineScannerTests {
    @Test func `looks at each byte once, however slowly they come`() {
        var scanner = LineScanner()
        var bytes: [UInt8] = []
        for count in 1...2000 {
            // Were an old byte looked at again, the NUL in its place would be malformed.
            bytes = [UInt8](repeating: 0, count: count - 1) + [0x61]
            #expect(scanner.scan(bytes.span, bytesMax: 20_000) == .incomplete)
            #expect(scanner.scannedByteCount == count)
        }
        bytes += [0x0D, 0x0A]
        #expect(scanner.scan(bytes.span, bytesMax: 20_000) == .line(byteCount: 2000))
        #expect(scanner.scannedByteCount == 0)
    }

    @Test(arguments: [
        ("abc\r\n", 5, LineScanner.Outcome.line(byteCount: 3)), ("abc\r\n", 4, .tooLong), ("abc", 4, .incomplete),
        ("abc\r", 5, .incomplete), ("abc\r", 4, .tooLong), ("\r\n", 2, .line(byteCount: 0)),
        ("a\tb\r\nc", 9, .line(byteCount: 3)),
        ("abc\rd", 9, .malformed), ("abc\n", 9, .malformed), ("\0", 9, .malformed), ("a\u{7F}", 9, .malformed),
        ("", 0, .tooLong),
    ]) func `finds the end of a line within its bound`(text: String, bytesMax: Int, outcome: LineScanner.Outcome) {
        var scanner = LineScanner()
        #expect(scanner.scan(Array(text.utf8).span, bytesMax: bytesMax) == outcome)
    }
}
