import Reactor
import Testing

@Suite("Listen address") struct ListenAddressTests {
    @Test(
        arguments: [
            ("127.0.0.1:8080", "127.0.0.1", 8080), ("0.0.0.0:0", "0.0.0.0", 0),
            ("localhost:65535", "localhost", 65_535),
            ("[::1]:8080", "::1", 8080), ("[::]:1", "::", 1),
        ] as [(String, String, UInt16)])
    func `is read, and written as it was read`(text: String, host: String, port: UInt16) throws {
        let address = try #require(ListenAddress(text))
        #expect(address == .internet(host: host, port: port))
        #expect(address.description == text)
    }

    @Test(arguments: [
        "", ":", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:http",
        "::1:8080", "[]:80", "127.0.0.1: 80",
    ])
    func `is refused when it is none`(text: String) { #expect(ListenAddress(text) == nil) }
}
