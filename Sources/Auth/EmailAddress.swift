/// An e-mail address as people have them: RFC 5321 section 4.1.2 without quoted local parts and without addresses in
/// brackets, and with RFC 6531's letters of all scripts. Whether anyone reads mail there is not known from its form.
public struct EmailAddress: Sendable, Hashable {
    /// RFC 5321 section 4.5.3.1 and its erratum 1690, in bytes.
    public static let bytesMax = 254
    static let localBytesMax = 64
    /// RFC 1035 section 2.3.4, in bytes.
    static let labelBytesMax = 63

    /// As it was typed, with the domain in lower case.
    public let text: String
    /// All in lower case: what must be unique, and what is looked up.
    public let folded: String

    public init(_ text: String) throws(NameFault) {
        guard !text.isEmpty else { throw .tooShort(detail: "An e-mail address has at least one character.") }
        guard text.utf8.count <= Self.bytesMax else {
            throw .tooLong(detail: "An e-mail address has at most \(Self.bytesMax) bytes.")
        }
        let parts = text.unicodeScalars.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw .invalidFormat(detail: "An e-mail address has one @, with something on both sides.")
        }
        try Self.check(local: Substring(parts[0]))
        try Self.check(domain: Substring(parts[1]))
        self.text = String(parts[0]) + "@" + String(parts[1]).lowercased()
        folded = text.lowercased()
    }

    /// Dot-string of RFC 5321: atoms with single dots between them.
    private static func check(local: Substring) throws(NameFault) {
        guard local.utf8.count <= localBytesMax else {
            throw .tooLong(detail: "The part before the @ has at most \(localBytesMax) bytes.")
        }
        let atoms = local.unicodeScalars.split(separator: ".", omittingEmptySubsequences: false)
        guard atoms.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isLocal) }) else {
            throw .invalidFormat(detail: "The part before the @ has a character or a dot that cannot stand there.")
        }
    }

    private static func check(domain: Substring) throws(NameFault) {
        let labels = domain.unicodeScalars.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.allSatisfy({ Substring($0).utf8.count <= labelBytesMax }) else {
            throw .tooLong(detail: "Each part of the domain has at most \(labelBytesMax) bytes.")
        }
        let isWellFormed = labels.allSatisfy {
            !$0.isEmpty && $0.allSatisfy(isDomain) && $0.first != "-" && $0.last != "-"
        }
        guard isWellFormed else {
            throw .invalidFormat(detail: "The domain has a character, a hyphen or a dot that cannot stand there.")
        }
        guard labels.count > 1 || domain.lowercased() == "localhost" else {
            throw .invalidFormat(detail: "The domain of an e-mail address has a dot.")
        }
    }

    /// `atext` of RFC 5322 section 3.2.3, widened by RFC 6531 section 3.3.
    private static func isLocal(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.isASCII, let byte = UInt8(exactly: scalar.value) else { return isVisible(scalar) }
        return byte.isASCIILetter || byte.isASCIIDigit || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
    }

    private static func isDomain(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.isASCII, let byte = UInt8(exactly: scalar.value) else { return isVisible(scalar) }
        return byte.isASCIILetter || byte.isASCIIDigit || byte == UInt8(ascii: "-")
    }

    /// Beyond ASCII: no spaces, no controls, and nothing that turns or hides what stands beside it.
    private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .spaceSeparator, .lineSeparator,
            .paragraphSeparator:
            false
        default:
            true
        }
    }
}
