import Base
import Testing

@testable import Outside

@Suite("Addresses outside") struct OutsideRulesTests {
    @Test(arguments: [
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "127.0.0.1", "127.9.9.9", "169.254.169.254",
        "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.19.255.255",
        "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1",
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "fc00::1", "fd12:3456::1", "fe80::1",
        "fec0::1", "ff02::1", "3fff::1", "4000::1",
    ])
    func `that only this machine or its network can reach are refused`(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(!OutsideRules().allows(address, isPlain: false))
        #expect(!OutsideRules(allowsPlainLoopback: true).allows(address, isPlain: true))
        let network = try #require(IPNetwork(text))
        #expect(OutsideRules(allowed: [network]).allows(address, isPlain: false), "unless the operator says so")
    }

    @Test(arguments: ["1.1.1.1", "8.8.8.8", "172.15.0.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00::1"])
    func `of the open network are allowed, but never without TLS`(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(OutsideRules().allows(address, isPlain: false))
        #expect(!OutsideRules(allowsPlainLoopback: true).allows(address, isPlain: true))
    }

    @Test func `of this machine are asked without TLS in development, where they are allowed`() throws {
        let loopback = try #require(IPNetwork("127.0.0.0/8")), address = try #require(IPAddress("127.0.0.1"))
        #expect(OutsideRules(allowed: [loopback], allowsPlainLoopback: true).allows(address, isPlain: true))
        #expect(!OutsideRules(allowed: [loopback]).allows(address, isPlain: true))
        let inside = try #require(IPNetwork("10.0.0.0/8")), other = try #require(IPAddress("10.0.0.1"))
        #expect(!OutsideRules(allowed: [inside], allowsPlainLoopback: true).allows(other, isPlain: true))
    }

    @Test(arguments: [
        "", "example.org", "//example.org/", "file:///etc/passwd", "gopher://example.org/", "ftp://example.org/",
        "smtp://example.org", "https:example.org", "https:/example.org", "https://", "https:///path", "https://:443/",
        "https://user@example.org/", "https://user:word@example.org/", "https://example.org\\@evil.example/",
        "https://example.org/ x", "https://example.org/\r\nHost: other", "https://exämple.org/", "http://example.org/",
        "https://example.org/\u{7F}", "https://" + String(repeating: "a", count: 3_000),
    ])
    func `in a text that is none of https are refused`(url: String) {
        #expect(throws: WebFailure.self) { try WebRequest.isPlain(url, within: OutsideRules()) }
    }

    @Test func `in plain https texts are taken`() throws {
        for url in ["https://example.org", "HTTPS://example.org:8443/a?b=c@d#e", "https://[2606:4700::1111]/"] {
            #expect(try !WebRequest.isPlain(url, within: OutsideRules()))
        }
        #expect(try WebRequest.isPlain("http://127.0.0.1/", within: OutsideRules(allowsPlainLoopback: true)))
    }
}
