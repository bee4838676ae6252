public import Base

/// Writes and checks access tokens: JSON Web Tokens (RFC 7519) in compact form, signed with HMAC-SHA256 (RFC 7515,
/// RFC 7518 section 3.2) and read as strictly as RFC 8725 advises.
public struct AccessTokenSigner: Sendable {
    /// Bytes. RFC 7518 section 3.2: a key is no shorter than the hash.
    public static let keyBytesMin = 32
    /// Bytes. Ours have some 500; what is longer is refused before any work.
    public static let tokenBytesMax = 4096

    private let key: Secret
    private let issuer: String
    private let audience: String

    /// `issuer` and `audience` are written into every token, and every token must name both.
    public init(key: Secret, issuer: String, audience: String) throws(WeakKey) {
        guard key.count >= Self.keyBytesMin else {
            throw WeakKey(byteCount: key.count, bytesMin: Self.keyBytesMin)
        }
        self.key = key
        self.issuer = issuer
        self.audience = audience
    }

    public func sign(_ claims: AccessClaims) -> String {
        let payload = Base64.encodeURLSafe(claims.json(issuer: issuer, audience: audience))
        let signed = "\(AccessTokenHeader.encoded).\(payload)"
        return "\(signed).\(Base64.encodeURLSafe(Digest.hmacSHA256(key: key, signed.utf8)))"
    }

    /// What the token says, if it was signed with this key for this audience and stands at `now`, give or take
    /// `TokenLifetimes.leewaySeconds`. The claims are not read before the signature has been found right.
    public func verify(_ token: String, at now: Timestamp) -> Result<AccessClaims, AccessTokenFault> {
        guard token.utf8.count <= Self.tokenBytesMax else { return .failure(.malformed) }
        let bytes = Array(token.utf8)
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Base64.decodeURLSafe(parts[0]), AccessTokenHeader.isAccepted(header),
            let payload = Base64.decodeURLSafe(parts[1]), let signature = Base64.decodeURLSafe(parts[2])
        else { return .failure(.malformed) }
        let signed = bytes[..<parts[1].endIndex]
        guard Secret(Digest.hmacSHA256(key: key, signed)).matches(signature) else { return .failure(.badSignature) }
        guard let json = try? JSONDocument(parsing: payload).root else { return .failure(.malformed) }
        return read(json, at: now)
    }

    private func read(_ json: JSONElement, at now: Timestamp) -> Result<AccessClaims, AccessTokenFault> {
        guard let claims = AccessClaims(json) else { return .failure(.malformed) }
        guard names(json["iss"], issuer) else { return .failure(.wrongIssuer) }
        // RFC 7519 section 4.1.3: one audience, or a list of them.
        let audiences = json["aud"].map { $0.isArray ? $0.elements : [$0] } ?? []
        guard audiences.contains(where: { names($0, audience) }) else { return .failure(.wrongAudience) }

        // Both times are of this era, so that the leeway does not overflow; nothing is known of `now`.
        let leeway = TokenLifetimes.leewaySeconds
        guard now < claims.expiresAt.adding(seconds: leeway) else { return .failure(.expired) }
        var validFrom = claims.issuedAt
        if let notBefore = json["nbf"] {
            guard let time = Timestamp(numericDate: notBefore) else { return .failure(.malformed) }
            validFrom = max(validFrom, time)
        }
        guard validFrom.adding(seconds: -leeway) <= now else { return .failure(.notYetValid) }
        return .success(claims)
    }

    /// Byte by byte (RFC 7519 section 2, StringOrURI), where `==` would take two spellings of one letter for the same.
    private func names(_ json: JSONElement?, _ expected: String) -> Bool {
        json?.utf8.map { $0.elementsEqual(expected.utf8) } ?? false
    }
}
