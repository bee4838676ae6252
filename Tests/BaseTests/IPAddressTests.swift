import Base
import Testing

@Suite("IP addresses") struct IPAddressTests {
    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1"), ("255.255.255.255", "255.255.255.255"), ("0.0.0.0", "0.0.0.0"), ("::1", "::1"),
        ("2001:DB8:0:0::1", "2001:db8::1"), ("::ffff:192.0.2.7", "192.0.2.7"), ("::", "::"),
    ])
    func `an address has one form, however it was written`(text: String, form: String) {
        #expect(IPAddress(text)?.description == form)
    }

    @Test(arguments: [
        "", "1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "0x7f.0.0.1", "2130706433", "fe80::1%eth0", "::1::",
        "[::1]", "localhost", "1.2.3.4 ", " 1.2.3.4", "1.2.3.4\0", "1.2.3.4:80",
    ])
    func `what is no address is none`(text: String) { #expect(IPAddress(text) == nil) }

    @Test func `the bytes of a packet are the address`() {
        #expect(IPAddress(bytes: [192, 0, 2, 1]) == IPAddress("192.0.2.1"))
        #expect(IPAddress(bytes: [UInt8](repeating: 0, count: 15) + [1]) == IPAddress("::1"))
        #expect(IPAddress(v4: 0x7F00_0001) == IPAddress("127.0.0.1"))
        for count in [0, 3, 5, 15, 17] { #expect(IPAddress(bytes: [UInt8](repeating: 1, count: count)) == nil) }
    }

    @Test func `one host is one site, whichever of its addresses it uses`() {
        #expect(IPAddress("2001:db8:1:2:3:4:5:6")?.site == IPAddress("2001:db8:1:2::")?.site)
        #expect(IPAddress("2001:db8:1:3::")?.site != IPAddress("2001:db8:1:2::")?.site)
        #expect(IPAddress("192.0.2.1")?.site != IPAddress("192.0.2.2")?.site)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.0", false), ("10.0.0.1", "10.0.0.1", true),
        ("10.0.0.1", "10.0.0.2", false), ("0.0.0.0/0", "203.0.113.9", true), ("0.0.0.0/0", "2001:db8::1", false),
        ("10.0.0.0/8", "::ffff:10.1.1.1", true), ("fd00::/8", "fdff::1", true), ("fd00::/8", "fe00::1", false),
        ("2001:db8::/65", "2001:db8::7fff:0:0:1", true), ("2001:db8::/65", "2001:db8::8000:0:0:1", false),
        ("::/0", "2001:db8::1", true), ("::1", "::1", true), ("192.0.2.4/31", "192.0.2.5", true),
        ("192.0.2.4/31", "192.0.2.6", false),
    ])
    func `a network has the addresses that share its first bits`(
        network: String, address: String, isInside: Bool
    ) throws {
        #expect(try #require(IPNetwork(network)).contains(try #require(IPAddress(address))) == isInside)
    }

    @Test(arguments: [
        "", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.1/8", "::/129", "a/8", "/8",
    ])
    func `what is no network is none`(text: String) { #expect(IPNetwork(text) == nil) }
}
