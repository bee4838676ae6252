internal import Glibc

/// An address of IPv4 or IPv6. An IPv4 address is kept as IPv6 writes it (`::ffff:a.b.c.d`, RFC 4291
/// section 2.5.5.2), so that there is one form of each and comparing never depends on how it came.
public struct IPAddress: Hashable, Sendable {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The four bytes of an IPv4 address, the first of them the most significant.
    public init(v4: UInt32) { self.init(high: 0, low: Self.mappedPrefix | UInt64(v4)) }

    /// The bytes of an address as packets carry it: 4 or 16 of them.
    public init?(bytes: some Collection<UInt8>) {
        func number(_ bytes: some Sequence<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        switch bytes.count {
        case 4: self.init(v4: UInt32(truncatingIfNeeded: number(bytes)))
        case 16: self.init(high: number(bytes.prefix(8)), low: number(bytes.dropFirst(8)))
        default: return nil
        }
    }

    /// Whether it is this machine's own: 127.0.0.0/8 or `::1`.
    public var isLoopback: Bool {
        high == 0 && (low == 1 || low & 0xFFFF_FFFF_FF00_0000 == Self.mappedPrefix | 0x7F00_0000)
    }

    /// Reads `192.0.2.1` or `2001:db8::1` (RFC 4291 section 2.2); nothing else, so no names, zones or octal numbers.
    public init?(_ text: some StringProtocol) {
        // No address is longer, and inet_pton stops at a NUL.
        guard text.utf8.count < INET6_ADDRSTRLEN, !text.utf8.contains(0) else { return nil }
        let text = String(text)
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 {
            self.init(bytes: bytes.prefix(4))
        } else if inet_pton(AF_INET6, text, &bytes) == 1 {
            self.init(bytes: bytes)
        } else {
            return nil
        }
    }

    private static let mappedPrefix: UInt64 = 0xFFFF << 32

    /// Came as IPv4, or could have.
    public var isV4: Bool { high == 0 && low >> 32 == 0xFFFF }

    /// The bits of the address that a client cannot choose: all of an IPv4 address, the first 64 of an IPv6 one, behind
    /// which every host has as many addresses as it likes (RFC 4291 section 2.5.1).
    public var site: IPAddress { isV4 ? self : IPAddress(high: high, low: 0) }
}

extension IPAddress: CustomStringConvertible {
    public var description: String {
        var bytes = (0..<8).map { UInt8(truncatingIfNeeded: high >> (56 - 8 * $0)) }
        bytes += (0..<8).map { UInt8(truncatingIfNeeded: low >> (56 - 8 * $0)) }
        if isV4 { return bytes.suffix(4).map(String.init).joined(separator: ".") }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(AF_INET6, &bytes, &text, socklen_t(text.count)) != nil else { return "" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// A range of addresses that share their first bits, such as `10.0.0.0/8` (RFC 4632 section 3.1).
public struct IPNetwork: Hashable, Sendable {
    private let first: IPAddress
    /// Bits of the address that count, of 128.
    private let prefix: Int

    /// Reads `10.0.0.0/8`, `fd00::/8` or a single address. Bits behind the prefix must be 0: who sets them has probably
    /// mistaken the prefix.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(parts[0]) else { return nil }
        let bits = address.isV4 ? 32 : 128
        var length = bits
        if parts.count == 2 {
            guard parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(parts[1]),
                number <= bits
            else { return nil }
            length = number
        }
        first = address
        prefix = 128 - bits + length
        guard first == Self.masked(first, prefix) else { return nil }
    }

    public func contains(_ address: IPAddress) -> Bool { Self.masked(address, prefix) == first }

    private static func masked(_ address: IPAddress, _ prefix: Int) -> IPAddress {
        // Shifting by 64 or more gives 0.
        IPAddress(
            high: address.high & ~(UInt64.max >> UInt64(min(prefix, 64))),
            low: address.low & ~(UInt64.max >> UInt64(max(prefix - 64, 0))))
    }
}
