internal import Base

@testable import Auth

extension FuzzTarget {
    /// Another server's token as it comes: an identity provider's, or a trusted issuer's.
    static let foreignToken = FuzzTarget("foreign-token", bytesMax: 1024) { input throws(BrokenPromise) in
        try ForeignTokens.check(String(decoding: input, as: UTF8.self))
    }

    /// Its claims, behind a signature that is right.
    static let foreignClaims = FuzzTarget("foreign-claims", bytesMax: 1024) { input throws(BrokenPromise) in
        try ForeignTokens.check(ForeignTokens.signed(#"{"alg":"EdDSA"}"#.utf8, input))
    }

    /// Its header, behind a signature that is right.
    static let foreignHeader = FuzzTarget("foreign-header", bytesMax: 512) { input throws(BrokenPromise) in
        try ForeignTokens.check(ForeignTokens.signed(input, ForeignTokens.goodClaims.utf8))
    }

    /// The keys that another server publishes.
    static let keySet = FuzzTarget("key-set", bytesMax: 4096) { input throws(BrokenPromise) in
        guard let set = KeySet(json: input) else { return }
        try promise(set.keys.count <= KeySet.keysMax, "a set is kept up to a bound")
        try promise(set.candidates(for: nil).count == set.keys.count, "who names no key means any of them")
        for key in set.keys { try ForeignTokens.check(key, of: set) }
    }
}

private enum ForeignTokens {
    private static let now = Timestamp(milliseconds: 1_800_000_000_000)
    private static let issuer = "https://id.example", audience = "chat"

    static let goodClaims = """
        {"iss":"https://id.example","aud":"chat","sub":"s-1","iat":1800000000,"exp":1800003600,"auth_time":1799999000,\
        "jti":"t-1","email":"ann@example.org","email_verified":true,"name":"Ann","preferred_username":"ann"}
        """

    private struct Signer: Sendable {
        var key: SigningKey
        var keys: KeySet
        var trusted: TrustedIssuer
    }

    /// RFC 8037 appendix A.1, in the frame of RFC 8410 section 7.
    private static let signer: Signer? = {
        let frame: [UInt8] = [0x30, 0x2E, 2, 1, 0, 0x30, 5, 6, 3, 0x2B, 0x65, 0x70, 4, 0x22, 4, 0x20]
        let seed = Base64.decodeURLSafe("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A".utf8) ?? []
        guard let key = SigningKey(.edDSA, privateBytes: frame + seed) else { return nil }
        let json = KeyRing(key).publicKeys(at: now)
        let issuers = try? TrustedIssuer.list(
            Array(#"[{"issuer":"\#(issuer)","audience":"\#(audience)","jwks":"#.utf8) + json + Array("}]".utf8))
        guard let keys = KeySet(json: json), let trusted = issuers?.first else { return nil }
        return Signer(key: key, keys: keys, trusted: trusted)
    }()

    static func signed(_ header: some Collection<UInt8>, _ payload: some Collection<UInt8>) -> String {
        let text = "\(Base64.encodeURLSafe(header)).\(Base64.encodeURLSafe(payload))"
        return "\(text).\(Base64.encodeURLSafe(signer?.key.sign(Array(text.utf8)) ?? []))"
    }

    static func check(_ token: String) throws(BrokenPromise) {
        guard let signer else { throw BrokenPromise(what: "the key is one") }
        for nonce in [nil, "n-1"] as [String?] { try checkIDToken(token, nonce, signer) }
        try checkTrusted(token, signer)
    }

    private static func checkIDToken(_ text: String, _ nonce: String?, _ signer: Signer) throws(BrokenPromise) {
        let expected = IDToken.Expectation(issuers: [issuer, "id.example"], clientID: audience, nonce: nonce)
        guard let token = IDToken(text), let proven = try? token.verified(by: signer.keys, expected, at: now) else {
            return
        }
        try promise(proven.issuer == issuer, "an identity is kept under one spelling of its issuer")
        try promise((1...255).contains(proven.subject.utf8.count), "a subject stays within its bound")
        if let name = proven.displayName {
            try promise((try? DisplayName(name))?.text == name, "a name that is in order stays as it is")
        }
        var other = expected
        other.clientID = "Chat"
        try promise((try? token.verified(by: signer.keys, other, at: now)) == nil, "a token is for whom it names")
        other = expected
        other.nonce = nonce == nil ? "n-1" : nil
        try promise((try? token.verified(by: signer.keys, other, at: now)) == nil, "a nonce is the one that was asked")
        try promise((try? token.verified(by: KeySet([]), expected, at: now)) == nil, "somebody has to have signed it")
        let later = now.adding(seconds: IDToken.ageSecondsMax + TokenLifetimes.leewaySeconds)
        try promise((try? token.verified(by: signer.keys, expected, at: later)) == nil, "a token is not taken for ever")
    }

    private static func checkTrusted(_ text: String, _ signer: Signer) throws(BrokenPromise) {
        guard let token = ForeignToken(text),
            case .success(let statement) = token.statement(for: signer.trusted, keys: signer.keys, at: now)
        else { return }
        let leeway = TokenLifetimes.leewaySeconds
        try promise(now < statement.expiresAt.adding(seconds: leeway), "a token is taken in its time only")
        try promise(statement.provenAt <= statement.issuedAt, "nobody has shown who they are later than it was made")
        try promise((1...255).contains(statement.identity.subject.utf8.count), "a subject stays within its bound")
        try promise((1...255).contains(statement.tokenID.utf8.count), "a token's name stays within its bound")
        try promise(
            token.statement(for: signer.trusted, keys: signer.keys, at: now) == .success(statement),
            "a token says the same again")
        try promise(
            token.statement(for: signer.trusted, keys: KeySet([]), at: now) == .failure(.unknownKey),
            "somebody has to have signed it")
    }

    static func check(_ key: VerifyingKey, of set: KeySet) throws(BrokenPromise) {
        try promise(key.algorithm.isAsymmetric, "no secret is published")
        try promise(
            key.id.map { (1...CompactToken.keyIDBytesMax).contains($0.utf8.count) } ?? true, "a name is bounded")
        try promise(!set.candidates(for: key.id).isEmpty, "a key is found by its name")
        guard let publicKey = key.publicKey else { throw BrokenPromise(what: "it has a public half") }
        let json = JSONWriter.object { json in
            publicKey.writeMembers(to: &json)
            json.member("alg", key.algorithm.rawValue)
            if let id = key.id { json.member("kid", id) }
        }
        let again = (try? JSONDocument(parsing: json).root).flatMap { VerifyingKey(jwk: $0) }
        try promise(
            again?.publicKey == publicKey && again?.algorithm == key.algorithm
                && Array((again?.id ?? "").utf8) == Array((key.id ?? "").utf8),
            "a key that is written again is the same")
        for count in [0, 64, 256] {
            try promise(!key.isRight([UInt8](repeating: 0, count: count), over: [1]), "nothing signs nothing")
        }
    }
}
