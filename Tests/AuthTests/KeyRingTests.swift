import Base
import Testing

@testable import Auth

@Suite("Key ring") struct KeyRingTests {
    /// One key of each kind, made once: RSA takes its time.
    static let keys: [SigningAlgorithm: SigningKey] = {
        var random = RandomSource(seed: 7)
        return Dictionary(
            uniqueKeysWithValues: SigningAlgorithm.allCases.map { ($0, SigningKey.make($0, random: &random)) })
    }()

    private let now = TokenForge.issuedAt

    private func signer(_ ring: KeyRing) -> AccessTokenSigner {
        AccessTokenSigner(keys: LiveKeys(ring), issuer: TokenForge.issuer, audience: TokenForge.audience)
    }

    private func key(_ algorithm: SigningAlgorithm) throws -> SigningKey { try #require(Self.keys[algorithm]) }

    /// A token that is good but for its header and signature.
    private func token(_ header: String, signedBy sign: ([UInt8]) -> [UInt8]) -> String {
        let signed = "\(TokenForge.encoded(header)).\(TokenForge.encoded(TokenForge.payload))"
        return "\(signed).\(Base64.encodeURLSafe(sign(Array(signed.utf8))))"
    }

    @Test(arguments: SigningAlgorithm.allCases) func `says what was signed, by every algorithm`(
        algorithm: SigningAlgorithm
    ) throws {
        let key = try key(algorithm), signer = signer(KeyRing(key))
        let good = token(#"{"alg":"\#(algorithm.rawValue)","typ":"JWT","kid":"\#(key.id)"}"#) { key.sign($0) }
        let claims = try signer.verify(good, at: now).get()
        #expect(signer.verify(signer.sign(claims), at: now) == .success(claims))
        let bytes = Array(good.utf8)
        for index in stride(from: 0, to: bytes.count, by: 3) {
            var changed = bytes
            changed[index] ^= 1
            #expect(!signer.verify(String(decoding: changed, as: UTF8.self), at: now).isSuccess, "byte \(index)")
        }
    }

    @Test(arguments: SigningAlgorithm.allCases) func `takes no other algorithm for a key than its own`(
        algorithm: SigningAlgorithm
    ) throws {
        let key = try key(algorithm), signer = signer(KeyRing(key))
        for other in SigningAlgorithm.allCases where other != algorithm {
            let forger = try self.key(other)
            // Named by the key that is ours, signed in another way by a key that is not.
            let forged = token(#"{"alg":"\#(other.rawValue)","kid":"\#(key.id)"}"#) { forger.sign($0) }
            #expect(signer.verify(forged, at: now) == .failure(.badSignature), "\(other)")
            let named = token(#"{"alg":"\#(other.rawValue)","kid":"\#(forger.id)"}"#) { forger.sign($0) }
            #expect(signer.verify(named, at: now) == .failure(.unknownKey), "\(other)")
        }
    }

    /// RFC 8725 section 2.1: what is public of an asymmetric key is no secret of HS256.
    @Test(arguments: [SigningAlgorithm.rs256, .es256, .edDSA]) func `takes no public key for a shared secret`(
        algorithm: SigningAlgorithm
    ) throws {
        let key = try key(algorithm), signer = signer(KeyRing(key))
        let ring = KeyRing(key), publicKey = try #require(key.verifying.publicKey)
        var secrets: [[UInt8]] = [ring.publicKeys(at: now), Array(publicKey.thumbprint.utf8), Array(key.id.utf8)]
        secrets.append(JSONWriter.object { publicKey.writeMembers(to: &$0) })
        switch publicKey {
        case .ed25519(let x): secrets.append(x)
        case .p256(let x, let y): secrets += [x, [4] + x + y]
        case .rsa(let n, let e): secrets += [n, n + e]
        }
        for secret in secrets {
            for header in [#"{"alg":"HS256"}"#, #"{"alg":"HS256","kid":"\#(key.id)"}"#] {
                let forged = token(header) { Digest.hmacSHA256(key: Secret(secret), $0) }
                #expect(!signer.verify(forged, at: now).isSuccess)
            }
        }
        for header in [#"{"alg":"none"}"#, #"{"alg":"none","kid":"\#(key.id)"}"#] {
            #expect(signer.verify(token(header) { _ in [] }, at: now) == .failure(.malformed))
        }
    }

    @Test func `an ECDSA signature is two numbers, neither of them nothing, and no DER`() throws {
        let key = try key(.es256), signer = signer(KeyRing(key)), header = #"{"alg":"ES256","kid":"\#(key.id)"}"#
        #expect(!signer.verify(token(header) { _ in [UInt8](repeating: 0, count: 64) }, at: now).isSuccess)
        #expect(!signer.verify(token(header) { ECDSASignature.der(key.sign($0)) ?? [] }, at: now).isSuccess)
        #expect(!signer.verify(token(header) { key.sign($0) + [0] }, at: now).isSuccess)
    }

    @Test func `a token without a name is for the secret, if there is exactly one`() throws {
        let secret = try SigningKey(secret: TokenForge.key), edDSA = try key(.edDSA)
        #expect(signer(KeyRing(secret)).verify(TokenForge.good, at: now).isSuccess)
        #expect(signer(KeyRing(secret).rotated(to: edDSA, at: now)).verify(TokenForge.good, at: now).isSuccess)
        let two = KeyRing(secret).rotated(to: try key(.hs256), at: now)
        #expect(signer(two).verify(TokenForge.good, at: now) == .failure(.unknownKey))
        #expect(signer(KeyRing(edDSA)).verify(TokenForge.good, at: now) == .failure(.unknownKey))
        let unnamed = token(#"{"alg":"EdDSA"}"#) { edDSA.sign($0) }
        #expect(signer(KeyRing(edDSA)).verify(unnamed, at: now) == .failure(.unknownKey))
    }

    @Test func `an old key goes when its last token is dead`() throws {
        let old = try key(.hs256), live = LiveKeys(KeyRing(old))
        let signer = AccessTokenSigner(keys: live, issuer: TokenForge.issuer, audience: TokenForge.audience)
        let issued = now.adding(seconds: 3_600)
        let claims = AccessClaims(
            user: try #require(UserID(rawValue: 1)), uuid: "u", login: LoginID(high: 1, low: 2), role: .member,
            tokenID: "t", issuedAt: issued, expiresAt: issued.adding(seconds: TokenLifetimes.accessSeconds))
        let last = signer.sign(claims)
        live.replace(with: live.ring.rotated(to: try key(.edDSA), at: issued))
        #expect(live.ring.keys(at: issued).map(\.id) == [try key(.edDSA).id, old.id])
        #expect(signer.verify(last, at: issued) == .success(claims))
        #expect(signer.sign(claims).hasPrefix(TokenForge.encoded(#"{"alg":"EdDSA""#).dropLast(2)))
        let end = claims.expiresAt.adding(seconds: TokenLifetimes.leewaySeconds)
        #expect(signer.verify(last, at: end.adding(seconds: -1)) == .success(claims))
        #expect(signer.verify(last, at: end) == .failure(.expired))
        let gone = issued.adding(seconds: KeyRing.restSeconds)
        #expect(signer.verify(last, at: gone) == .failure(.unknownKey))
        #expect(live.ring.rotated(to: try key(.es256), at: gone).retired.count == 1, "only the one that signed last")
    }

    @Test func `holds a bounded number of keys, however fast they are made`() throws {
        var random = RandomSource(seed: 9), ring = KeyRing(try key(.hs256))
        for _ in 0..<20 { ring = ring.rotated(to: SigningKey.make(.hs256, random: &random), at: now) }
        #expect(ring.keys(at: now).count == KeyRing.keysMax)
    }

    @Test func `is kept and read back whole, and a damaged one is refused`() throws {
        var ring = KeyRing(try key(.hs256))
        for algorithm in [SigningAlgorithm.rs256, .es256, .edDSA] {
            ring = ring.rotated(to: try key(algorithm), at: now)
        }
        let json = ring.json, again = try #require(KeyRing(json: json))
        #expect(again.json == json)
        #expect(again.keys(at: now).map(\.id) == ring.keys(at: now).map(\.id))
        for text in [
            "", "{}", "[]", #"{"keys":[]}"#, #"{"keys":[{"alg":"HS256","key":"AAAA"}]}"#,
            String(decoding: json, as: UTF8.self).replacing("EdDSA", with: "ES256"),
            String(decoding: json, as: UTF8.self).replacing(#""retired_at":null"#, with: #""retired_at":1"#),
        ] { #expect(KeyRing(json: Array(text.utf8)) == nil, "\(text.prefix(60))") }
    }

    @Test func `publishes what may be published, and nothing else`() throws {
        #expect(KeyRing(try key(.hs256)).publicKeys(at: now) == Array(#"{"keys":[]}"#.utf8))
        let ring = KeyRing(try key(.hs256)).rotated(to: try key(.rs256), at: now).rotated(to: try key(.es256), at: now)
        let keys = try JSONDocument(parsing: ring.publicKeys(at: now)).root["keys"]?.elements ?? []
        #expect(keys.compactMap { $0["kid"]?.string } == [try key(.es256).id, try key(.rs256).id])
        for key in keys {
            #expect(key["d"] == nil && key["p"] == nil && key["k"] == nil)
            #expect(VerifyingKey(jwk: key) != nil)
        }
    }

    @Test(arguments: [
        "your-secret-key", "secret", "changeme", "CHANGE_ME", "your_secret_key_here",
        "secretsecretsecretsecretsecretsecret", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "django-insecure-qwertzuiopasdfghj",
        "your-256-bit-secret", "12345678901234567890123456789012345678901234567890", "",
        "--------------------------------", "my-secret-key", "super-secret-key-change-in-production",
        "0123456789abcdef0123456789abcdef",
    ]) func `secrets of guides are none`(text: String) {
        #expect(WellKnownSecret.isKnown(text))
    }

    @Test func `random secrets are secrets`() {
        var random = RandomSource(seed: 3)
        for _ in 0..<200 { #expect(!WellKnownSecret.isKnown(Base64.encodeURLSafe(random.bytes(32)))) }
        #expect(!WellKnownSecret.isKnown("correct horse battery staple, and more of them"))
    }
}
