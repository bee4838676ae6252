internal import Auth
internal import Base

extension FuzzTarget {
    /// An access token as it comes.
    static let token = FuzzTarget("token", bytesMax: 1024) { input throws(BrokenPromise) in
        try Tokens.check(String(decoding: input, as: UTF8.self))
    }

    /// The claims of a token, behind a signature that is right.
    static let tokenClaims = FuzzTarget("token-claims", bytesMax: 1024) { input throws(BrokenPromise) in
        try Tokens.check(Tokens.signed(#"{"alg":"HS256"}"#.utf8, input))
    }

    /// The header of a token, behind a signature that is right.
    static let tokenHeader = FuzzTarget("token-header", bytesMax: 512) { input throws(BrokenPromise) in
        try Tokens.check(Tokens.signed(input, Tokens.goodClaims.utf8))
    }
}

private enum Tokens {
    private static let key = Secret(Array(1...32) as [UInt8])
    private static let now = Timestamp(milliseconds: 1_800_000_000_000)
    private static let signer = (try? SigningKey(secret: Array(1...32))).map {
        AccessTokenSigner(keys: LiveKeys(KeyRing($0)), issuer: "confab", audience: "chat")
    }

    static let goodClaims = """
        {"iss":"confab","aud":"chat","sub":"108","id":"u1","sid":"00000000000000010000000000000002","role":"member",\
        "jti":"t1","iat":1800000000,"exp":1800007200}
        """

    static func signed(_ header: some Collection<UInt8>, _ payload: some Collection<UInt8>) -> String {
        let text = "\(Base64.encodeURLSafe(header)).\(Base64.encodeURLSafe(payload))"
        return "\(text).\(Base64.encodeURLSafe(Digest.hmacSHA256(key: key, text.utf8)))"
    }

    /// What is accepted can be signed again and says the same.
    static func check(_ token: String) throws(BrokenPromise) {
        guard let signer else { throw BrokenPromise(what: "the key is long enough") }
        guard case .success(let claims) = signer.verify(token, at: now) else { return }
        let leeway = TokenLifetimes.leewaySeconds
        try promise(
            claims.issuedAt.adding(seconds: -leeway) <= now && now < claims.expiresAt.adding(seconds: leeway),
            "a token is taken in its time only")
        try promise(
            (1...128).contains(claims.uuid.utf8.count) && (1...128).contains(claims.tokenID.utf8.count),
            "a name in a token stays within its bound")
        try promise(
            signer.verify(signer.sign(claims), at: now) == .success(claims), "claims that are signed again are the same"
        )
    }
}
