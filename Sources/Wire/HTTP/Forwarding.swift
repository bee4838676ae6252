public import Base

/// Which proxies stand before the server, and what is believed of them. Everybody can send `X-Forwarded-For`; only the
/// words of a proxy that the operator has named count.
public struct Forwarding: Equatable, Sendable {
    public var trustedProxies: [IPNetwork]

    public init(trustedProxies: [IPNetwork] = []) { self.trustedProxies = trustedProxies }

    public func isTrusted(_ address: IPAddress?) -> Bool {
        guard let address else { return false }
        return trustedProxies.contains { $0.contains(address) }
    }

    /// Puts the client in the place of the proxies through which its request came: its address (`X-Forwarded-For`),
    /// whether it uses TLS (`X-Forwarded-Proto`), and the host that it asked for (`X-Forwarded-Host`, in the head).
    /// - Parameter client: who sent the bytes.
    public func resolve(_ client: inout HTTPClient, of head: inout HTTPRequestHead) {
        guard isTrusted(client.address) else { return }
        // Each proxy adds whom it heard. What stands before the last that we trust could have been invented.
        for text in head.headers.elements("x-forwarded-for").reversed() {
            guard let address = Self.address(text) else { break }
            client.address = address
            guard isTrusted(address) else { break }
        }
        switch head.headers.tokens("x-forwarded-proto").last {
        case "https": client.isSecure = true
        case "http": client.isSecure = false
        default: break
        }
        if let host = head.headers.elements("x-forwarded-host").last,
            let normalized = HTTPAuthority.normalized(Array(host.utf8)[...])
        {
            head.host = normalized
        }
    }

    /// Reads an address behind which some proxies put a port: `192.0.2.1:4711`, `[2001:db8::1]:4711`.
    private static func address(_ text: String) -> IPAddress? {
        if let address = IPAddress(text) { return address }
        if text.hasPrefix("[") { return IPAddress(text.dropFirst().prefix { $0 != "]" }) }
        return IPAddress(text.prefix { $0 != ":" })
    }
}
