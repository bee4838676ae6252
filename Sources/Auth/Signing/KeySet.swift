public import Base

/// The keys that one signer has: what it publishes as a JSON Web Key Set (RFC 7517 section 5), or a secret that it
/// shares with us.
public struct KeySet: Sendable {
    /// Members of a set that are looked at, and those of them that are kept: a token that names no key is compared with
    /// each.
    static let lookedAtMax = 64
    static let keysMax = 32

    public let keys: [VerifyingKey]

    public init(_ keys: [VerifyingKey]) { self.keys = keys }

    /// `nil` for what is no set. Keys that are of no use here are passed over, as the RFC asks; none may be left.
    public init?(_ json: JSONElement) {
        guard let keys = json["keys"], keys.isArray else { return nil }
        self.keys = Array(
            keys.elements.prefix(Self.lookedAtMax).compactMap { VerifyingKey(jwk: $0) }.prefix(Self.keysMax))
    }

    /// `nil` for what is no JSON, or no set.
    public init?(json: [UInt8]) {
        guard let root = try? JSONDocument(parsing: json).root else { return nil }
        self.init(root)
    }

    /// The keys that may have signed a token: those that it names, or all where it names none. A shared secret has no
    /// name of its own, and is for every name.
    public func candidates(for keyID: String?) -> [VerifyingKey] {
        guard let keyID else { return keys }
        return keys.filter { key in
            guard let id = key.id else { return !key.algorithm.isAsymmetric }
            return id.utf8.elementsEqual(keyID.utf8)
        }
    }
}

extension CompactToken {
    /// What is wrong with its signature, if it should be one of these keys'; `nil` when it is right.
    func fault(signedBy set: KeySet) -> TokenFault? {
        let candidates = set.candidates(for: keyID)
        guard !candidates.isEmpty else { return .unknownKey }
        return candidates.contains { isSigned(by: $0) } ? nil : .badSignature
    }
}
