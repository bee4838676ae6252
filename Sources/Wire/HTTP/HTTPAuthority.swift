/// The host and port that a request is for (RFC 9110 section 7.2).
enum HTTPAuthority {
    /// Checks and lower-cases `host[:port]`; `nil` when it is malformed or empty (RFC 9110 section 4.2.1).
    ///
    /// Narrower than RFC 3986 section 3.2.2: a name is made of unreserved characters only, because origins are compared
    /// with it and no real host needs escapes or delimiters. User information (`user@`) is refused
    /// (RFC 9110 section 4.2.4).
    static func normalized(_ bytes: ArraySlice<UInt8>) -> String? {
        let host: ArraySlice<UInt8>
        if bytes.first == UInt8(ascii: "[") {
            guard let bracket = bytes.firstIndex(of: UInt8(ascii: "]")),
                isAddressLiteral(bytes[bytes.startIndex + 1..<bracket])
            else { return nil }
            host = bytes[...bracket]
        } else {
            host = bytes.prefix { $0 != UInt8(ascii: ":") }
            guard !host.isEmpty, host.allSatisfy(\.isUnreserved) else { return nil }
        }
        guard isPort(bytes[host.endIndex...]) else { return nil }
        return bytes.lowercasedText
    }

    /// The inside of the brackets of an IPv6 address: digits, colons and the dots of an embedded IPv4 address.
    private static func isAddressLiteral(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.count >= 2 && bytes.count <= 45
            && bytes.allSatisfy { $0.hexDigitValue != nil || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }
    }

    /// Nothing, or a colon and a port number.
    private static func isPort(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let colon = bytes.first else { return true }
        let digits = bytes.dropFirst()
        guard colon == UInt8(ascii: ":"), (1...5).contains(digits.count), digits.allSatisfy(\.isDigit) else {
            return false
        }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) } <= 65_535
    }
}
