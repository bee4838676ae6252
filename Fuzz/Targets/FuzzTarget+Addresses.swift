@testable import Base
@testable import Wire

extension FuzzTarget {
    /// An address, or a network of them.
    static let ipAddress = FuzzTarget("ip-address", bytesMax: 64) { input throws(BrokenPromise) in
        let text = String(decoding: input, as: UTF8.self)
        if let address = IPAddress(text) { try check(address, as: text) }
        guard let network = IPNetwork(text) else { return }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = IPAddress(parts[0]), let bits = parts.count == 1 ? 128 : Int(parts[1]) else {
            throw BrokenPromise(what: "a network is an address and a number")
        }
        try promise(parts.count <= 2, "a network has one slash at most")
        let prefix = parts.count == 2 && first.isV4 ? 96 + bits : bits
        try promise((0...128).contains(prefix), "a prefix is no longer than an address")
        try promise(IPNetwork("\(first)/\(prefix - (first.isV4 ? 96 : 0))") == network, "a network is read the same")
        try promise(network.contains(first), "a network has its first address")
        for bit in 0..<128 {
            // Bit 0 is the most significant.
            let other = IPAddress(
                high: first.high ^ (bit < 64 ? 1 << UInt64(63 - bit) : 0),
                low: first.low ^ (bit < 64 ? 0 : 1 << UInt64(127 - bit)))
            try promise(network.contains(other) == (bit >= prefix), "the prefix, and it alone, tells who belongs")
        }
    }

    private static func check(_ address: IPAddress, as text: String) throws(BrokenPromise) {
        let written = address.description
        try promise(IPAddress(written) == address, "an address that is written again is read the same")
        try promise(
            written.utf8.count <= 45 && written.utf8.allSatisfy { !$0.isBlank }, "an address is short and plain")
        try promise(address.isV4 == !written.contains(":"), "an IPv4 address is written as one")
        let bytes = (0..<16).map { byte in
            UInt8(truncatingIfNeeded: (byte < 8 ? address.high : address.low) >> UInt64(56 - byte % 8 * 8))
        }
        try promise(IPAddress(bytes: bytes) == address, "an address is its bytes")
        try promise(!address.isV4 || IPAddress(bytes: bytes.suffix(4)) == address, "an IPv4 address is its four bytes")
        try promise(
            address.site.site == address.site && (!address.isV4 || address.site == address), "a site is its own site")
        try promise(IPNetwork(text)?.contains(address) == true, "an address is a network of one")
    }

    /// What proxies say of a request: the address that sends it, and the request's fields, each on its line. The first
    /// byte chooses whom the operator trusts.
    static let forwarding = FuzzTarget("forwarding", bytesMax: 512) { input throws(BrokenPromise) in
        let (choice, rest) = input.choiceAndRest
        let lines = rest.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let head = HTTPRequestHead(asking: Array(lines.dropFirst().first ?? [])) else { return }
        let trusted = [["10.0.0.0/8", "192.0.2.1", "fd00::/8"], ["::/0"], ["0.0.0.0/0"], []][Int(choice) % 4]
        let forwarding = Forwarding(trustedProxies: trusted.compactMap { IPNetwork($0) })
        let peer = HTTPClient(
            address: IPAddress(String(decoding: lines.first ?? [], as: UTF8.self)), isSecure: choice & 4 != 0,
            isLocal: false)
        let (client, host) = believed(forwarding, peer, head)

        try promise(!client.isLocal, "nobody is made a local user by saying so")
        guard forwarding.isTrusted(peer.address) else {
            return try promise(client == peer && host == head.host, "who is not trusted is not believed")
        }
        // Read from its end, everybody that one passes is trusted, and the client is one of the list or who sent it.
        var address = peer.address
        for text in head.headers.elements("x-forwarded-for").reversed() where address != client.address {
            try promise(forwarding.isTrusted(address), "nobody is believed beyond the trusted")
            address = IPAddress(text) ?? IPAddress(withoutPort(text))
        }
        try promise(address == client.address, "the client is named by the fields, or sent them")
        // Whatever the client itself writes stands before.
        let forged = HTTPHeaders([("x-forwarded-for", "203.0.113.9")] + head.headers.fields.map { ($0.name, $0.value) })
        var forgedHead = head
        forgedHead.headers = forged
        let (deceived, _) = believed(forwarding, peer, forgedHead)
        try promise(
            deceived == client || forwarding.isTrusted(client.address) && deceived.address == IPAddress("203.0.113.9"),
            "what stands before the last that is trusted changes nothing")
        try promise(
            host == head.host || HTTPAuthority.normalized(Array(host.utf8)[...]) == host, "a host is in order")
    }

    private static func believed(
        _ forwarding: Forwarding, _ peer: HTTPClient, _ head: HTTPRequestHead
    ) -> (HTTPClient, host: String) {
        var client = peer, head = head
        forwarding.resolve(&client, of: &head)
        return (client, head.host)
    }

    private static func withoutPort(_ text: String) -> Substring {
        text.hasPrefix("[") ? text.dropFirst().prefix { $0 != "]" } : text.prefix { $0 != ":" }
    }

    /// A PROXY header and what follows it; the first byte chooses how long it may be.
    static let proxyHeader = FuzzTarget("proxy-header", bytesMax: 320) { input throws(BrokenPromise) in
        let (choice, rest) = input.choiceAndRest
        let bytesMax = [16, 28, 52, 232, 300][Int(choice) % 5]
        let whole = ProxyReading(of: rest[...], bytesMax: bytesMax)
        // Each beginning of it: undecided for a while, then for ever what the whole is.
        var isDecided = false
        for count in 0...rest.count {
            let reading = ProxyReading(of: rest[..<count], bytesMax: bytesMax)
            isDecided = isDecided || reading != .waiting
            try promise(reading == (isDecided ? whole : .waiting), "it does not matter how bytes are cut")
            try promise(isDecided || count < bytesMax, "who may send no more is not waited for")
            guard case .header(let header) = reading else { continue }
            try promise((16...min(count, bytesMax)).contains(header.byteCount), "a header stays within its bound")
        }
        guard case .header(let header) = whole, let source = header.source else { return }
        try promise(rest[12] & 0xF == 1, "a proxy that speaks for itself names nobody")
        let addressByteCount = rest[13] >> 4 == 1 ? 4 : 16
        try promise(header.byteCount >= 16 + 2 * addressByteCount + 4, "addresses and ports lie within the header")
        try promise(
            IPAddress(bytes: rest[16..<16 + addressByteCount]) == source, "the source is the first of the two addresses"
        )
    }
}

/// What becomes of the beginning of a connection.
private enum ProxyReading: Equatable {
    case waiting
    case header(ProxyHeader)
    case violation(ProxyHeader.Violation)

    init(of bytes: ArraySlice<UInt8>, bytesMax: Int) {
        do throws(ProxyHeader.Violation) {
            self = try ProxyHeader.parse(Array(bytes), bytesMax: bytesMax).map { .header($0) } ?? .waiting
        } catch {
            self = .violation(error)
        }
    }
}
