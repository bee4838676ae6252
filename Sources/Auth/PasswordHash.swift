public import Base

/// A password as it is kept: the result of scrypt (RFC 7914) with the salt and the cost it was made with, written as
/// `$scrypt$ln=17,r=8,p=1$<salt>$<hash>` (PHC string format, base64 without padding). What other systems have made is
/// read too (`ForeignHash`), until its user logs in.
public struct PasswordHash: Sendable {
    static let saltByteCount = 16
    static let hashByteCount = 32
    /// Bytes of the text; the longest accepted salt and hash stay below it.
    static let textBytesMax = 256

    /// The stored form.
    public let text: String
    private let scheme: Scheme

    private enum Scheme: Sendable {
        case own(Cost, salt: [UInt8], hash: Secret)
        case foreign(ForeignHash)
    }

    /// Reads a stored hash; `nil` unless it is in the form above, spelled in the one way in which it can be written,
    /// with a salt of 8 to 64 bytes, a hash of 16 to 64, and a cost that this server agrees to pay; or one of another
    /// system.
    public init?(text: String) {
        guard text.utf8.count <= Self.textBytesMax else { return nil }
        if let foreign = ForeignHash(text: text) {
            self.text = text
            scheme = .foreign(foreign)
            return
        }
        let parts = text.utf8.split(separator: UInt8(ascii: "$"), omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1].elementsEqual("scrypt".utf8), let cost = Cost(phc: parts[2]),
            let salt = UnpaddedBase64.decode(parts[3]), let hash = UnpaddedBase64.decode(parts[4]),
            (8...64).contains(salt.count), (16...64).contains(hash.count)
        else { return nil }
        self.text = text
        scheme = .own(cost, salt: salt, hash: Secret(hash))
    }

    private init(cost: Cost, salt: [UInt8], hash: [UInt8]) {
        text = "$scrypt$\(cost.phc)$\(UnpaddedBase64.encode(salt))$\(UnpaddedBase64.encode(hash))"
        scheme = .own(cost, salt: salt, hash: Secret(hash))
    }

    /// Hashes a password with a fresh salt. Takes most of a second and 128 MiB at the standard cost.
    public static func make(
        _ password: [UInt8], cost: Cost, random: inout RandomSource
    ) throws(PasswordHashError) -> PasswordHash {
        let salt = random.bytes(saltByteCount)
        let hash = try Scrypt.derive(password, salt: salt, cost: cost, byteCount: hashByteCount)
        return PasswordHash(cost: cost, salt: salt, hash: hash)
    }

    /// Whether this is the password that was hashed. Takes as long as `make`, whatever the answer.
    public func matches(_ password: [UInt8]) throws(PasswordHashError) -> Bool {
        switch scheme {
        case .own(let cost, let salt, let hash):
            hash.matches(try Scrypt.derive(password, salt: salt, cost: cost, byteCount: hash.count))
        case .foreign(let foreign): try foreign.matches(password)
        }
    }

    /// Whether a text is of a kind that other systems make and that is read here, though perhaps not this one.
    public static func isOfKnownKind(_ text: String) -> Bool {
        text.hasPrefix("$scrypt$") || ForeignHash.isKnown(text)
    }

    /// Whether a password just found right should be hashed again, because the cost has been changed since or the hash
    /// is another system's.
    public func needsRehash(for cost: Cost) -> Bool {
        guard case .own(let old, let salt, let hash) = scheme else { return true }
        return old != cost || salt.count != Self.saltByteCount || hash.count != Self.hashByteCount
    }

    /// What it costs to check; `nil` for another system's.
    var cost: Cost? {
        if case .own(let cost, _, _) = scheme { cost } else { nil }
    }

    /// A hash that no password matches, to be checked when the user is unknown, so that the time taken does not tell.
    /// A cost that `make` would refuse is replaced by the standard one.
    public static func decoy(cost: Cost) -> PasswordHash {
        PasswordHash(
            cost: cost.isPayable ? cost : .standard, salt: [UInt8](repeating: 0, count: saltByteCount),
            hash: [UInt8](repeating: 0, count: hashByteCount))
    }
}

extension PasswordHash: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "‹password hash›" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
