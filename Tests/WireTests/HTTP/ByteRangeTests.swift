import Testing
import Wire

@Suite("Byte ranges") struct ByteRangeTests {
    @Test(
        arguments: [
            ("bytes=0-0", .part(0..<1)), ("bytes=0-99", .part(0..<100)), ("bytes=10-19", .part(10..<20)),
            ("bytes=99-", .part(99..<100)), ("bytes=0-", .part(0..<100)), ("bytes=-1", .part(99..<100)),
            ("bytes=-100", .part(0..<100)), ("bytes=-101", .part(0..<100)), ("BYTES=1-2", .part(1..<3)),
            ("bytes= 1-2 ", .part(1..<3)), ("bytes=,1-2,", .part(1..<3)), ("bytes=00001-0002", .part(1..<3)),
            ("bytes=0-9223372036854775807", .part(0..<100)), ("bytes=5-9223372036854775808", .part(5..<100)),
            ("bytes=-99999999999999999999999999999", .part(0..<100)),
        ] as [(String, ByteRange)])
    func `takes what is there of what is asked for`(field: String, range: ByteRange) {
        #expect(ByteRange(field, of: 100) == range)
    }

    @Test(arguments: [
        "bytes=100-", "bytes=100-200", "bytes=-0", "bytes=9223372036854775807-",
        "bytes=9223372036854775807-9223372036854775807", "bytes=18446744073709551616-18446744073709551617",
    ])
    func `says when nothing is there of it`(field: String) {
        #expect(ByteRange(field, of: 100) == .unsatisfiable)
    }

    @Test(arguments: [
        "", "bytes", "bytes=", "bytes=-", "bytes=--1", "bytes=9-1", "bytes=a-b", "bytes=1-b", "bytes=+1-2",
        "bytes=1 - 2", "bytes=1", "bytes=1-2-3", "bytes=0x1-2", "bytes=1.0-2", "lines=1-2", "=1-2", "bytes =1-2",
        "bytes=1-2;q=1", "bytes=1-2x", "bytes=١-٢", ",", "bytes=,,,",
    ])
    func `leaves alone what is malformed or of another unit`(field: String) {
        #expect(ByteRange(field, of: 100) == .whole)
    }

    @Test(arguments: ["bytes=0-1,3-4", "bytes=0-1, 0-1", "bytes=-1,-2", "bytes=200-,1-2", "bytes=1-2,x"])
    func `gives the whole to who asks for several`(field: String) {
        #expect(ByteRange(field, of: 100) == .whole)
    }

    @Test func `does not work hard for 1,300 of them`() {
        let field = "bytes=" + (0..<1_300).map { "\($0)-" }.joined(separator: ",")
        #expect(ByteRange(field, of: 1 << 40) == .whole)
    }

    @Test(
        arguments: [
            ("bytes=0-", .unsatisfiable), ("bytes=0-0", .unsatisfiable), ("bytes=-1", .whole),
            ("bytes=-0", .unsatisfiable), ("bytes=x", .whole),
        ] as [(String, ByteRange)])
    func `has nothing to give of what is empty`(field: String, range: ByteRange) {
        #expect(ByteRange(field, of: 0) == range)
    }
}
