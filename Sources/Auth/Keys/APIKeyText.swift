public import Base

/// An API key as it is given out, once: `ck_`, a prefix that is no secret, and 32 random bytes in base64url. Only a
/// hash is kept.
public struct APIKeyText: Sendable {
    private static let start = "ck_"
    static let prefixByteCount = 6
    static let secretByteCount = 32
    /// Bytes of the whole: `ck_`, 12 digits, `_`, and 43 letters.
    public static let byteCount = 59

    public let text: String
    /// By which it is found, and by which people know it: 12 hexadecimal digits.
    public let prefix: String

    /// What is kept: the SHA-256 of the text, which is random enough to need no salt.
    public var hash: [UInt8] { Digest.sha256(Array(text.utf8)) }

    public static func make(random: inout RandomSource) -> APIKeyText {
        let prefix = random.bytes(prefixByteCount).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
        return APIKeyText(
            checked: "\(start)\(prefix)_\(Base64.encodeURLSafe(random.bytes(secretByteCount)))", prefix: prefix)
    }

    /// Whether a text means to be an API key and not a token.
    public static func isMeant(by text: String) -> Bool { text.hasPrefix(start) }

    /// `nil` unless the text has exactly the form of what `make` gives.
    public init?(_ text: String) {
        let bytes = Array(text.utf8), prefixEnd = Self.start.utf8.count + 2 * Self.prefixByteCount
        guard bytes.count == Self.byteCount, bytes.starts(with: Self.start.utf8), bytes[prefixEnd] == UInt8(ascii: "_"),
            bytes[3..<prefixEnd].allSatisfy({ $0.isASCIIDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0) }
            ),
            Base64.decodeURLSafe(bytes[(prefixEnd + 1)...])?.count == Self.secretByteCount
        else { return nil }
        self.init(checked: text, prefix: String(decoding: bytes[3..<prefixEnd], as: UTF8.self))
    }

    private init(checked text: String, prefix: String) {
        self.text = text
        self.prefix = prefix
    }
}

extension APIKeyText: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "‹API key›" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
