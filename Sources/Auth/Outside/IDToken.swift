public import Base

/// What a provider says of somebody who has logged in there: OpenID Connect Core 1.0 section 2. Read, but not believed
/// before `verified`.
public struct IDToken: Sendable {
    /// Bytes; providers' tokens have one or two thousand.
    public static let bytesMax = 8_192
    /// Seconds for which one is taken after it was made, whatever it says itself.
    static let ageSecondsMax: Int64 = 86_400

    public var keyID: String? { compact.keyID }
    private let compact: CompactToken
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

    /// `nil` for what cannot be one.
    public init?(_ text: String) {
        guard let compact = CompactToken(text, bytesMax: Self.bytesMax),
            let claims = try? JSONDocument(parsing: compact.payload).root, claims.isObject
        else { return nil }
        self.compact = compact
        self.claims = claims
    }

    /// Whom it speaks of, if one of the keys signed it and it says what it must: section 3.1.3.7.
    public func verified(
        by keys: KeySet, _ expected: Expectation, at now: Timestamp
    ) throws(TokenFault) -> ProvenIdentity {
        if let fault = compact.fault(signedBy: keys) { throw fault }
        guard let kept = expected.issuers.first else { throw .wrongIssuer }
        try checkTimes(expected, now)
        try checkParty(expected.clientID)
        let nonce = claims["nonce"]
        switch (expected.nonce, nonce?.string) {
        case (nil, nil) where nonce == nil: break
        case (let asked?, let said?) where Secret(Array(asked.utf8)).matches(Array(said.utf8)): break
        default: throw .wrongNonce
        }
        guard let subject = claims["sub"]?.string, let identity = Identity(issuer: kept, subject: subject) else {
            throw .malformed
        }
        return ProvenIdentity(
            issuer: identity.issuer, subject: identity.subject,
            email: claims["email"]?.string.flatMap { try? EmailAddress($0) },
            isEmailVerified: claims["email_verified"]?.bool ?? claims["email_verified"]?.isString("true") ?? false,
            displayName: claims["name"]?.string.flatMap { try? DisplayName($0) }?.text)
    }

    private func checkTimes(_ expected: Expectation, _ now: Timestamp) throws(TokenFault) {
        guard let expiresAt = Timestamp(numericDate: claims["exp"]),
            let issuedAt = Timestamp(numericDate: claims["iat"]), issuedAt < expiresAt
        else { throw .malformed }
        let standing = TokenStanding(issuers: expected.issuers, audience: expected.clientID, issuedAt: issuedAt)
        if let fault = standing.fault(in: claims, expiresAt: expiresAt, at: now) { throw fault }
        guard now < issuedAt.adding(seconds: Self.ageSecondsMax) else { throw .expired }
    }

    /// `azp` is us where it is said, and it has to be said where the token is for several.
    private func checkParty(_ clientID: String) throws(TokenFault) {
        guard let party = claims["azp"] else {
            guard claims["aud"].map({ !$0.isArray || $0.elements.count == 1 }) == true else {
                throw .wrongAuthorizedParty
            }
            return
        }
        guard TokenStanding.names(party, clientID) else { throw .wrongAuthorizedParty }
    }
}
