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

    /// `nil` outside `charactersMinRange`.
    public init?(charactersMin: Int) {
        guard Self.charactersMinRange.contains(charactersMin) else { return nil }
        self.init(uncheckedCharactersMin: charactersMin)
    }

    private init(uncheckedCharactersMin charactersMin: Int) { self.charactersMin = charactersMin }

    /// Throws when a password, given as UTF-8, may not be chosen.
    public func check(_ password: [UInt8]) throws(PasswordFault) {
        guard password.count <= Self.bytesMax else { throw .tooLong(bytesMax: Self.bytesMax) }
        // Every byte but a continuation (RFC 3629 section 3) begins one scalar.
        let characters = password.count { $0 & 0b1100_0000 != 0b1000_0000 }
        guard characters >= charactersMin else { throw .tooShort(charactersMin: charactersMin) }
    }
}
