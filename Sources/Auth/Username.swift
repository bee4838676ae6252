/// A name to log in with: 1 to 64 ASCII letters, digits, dots, underscores and hyphens. It has no `@` and is not all
/// digits, so that it is never taken for an e-mail address or a phone number.
public struct Username: Sendable, Hashable {
    public static let bytesMax = 64

    /// As it was typed.
    public let text: String
    /// In lower case: what must be unique, and what is looked up.
    public let folded: String

    public init(_ text: String) throws(NameFault) {
        guard !text.isEmpty else { throw .tooShort(detail: "A username has at least one character.") }
        guard text.utf8.count <= Self.bytesMax else {
            throw .tooLong(detail: "A username has at most \(Self.bytesMax) characters.")
        }
        guard text.utf8.allSatisfy(Self.isAllowed) else {
            throw .invalidFormat(
                detail: "A username is made of the letters a to z, digits, dots, underscores and hyphens.")
        }
        guard !text.utf8.allSatisfy({ $0.isASCIIDigit }) else {
            throw .invalidFormat(detail: "A username is not made of digits alone.")
        }
        self.text = text
        folded = text.lowercased()
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        byte.isASCIILetter || byte.isASCIIDigit || "._-".utf8.contains(byte)
    }
}
