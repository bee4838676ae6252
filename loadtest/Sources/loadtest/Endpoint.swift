import CEpoll
import Glibc

/// Where the server listens. Unless it is said otherwise only this machine's own addresses are taken, so that no slip
/// of the keyboard points a load at somebody else's server.
struct Endpoint: Equatable {
    /// IPv4, in host byte order.
    var address: UInt32
    var port: UInt16
    /// For the Host header.
    var host: String
    /// TLS is spoken.
    var isSecure = false

    static let connectionsPerSource = 25_000

    init(address: UInt32, port: UInt16, host: String, isSecure: Bool = false) {
        self.address = address
        self.port = port
        self.host = host
        self.isSecure = isSecure
    }

    init(url: String, allowsRemote: Bool = false) throws(UsageError) {
        var rest = Substring(url)
        if let schemeEnd = Self.range(of: "://", in: url) {
            let scheme = url[..<schemeEnd.lowerBound].lowercased()
            guard ["http", "ws", "https", "wss"].contains(scheme) else {
                throw UsageError("\(scheme):// is not spoken, only http:// and https://")
            }
            isSecure = scheme.hasSuffix("s") && scheme != "ws"
            rest = url[schemeEnd.upperBound...]
        }
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let name = parts.first, !name.isEmpty, !rest.contains("/") else {
            throw UsageError("\(url) is not of the form http://127.0.0.1:8080")
        }
        guard let port = parts.count == 2 ? UInt16(parts[1]) : isSecure ? 443 : 80, port > 0 else {
            throw UsageError("\(url) has no usable port")
        }
        var found = name == "localhost" ? 0x7F00_0001 : Self.ipv4(name)
        if allowsRemote, found == nil {
            found = loadtest_resolve(String(name))
            guard found != 0 else { throw UsageError("\(name) has no IPv4 address") }
        }
        guard let address = found, address != 0, allowsRemote || address >> 24 == 127 else {
            throw UsageError(
                "\(name) is refused: only loopback addresses (127.0.0.0/8, localhost) are load-tested, unless"
                    + " `loadtest run` has --allow-remote yes")
        }
        self.address = address
        self.port = port
        host = String(rest)
    }

    /// The name that the server's certificate must be for.
    var name: String { host.split(separator: ":").first.map(String.init) ?? host }

    var nameIsAddress: Bool { Self.ipv4(Substring(name)) != nil }

    /// The address that a connection comes from; 0 lets the kernel choose. One address has some 28,000 ports to one
    /// server, so further connections over loopback come from 127.0.0.2, 127.0.0.3 and so on.
    func source(ofConnection index: Int) -> UInt32 {
        let block = index / Self.connectionsPerSource
        return block == 0 || address >> 24 != 127 ? 0 : 0x7F00_0001 + UInt32(block)
    }

    private static func range(of mark: String, in text: String) -> Range<String.Index>? {
        for start in text.indices where text[start...].hasPrefix(mark) {
            return start..<text.index(start, offsetBy: mark.count)
        }
        return nil
    }

    private static func ipv4(_ text: Substring) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var address: UInt32 = 0
        for part in parts {
            guard let byte = UInt8(part) else { return nil }
            address = address << 8 | UInt32(byte)
        }
        return address
    }
}
