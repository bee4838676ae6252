public import Base

/// What is looked at before anything is sent.
extension WebRequest {
    /// Bytes of an address; what is longer was not written by a person.
    static let urlBytesMax = 2_048

    /// Whether it goes without TLS.
    /// - Throws: `refused` for an address that may not be asked, `malformed` for fields that would be more than one.
    func isPlain(within rules: OutsideRules) throws(WebFailure) -> Bool {
        let isPlain = try Self.isPlain(url, within: rules)
        for field in headers {
            // RFC 9110 sections 5.1 and 5.5: what ends a line would begin another field.
            guard !field.name.isEmpty, field.name.utf8.allSatisfy(\.isFieldNameByte),
                field.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 })
            else { throw .malformed("the header field \(field.name.prefix(64)) cannot be sent") }
        }
        guard timeoutMilliseconds > 0, answerBytesMax >= 0 else { throw .malformed("the bounds are not positive") }
        return isPlain
    }

    /// Checks an address as far as its text says; the addresses behind its name are checked when it is connected to.
    public static func isPlain(_ url: String, within rules: OutsideRules) throws(WebFailure) -> Bool {
        guard url.utf8.count <= urlBytesMax else { throw .refused("the address is too long") }
        // Parsers of addresses disagree about anything else (RFC 3986 section 2 has no other bytes).
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else {
            throw .refused("the address has characters that no address has")
        }
        let parts = url.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let scheme = parts[0].lowercased()
        guard parts.count == 2, parts[1].hasPrefix("//"), scheme == "https" || scheme == "http" else {
            throw .refused("the address is none of https://")
        }
        let authority = parts[1].dropFirst(2).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.isEmpty, !authority.hasPrefix(":") else { throw .refused("the address names no host") }
        guard !authority.contains("@") else { throw .refused("the address holds a name or password") }
        guard scheme == "https" || rules.allowsPlainLoopback else {
            throw .refused("only https is spoken with other servers")
        }
        return scheme == "http"
    }
}

extension UInt8 {
    /// `tchar` of RFC 9110 section 5.6.2.
    fileprivate var isFieldNameByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(self)
        }
    }
}
