public import Base

/// What a client exchanges for a new access token, once: 32 random bytes in base64url, 43 characters. Only their hash
/// is kept, so that a stolen database opens no door.
public struct RefreshToken: Sendable {
    static let byteCount = 32

    /// What the client is given.
    public let text: String

    /// What is kept and looked up: the SHA-256 of the text. The text is random enough to need no salt.
    public var hash: [UInt8] { Digest.sha256(Array(text.utf8)) }

    public static func make(random: inout RandomSource) -> RefreshToken {
        RefreshToken(checked: Base64.encodeURLSafe(random.bytes(byteCount)))
    }

    /// `nil` unless the text has exactly the form of what `make` gives.
    public init?(text: String) {
        guard text.utf8.count == 43, Base64.decodeURLSafe(text.utf8)?.count == Self.byteCount else { return nil }
        self.init(checked: text)
    }

    private init(checked text: String) { self.text = text }
}

extension RefreshToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "‹refresh token›" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
