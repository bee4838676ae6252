public import Base

/// A token of a trusted issuer, as it claims to be until its signature has been checked.
public struct ForeignToken: Sendable {
    private let compact: CompactToken
    private let claims: JSONElement
    /// Who it says has made it. It decides whose keys are asked, and nothing else.
    public let issuer: String

    public var keyID: String? { compact.keyID }

    /// What a token of an issuer says, when all of it is in order.
    public struct Statement: Sendable, Equatable {
        public var identity: Identity
        public var login: LoginID
        public var tokenID: String
        public var username: Username?
        public var displayName: String?
        public var issuedAt: Timestamp
        /// When its user showed the issuer who they are: what it says of that (`auth_time`, OpenID Connect Core section
        /// 2), else when it was made; long ago where it says neither.
        public var provenAt: Timestamp
        public var expiresAt: Timestamp
    }

    /// `nil` for what cannot be a token. RFC 9068 section 2.1 has a type of its own for access tokens.
    public init?(_ text: String) {
        guard let compact = CompactToken(text, types: ["JWT", "at+jwt"]),
            let claims = try? JSONDocument(parsing: compact.payload).root, let issuer = claims["iss"]?.string
        else { return nil }
        self.compact = compact
        self.claims = claims
        self.issuer = issuer
    }

    /// What it says, if one of these keys has signed it and it stands at `now`.
    public func statement(
        for trusted: TrustedIssuer, keys: KeySet, at now: Timestamp
    ) -> Result<Statement, TokenFault> {
        if let fault = compact.fault(signedBy: keys) { return .failure(fault) }
        guard let expiresAt = Timestamp(numericDate: claims["exp"]) else { return .failure(.malformed) }
        var issuedAt: Timestamp?
        if let given = claims["iat"] {
            guard let time = Timestamp(numericDate: given), time < expiresAt else { return .failure(.malformed) }
            issuedAt = time
        }
        let standing = TokenStanding(issuers: [trusted.name], audience: trusted.audience, issuedAt: issuedAt)
        if let fault = standing.fault(in: claims, expiresAt: expiresAt, at: now) { return .failure(fault) }
        var provenAt = issuedAt ?? Timestamp(milliseconds: 0)
        if let given = claims["auth_time"] {
            guard let time = Timestamp(numericDate: given) else { return .failure(.malformed) }
            provenAt = min(time, provenAt)
        }
        guard let subject = text(trusted.subjectClaim),
            let identity = Identity(issuer: trusted.name, subject: subject)
        else { return .failure(.malformed) }
        // The signature is no part of the name: some kinds have several for the same words.
        let hash = Digest.sha256(compact.payload)
        let tokenID = claims["jti"]?.string.flatMap { (1...255).contains($0.utf8.count) ? $0 : nil }
        let name = tokenID.map { Digest.sha256(Array("\(trusted.name)\0\(subject)\0\($0)".utf8)) } ?? hash
        func word(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        return .success(
            Statement(
                identity: identity, login: LoginID(high: word(name[0..<8]), low: word(name[8..<16])),
                tokenID: tokenID ?? Base64.encodeURLSafe(hash.prefix(12)),
                username: text(trusted.usernameClaim).flatMap { try? Username($0) },
                displayName: text(trusted.displayNameClaim).flatMap { try? DisplayName($0) }?.text,
                issuedAt: issuedAt ?? min(now, expiresAt), provenAt: provenAt, expiresAt: expiresAt))
    }

    private func text(_ name: String) -> String? { claims.members.first { $0.name == name }?.value.string }
}
