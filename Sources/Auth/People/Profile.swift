/// What users tell of themselves besides their names. Every part may be missing.
public struct Profile: Sendable, Equatable {
    /// Where the picture is: an address of the web, or the id of a file.
    public var avatar: String?
    public var bio: String?
    /// A language tag such as `de`.
    public var locale: String?
    /// Such as `Europe/Berlin`.
    public var timeZone: String?
    public var birthDate: BirthDate?

    public init(
        avatar: String? = nil, bio: String? = nil, locale: String? = nil, timeZone: String? = nil,
        birthDate: BirthDate? = nil
    ) {
        self.avatar = avatar
        self.bio = bio
        self.locale = locale
        self.timeZone = timeZone
        self.birthDate = birthDate
    }

    /// Bytes of an avatar's address.
    public static let avatarBytesMax = 1_024
    /// Bytes of what somebody says about themselves.
    public static let bioBytesMax = 2_000

    /// An address that a page may show as a picture: `https:`, `http:`, a path on this server, or a file's id. Nothing
    /// that a browser would run, and nothing that hides where it leads.
    public static func avatar(_ text: String) throws(ProfileFault) -> String {
        guard text.utf8.count <= avatarBytesMax else {
            throw ProfileFault("too_long", "An avatar's address has at most \(avatarBytesMax) bytes.")
        }
        let isPlain =
            !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"\"<>\\^`{|}".utf8.contains($0) }
        let scheme = text.prefix { $0.isLetter || $0.isNumber || "+.-".contains($0) }
        let hasScheme = text[scheme.endIndex...].hasPrefix(":")
        guard isPlain, !text.hasPrefix("//"), !hasScheme || ["https", "http"].contains(scheme.lowercased()) else {
            throw ProfileFault("invalid_format", "An avatar is an http or https address, or the id of a file.")
        }
        return text
    }

    /// Text of several lines without control characters besides line feeds and tabs.
    public static func bio(_ text: String) throws(ProfileFault) -> String {
        guard text.utf8.count <= bioBytesMax else {
            throw ProfileFault("too_long", "A bio has at most \(bioBytesMax) bytes.")
        }
        let isPlain = text.unicodeScalars.allSatisfy {
            $0.properties.generalCategory != .control || $0 == "\n" || $0 == "\t" || $0 == "\r"
        }
        guard isPlain else {
            throw ProfileFault("invalid_format", "A bio has no control characters besides line breaks.")
        }
        return text
    }
}
