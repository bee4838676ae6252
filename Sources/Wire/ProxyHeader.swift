public import Base

/// What a proxy says of a connection before its client's first byte: the PROXY protocol, version 2 (HAProxy's
/// proxy-protocol.txt, section 2.2). To be read of trusted proxies only, because anybody can write one.
public struct ProxyHeader: Equatable, Sendable {
    /// Where the client connects from; `nil` when the proxy speaks for itself, as its health checks do, or when it does
    /// not know, or has no IP address to tell.
    public var source: IPAddress?
    /// Bytes of the header. What follows them is the client's.
    public var byteCount: Int

    /// The beginning of bytes that are no such header, or one that contradicts itself.
    public struct Violation: Error, Equatable, Sendable {
        public let reason: String
    }

    /// Twelve bytes that no request and no TLS begins with.
    private static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]
    private static let fixedByteCount = 16

    /// Reads the header that bytes begin with.
    /// - Parameter bytesMax: how long a header may be, with everything that a proxy may add behind the addresses.
    /// - Returns: `nil` while it is not whole; never when there are `bytesMax` bytes.
    public static func parse(_ bytes: [UInt8], bytesMax: Int) throws(Violation) -> ProxyHeader? {
        guard bytes.prefix(signature.count).elementsEqual(signature.prefix(bytes.count)) else {
            throw Violation(reason: "no PROXY header of version 2")
        }
        guard bytes.count >= fixedByteCount else { return nil }
        let version = bytes[12] >> 4, command = bytes[12] & 0xF, family = bytes[13] >> 4, transport = bytes[13] & 0xF
        guard version == 2, command <= 1, family <= 3, transport <= 2 else {
            throw Violation(reason: "a PROXY header of an unknown version or kind")
        }
        let length = Int(bytes[14]) << 8 | Int(bytes[15])
        guard fixedByteCount + length <= bytesMax else { throw Violation(reason: "the PROXY header is too long") }
        // Two addresses and two ports.
        let addressByteCount = family == 1 ? 4 : family == 2 ? 16 : 0
        let needed = family == 3 ? 216 : addressByteCount > 0 ? 2 * addressByteCount + 4 : 0
        guard command == 0 || length >= needed else { throw Violation(reason: "the PROXY header is too short") }
        guard bytes.count >= fixedByteCount + length else { return nil }
        var header = ProxyHeader(source: nil, byteCount: fixedByteCount + length)
        if command == 1, addressByteCount > 0 {
            header.source = IPAddress(bytes: bytes[fixedByteCount..<fixedByteCount + addressByteCount])
        }
        return header
    }
}
