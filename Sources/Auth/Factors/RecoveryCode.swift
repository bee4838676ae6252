public import Base

/// What is written on paper for the day on which the authenticator is lost: 80 random bits as sixteen letters and
/// digits in groups of four. Kept under the server's key.
public struct RecoveryCode: Sendable {
    /// How many a user is given.
    public static let count = 10
    private static let byteCount = 10
    private static let characterCount = 16

    /// With hyphens between the groups.
    public let text: String

    public static func make(random: inout RandomSource) -> RecoveryCode {
        RecoveryCode(characters: Array(Base32.encode(random.bytes(byteCount)).utf8))
    }

    /// Case, spaces and hyphens do not matter; `nil` for what cannot be one.
    public init?(text: String) {
        guard text.utf8.count <= 2 * Self.characterCount else { return nil }
        let characters = text.uppercased().utf8.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "-") }
        guard characters.count == Self.characterCount,
            characters.allSatisfy({ (0x41...0x5A).contains($0) || (0x32...0x37).contains($0) })
        else { return nil }
        self.init(characters: characters)
    }

    private init(characters: [UInt8]) {
        text = stride(from: 0, to: characters.count, by: 4)
            .map { String(decoding: characters[$0..<min($0 + 4, characters.count)], as: UTF8.self) }
            .joined(separator: "-")
    }

    /// What is kept of a user's code.
    public func hash(_ key: ProofKey, of user: UserID) -> [UInt8] { key.derive("recovery code", "\(user)", text) }
}

extension RecoveryCode: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "‹recovery code›" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
