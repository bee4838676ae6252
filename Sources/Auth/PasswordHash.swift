public import Base

/// A password as it is kept: the result of scrypt (RFC 7914) with the salt and the cost it was made with, written as
/// `$scrypt$ln=17,r=8,p=1$<salt>$<hash>` (PHC string format, base64 without padding).
public struct PasswordHash: Sendable {
    static let saltByteCount = 16
    static let hashByteCount = 32
    /// Bytes of the text; the longest accepted salt and hash stay below it.
    static let textBytesMax = 256

    /// The stored form.
    public let text: String
    let cost: Cost
    private let salt: [UInt8]
    private let hash: Secret

    /// Reads a stored hash; `nil` unless it is in the form above, spelled in the one way in which it can be written,
    /// with a salt of 8 to 64 bytes, a hash of 16 to 64, and a cost that this server agrees to pay.
    public init?(text: String) {
        guard text.utf8.count <= Self.textBytesMax else { return nil }
        let parts = text.utf8.split(separator: UInt8(ascii: "$"), omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1].elementsEqual("scrypt".utf8), let cost = Cost(phc: parts[2]),
            let salt = UnpaddedBase64.decode(parts[3]), let hash = UnpaddedBase64.decode(parts[4]),
            (8...64).contains(salt.count), (16...64).contains(hash.count)
        else { return nil }
        self.text = text
        self.cost = cost
        self.salt = salt
        self.hash = Secret(hash)
    }

    private init(cost: Cost, salt: [UInt8], hash: [UInt8]) {
        text = "$scrypt$\(cost.phc)$\(UnpaddedBase64.encode(salt))$\(UnpaddedBase64.encode(hash))"
        self.cost = cost
        self.salt = salt
        self.hash = Secret(hash)
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
        hash.matches(try Scrypt.derive(password, salt: salt, cost: cost, byteCount: hash.count))
    }

    /// Whether a password just found right should be hashed again, because the cost has been changed since.
    public func needsRehash(for cost: Cost) -> Bool {
        self.cost != cost || salt.count != Self.saltByteCount || hash.count != Self.hashByteCount
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
