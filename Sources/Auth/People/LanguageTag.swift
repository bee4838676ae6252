/// The language in which somebody wants to be spoken to: a tag of the form of RFC 5646 section 2.1, such as `de` or
/// `zh-Hant-TW`. Whether there is such a language is not looked up.
public struct LanguageTag: Sendable, Hashable {
    /// Bytes; RFC 5646 section 4.4.1 asks for room for 35.
    public static let bytesMax = 64

    public let text: String

    public init(_ text: String) throws(ProfileFault) {
        guard text.utf8.count <= Self.bytesMax else {
            throw ProfileFault("too_long", "A language tag has at most \(Self.bytesMax) bytes.")
        }
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        let isWellFormed =
            parts.allSatisfy { (1...8).contains($0.count) && $0.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit } }
            // The first names the language; one letter alone opens what is private or was registered long ago.
            && parts[0].allSatisfy(\.isASCIILetter) && (parts[0].count > 1 || parts.count > 1)
            // A single letter or digit opens an extension and is never the last.
            && (parts.last?.count ?? 0) > 1
        guard isWellFormed else {
            throw ProfileFault("invalid_format", "A language tag looks like de, pt-BR or zh-Hant-TW.")
        }
        self.text = text
    }
}
