public import Base

/// What a provider says of somebody who has logged in there: OpenID Connect Core 1.0 section 2. Read, but not believed
/// before `verified`.
public struct IDToken: Sendable {
    /// Bytes; providers' tokens have one or two thousand.
    public static let bytesMax = 8_192
    /// Seconds for which one is taken after it was made, whatever it says itself.
    static let ageSecondsMax: Int64 = 86_400
    /// Seconds that clocks may differ.
    static let leewaySeconds: Int64 = 60
    /// Bytes of `sub` (section 2: 255 ASCII characters).
    static let subjectBytesMax = 255

    public let keyID: String?
    private let algorithm: JSONWebKey.Algorithm
    private let signed: [UInt8]
    private let signature: [UInt8]
    private let claims: JSONElement

    /// What a token has to say to be taken.
    public struct Expectation: Sendable {
        /// Spellings of the provider's issuer; the first is the one that is kept.
        public var issuers: [String]
        /// Our name there.
        public var clientID: String
        /// What we asked it to say; `nil` where nobody asked, and then it must not say any.
        public var nonce: String?

        public init(issuers: [String], clientID: String, nonce: String?) {
            self.issuers = issuers
            self.clientID = clientID
            self.nonce = nonce
        }
    }

    public init(parsing text: String) throws(IDTokenFault) {
        guard text.utf8.count <= Self.bytesMax else { throw .malformed }
        let bytes = Array(text.utf8)
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let head = Base64.decodeURLSafe(parts[0]), let payload = Base64.decodeURLSafe(parts[1]),
            let signature = Base64.decodeURLSafe(parts[2]), let header = try? JSONDocument(parsing: head).root,
            let claims = try? JSONDocument(parsing: payload).root, header.isObject, claims.isObject
        else { throw .malformed }
        // RFC 7515 section 4.1.11, and RFC 8725 section 3.10: keys come from the provider's address, never from here.
        for name in ["crit", "b64", "jwk", "jku", "x5u", "zip", "enc"] as [StaticString] where header[name] != nil {
            throw .malformed
        }
        // RFC 8725 section 3.1: the algorithms are ours to choose, and `none` and those with shared keys are not among
        // them.
        guard let algorithm = header["alg"]?.string.flatMap(JSONWebKey.Algorithm.init) else {
            throw .unsupportedAlgorithm
        }
        self.algorithm = algorithm
        keyID = header["kid"]?.string
        signed = Array(bytes[..<parts[1].endIndex])
        self.signature = signature
        self.claims = claims
    }

    /// Whom it speaks of, if one of the keys signed it and it says what it must: section 3.1.3.7.
    public func verified(
        by keys: [JSONWebKey], _ expected: Expectation, at now: Timestamp
    ) throws(IDTokenFault) -> ProvenIdentity {
        let candidates = keys.filter { $0.algorithm == algorithm && (keyID == nil || $0.id == keyID) }
        guard !candidates.isEmpty else { throw .unknownKey }
        guard candidates.contains(where: { $0.verifies(signature, of: signed) }) else { throw .badSignature }

        guard let issuer = claims["iss"]?.string, let kept = expected.issuers.first,
            expected.issuers.contains(where: { Self.same($0, issuer) })
        else { throw .wrongIssuer }
        try checkAudience(expected.clientID)
        try checkTimes(now)
        let nonce = claims["nonce"]
        switch (expected.nonce, nonce?.string) {
        case (nil, nil) where nonce == nil: break
        case (let asked?, let said?) where Secret(Array(asked.utf8)).matches(Array(said.utf8)): break
        default: throw .wrongNonce
        }
        guard let subject = claims["sub"]?.string, (1...Self.subjectBytesMax).contains(subject.utf8.count) else {
            throw .malformed
        }
        return ProvenIdentity(
            issuer: kept, subject: subject, email: claims["email"]?.string.flatMap { try? EmailAddress($0) },
            isEmailVerified: claims["email_verified"]?.bool ?? claims["email_verified"]?.isString("true") ?? false,
            displayName: claims["name"]?.string.flatMap { try? DisplayName($0) }?.text)
    }

    /// One audience or a list that names us and nobody whom we do not know; `azp` is us where it is said, and it has to
    /// be said where the token is for several.
    private func checkAudience(_ clientID: String) throws(IDTokenFault) {
        guard let audience = claims["aud"] else { throw .wrongAudience }
        let named = audience.isArray ? audience.elements : [audience]
        guard named.contains(where: { Self.same($0.string ?? "", clientID) }) else { throw .wrongAudience }
        let party = claims["azp"]
        guard party != nil || named.count == 1 else { throw .wrongAuthorizedParty }
        guard party == nil || Self.same(party?.string ?? "", clientID) else { throw .wrongAuthorizedParty }
    }

    private func checkTimes(_ now: Timestamp) throws(IDTokenFault) {
        guard let expiresAt = Timestamp(numericDate: claims["exp"]),
            let issuedAt = Timestamp(numericDate: claims["iat"])
        else { throw .malformed }
        guard now < expiresAt.adding(seconds: Self.leewaySeconds),
            now < issuedAt.adding(seconds: Self.ageSecondsMax)
        else { throw .expired }
        var validFrom = issuedAt
        if let notBefore = claims["nbf"] {
            guard let time = Timestamp(numericDate: notBefore) else { throw .malformed }
            validFrom = max(validFrom, time)
        }
        guard validFrom.adding(seconds: -Self.leewaySeconds) <= now else { throw .notYetValid }
    }

    /// Byte by byte: `==` takes two spellings of one letter for the same.
    private static func same(_ one: String, _ other: String) -> Bool { one.utf8.elementsEqual(other.utf8) }
}
