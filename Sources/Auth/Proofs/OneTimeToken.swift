public import Base

/// What a link or a step between two requests carries: 32 random bytes in base64url, 43 characters, good for one use.
/// Only their hash is kept.
public struct OneTimeToken: Sendable {
    static let byteCount = 32

    /// What is given out.
    public let text: String

    /// What is kept and looked up: the SHA-256 of the text, which is random enough to need no key.
    public var hash: [UInt8] { Digest.sha256(Array(text.utf8)) }

    public static func make(random: inout RandomSource) -> OneTimeToken {
        OneTimeToken(checked: Base64.encodeURLSafe(random.bytes(byteCount)))
    }

    /// `nil` unless the text has exactly the form of what `make` gives.
    public init?(text: String) {
        guard text.utf8.count == 43, Base64.decodeURLSafe(text.utf8)?.count == Self.byteCount else { return nil }
        self.init(checked: text)
    }

    private init(checked text: String) { self.text = text }
}

extension OneTimeToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "‹one-time token›" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
