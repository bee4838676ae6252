public import Base

/// Which addresses of the network this server may connect to by itself. Who may say where it connects (a webhook's
/// address, an issuer's keys) must not reach what only this machine or its own network can reach.
public struct OutsideRules: Sendable, Equatable {
    /// Networks that may be asked all the same.
    public var allowed: [IPNetwork]
    /// Whether `http` without TLS is spoken, and then to this machine alone.
    public var allowsPlainLoopback: Bool

    public init(allowed: [IPNetwork] = [], allowsPlainLoopback: Bool = false) {
        self.allowed = allowed
        self.allowsPlainLoopback = allowsPlainLoopback
    }

    /// Asked of the very address that is connected to, after its name was looked up.
    /// - Parameter isPlain: without TLS.
    public func allows(_ address: IPAddress, isPlain: Bool) -> Bool {
        if isPlain {
            return allowsPlainLoopback && Self.loopback.contains { $0.contains(address) } && isAllowed(address)
        }
        return isAllowed(address)
    }

    private func isAllowed(_ address: IPAddress) -> Bool {
        if allowed.contains(where: { $0.contains(address) }) { return true }
        guard address.isV4 || Self.global.contains(where: { $0.contains(address) }) else { return false }
        return !Self.special.contains { $0.contains(address) }
    }

    private static let loopback = networks("127.0.0.0/8", "::1")
    /// What of IPv6 is given to hosts of the open network (RFC 4291 section 2.4, IANA's registry).
    private static let global = networks("2000::/3")

    /// IANA's registries of special-purpose addresses (RFC 6890) and multicast. Forms of IPv6 that carry an IPv4
    /// address (6to4, Teredo) are among them: through these a private address can be reached under a public one. NAT64
    /// is outside of `global`.
    private static let special = networks(
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")

    private static func networks(_ texts: String...) -> [IPNetwork] {
        texts.map { text in
            guard let network = IPNetwork(text) else { preconditionFailure("\(text) is no network") }
            return network
        }
    }
}
