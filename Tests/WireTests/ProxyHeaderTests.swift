import Base
import Testing

@testable import Wire

@Suite("PROXY header") struct ProxyHeaderTests {
    private let signature: [UInt8] = [13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10]
    private let v4: [UInt8] = [203, 0, 113, 9, 192, 0, 2, 1, 0xC0, 0x01, 0x01, 0xBB]

    private func header(_ command: UInt8, _ family: UInt8, _ rest: [UInt8], length: Int? = nil) -> [UInt8] {
        let length = length ?? rest.count
        return signature + [command, family, UInt8(length >> 8), UInt8(length & 0xFF)] + rest
    }

    private func parse(_ bytes: [UInt8], bytesMax: Int = 1_024) throws -> ProxyHeader? {
        try ProxyHeader.parse(bytes, bytesMax: bytesMax)
    }

    @Test func `tells the client's address and where its bytes begin`() throws {
        let bytes = header(0x21, 0x11, v4)
        #expect(
            try parse(bytes + Array("GET".utf8))
                == ProxyHeader(source: IPAddress("203.0.113.9"), byteCount: bytes.count))
        let v6: [UInt8] = [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [1]
        #expect(try parse(header(0x21, 0x21, v6 + v6 + [0, 1, 0, 2]))?.source == IPAddress("2001:db8::1"))
    }

    @Test func `what a proxy adds behind the addresses is passed by`() throws {
        #expect(try parse(header(0x21, 0x11, v4 + [0x04, 0, 2, 9, 9]))?.source == IPAddress("203.0.113.9"))
    }

    @Test func `waits for the whole of it`() throws {
        let bytes = header(0x21, 0x11, v4)
        for count in 0..<bytes.count { #expect(try parse(Array(bytes[..<count])) == nil) }
    }

    @Test(arguments: [(0x20, 0x00), (0x20, 0x11), (0x21, 0x00), (0x21, 0x01)] as [(UInt8, UInt8)])
    func `a proxy that speaks for itself, or does not know, names nobody`(command: UInt8, family: UInt8) throws {
        let whole = try #require(try parse(header(command, family, v4)))
        #expect(whole.source == nil)
        #expect(whole.byteCount == 28)
        let unix = try parse(header(0x21, 0x31, [UInt8](repeating: 0x2F, count: 216)))
        #expect(unix == ProxyHeader(source: nil, byteCount: 232))
    }

    @Test func `anything else is refused as soon as it can be told`() {
        for bytes in [
            Array("GET / HTTP/1.1\r\n".utf8), Array("PROXY TCP4 1.2.3.4 ".utf8), [0x16], [13, 10, 13, 11],
            header(0x11, 0x11, v4), header(0x31, 0x11, v4), header(0x22, 0x11, v4), header(0x21, 0x41, v4),
            header(0x21, 0x13, v4), header(0x21, 0x11, [], length: 11), header(0x21, 0x21, v4),
            header(0x21, 0x31, v4), header(0x21, 0x11, [], length: 0xFFFF),
        ] { #expect(throws: ProxyHeader.Violation.self) { try parse(bytes) } }
    }

    @Test func `never asks for more than its bound`() {
        for length in 0...0xFFFF where length % 97 == 0 {
            let bytes = header(0x20, 0, [UInt8](repeating: 0, count: 48), length: length)
            if length <= 48 {
                #expect(throws: Never.self) { try parse(bytes, bytesMax: 64) }
            } else {
                #expect(throws: ProxyHeader.Violation.self) { try parse(bytes, bytesMax: 64) }
            }
        }
    }
}
