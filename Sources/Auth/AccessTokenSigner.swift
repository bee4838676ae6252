public import Base

/// Writes and checks this server's access tokens: JSON Web Tokens (RFC 7519) in compact form, signed with the current
/// key of the ring and read as strictly as RFC 8725 advises.
public struct AccessTokenSigner: Sendable {
    /// Bytes. RFC 7518 section 3.2: a secret is no shorter than the hash.
    public static let keyBytesMin = 32
    /// Bytes. Ours have some 500; what is longer is refused before any work.
    public static let tokenBytesMax = 4096

    private let keys: LiveKeys
    private let issuer: String
    private let audience: String

    /// `issuer` and `audience` are written into every token, and every token must name both.
    public init(keys: LiveKeys, issuer: String, audience: String) {
        self.keys = keys
        self.issuer = issuer
        self.audience = audience
    }

    public func sign(_ claims: AccessClaims) -> String {
        CompactToken.make(payload: claims.json(issuer: issuer, audience: audience), signedBy: keys.ring.current)
    }

    /// What the token says, if one of this server's keys has signed it for this audience and it stands at `now`, give
    /// or take `TokenLifetimes.leewaySeconds`. The claims are not read before the signature has been found right.
    public func verify(_ token: String, at now: Timestamp) -> Result<AccessClaims, TokenFault> {
        guard let token = CompactToken(token) else { return .failure(.malformed) }
        guard let key = keys.ring.key(for: token, at: now) else { return .failure(.unknownKey) }
        guard token.isSigned(by: key) else { return .failure(.badSignature) }
        guard let json = try? JSONDocument(parsing: token.payload).root, let claims = AccessClaims(json) else {
            return .failure(.malformed)
        }
        let standing = TokenStanding(issuers: [issuer], audience: audience, issuedAt: claims.issuedAt)
        if let fault = standing.fault(in: json, expiresAt: claims.expiresAt, at: now) { return .failure(fault) }
        return .success(claims)
    }
}
