/// What a password must be when it is chosen. Every character is welcome and nothing is cut off; there are no rules of
/// composition (NIST SP 800-63B section 3.1.1).
public struct PasswordRule: Sendable, Equatable {
    /// UTF-8 bytes; enough for any sentence, and little to hash.
    public static let bytesMax = 1024
    /// What the least length may be set to.
    public static let charactersMinRange = 6...64
    public static let standard = PasswordRule(uncheckedCharactersMin: 8)

    /// Unicode scalars.
    public let charactersMin: Int

    /// Whether passwords are refused that everybody tries first, or that are the user's own name.
    public var refusesCommon = true

    /// `nil` outside `charactersMinRange`.
    public init?(charactersMin: Int) {
        guard Self.charactersMinRange.contains(charactersMin) else { return nil }
        self.init(uncheckedCharactersMin: charactersMin)
    }

    private init(uncheckedCharactersMin charactersMin: Int) { self.charactersMin = charactersMin }

    /// Throws when a password, given as UTF-8, may not be chosen.
    /// - Parameter names: what the user is called: username, e-mail address, phone number.
    public func check(_ password: [UInt8], names: [String] = []) throws(PasswordFault) {
        guard password.count <= Self.bytesMax else { throw .tooLong(bytesMax: Self.bytesMax) }
        // Every byte but a continuation (RFC 3629 section 3) begins one scalar.
        let characters = password.count { $0 & 0b1100_0000 != 0b1000_0000 }
        guard characters >= charactersMin else { throw .tooShort(charactersMin: charactersMin) }
        guard refusesCommon else { return }
        guard !CommonPasswords.contains(password) else { throw .common }
        guard !Self.isLittleMore(String(decoding: password, as: UTF8.self).lowercased(), than: names) else {
            throw .namesTheUser
        }
    }

    /// Characters that a password has beside a name in it, at least.
    private static let besideNameMin = 4
    /// Bytes of a name that is looked for; shorter ones are in many words.
    private static let nameBytesMin = 3
    private static let serviceName = "confab"

    private static func isLittleMore(_ password: String, than names: [String]) -> Bool {
        let parts = names.flatMap { name in [name, name.split(separator: "@").first.map(String.init) ?? name] }
        return (parts.map { $0.lowercased() } + [serviceName]).contains { name in
            guard name.utf8.count >= nameBytesMin, let place = password.firstRange(of: name) else { return false }
            return password.count - password.distance(from: place.lowerBound, to: place.upperBound) < besideNameMin
        }
    }
}
