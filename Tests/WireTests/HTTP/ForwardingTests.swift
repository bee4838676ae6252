import Base
import Testing

@testable import Wire

@Suite("Forwarding") struct ForwardingTests {
    private let forwarding = Forwarding(
        trustedProxies: ["10.0.0.0/8", "127.0.0.1", "fd00::/8"].compactMap { IPNetwork($0) })

    private func head(_ fields: [String]) throws -> HTTPRequestHead {
        let text = (["GET / HTTP/1.1", "Host: inner"] + fields + ["", ""]).joined(separator: "\r\n")
        var parser = HTTPRequestParser(headBytesMax: 8_192, headerCountMax: 100, bodyBytesMax: 0)
        Array(text.utf8).withUnsafeBytes { parser.receive($0) }
        guard case .head(let head) = parser.nextEvent() else { throw HTTPViolation(400, "no head") }
        return head
    }

    private func resolved(_ peer: String, _ fields: [String]) throws -> (client: HTTPClient, host: String) {
        var client = HTTPClient(address: IPAddress(peer), isSecure: false, isLocal: false), head = try head(fields)
        forwarding.resolve(&client, of: &head)
        return (client, head.host)
    }

    @Test(arguments: [
        (["198.51.100.7"], "198.51.100.7"), (["6.6.6.6, 198.51.100.7"], "198.51.100.7"),
        (["198.51.100.7, 10.1.1.1"], "198.51.100.7"), (["198.51.100.7", "10.1.1.1", "10.2.2.2"], "198.51.100.7"),
        (["198.51.100.7, nonsense, 10.1.1.1"], "10.1.1.1"), (["unknown"], "10.0.0.1"), ([], "10.0.0.1"),
        ([""], "10.0.0.1"),
        (["10.3.3.3"], "10.3.3.3"), (["198.51.100.7:4711"], "198.51.100.7"), (["[2001:db8::1]:4711"], "2001:db8::1"),
        (["2001:db8::1"], "2001:db8::1"), (["fd00::1"], "fd00::1"),
    ])
    func `the client is the nearest whom we do not trust`(values: [String], address: String) throws {
        let client = try resolved("10.0.0.1", values.map { "X-Forwarded-For: \($0)" }).client
        #expect(client.address?.description == address)
    }

    @Test(arguments: ["203.0.113.1", "2001:db8::2"])
    func `strangers' words about themselves count for nothing`(peer: String) throws {
        let (client, host) = try resolved(
            peer, ["X-Forwarded-For: 1.1.1.1", "X-Forwarded-Proto: https", "X-Forwarded-Host: bank.example"])
        #expect(client == HTTPClient(address: IPAddress(peer), isSecure: false, isLocal: false))
        #expect(host == "inner")
    }

    @Test func `a trusted proxy tells of TLS and of the host`() throws {
        let (client, host) = try resolved(
            "127.0.0.1", ["X-Forwarded-Proto: HTTPS", "X-Forwarded-Host: Chat.Example.org"])
        #expect(client.isSecure)
        #expect(host == "chat.example.org")
        #expect(try resolved("127.0.0.1", ["X-Forwarded-Host: a/b", "X-Forwarded-Proto: gopher"]).host == "inner")
    }

    @Test func `who came through the Unix socket is nobody's proxy`() throws {
        var client = HTTPClient.local, head = try head(["X-Forwarded-For: 1.1.1.1"])
        forwarding.resolve(&client, of: &head)
        #expect(client == .local)
    }
}
