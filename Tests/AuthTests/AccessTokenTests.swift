import Auth
import Base
import Testing

@Suite("Access token") struct AccessTokenTests {
    let signer: AccessTokenSigner
    let claims: AccessClaims

    init() throws {
        signer = AccessTokenSigner(
            keys: LiveKeys(KeyRing(try SigningKey(secret: TokenForge.key))), issuer: TokenForge.issuer,
            audience: TokenForge.audience)
        claims = AccessClaims(
            user: try #require(UserID(rawValue: 108)), uuid: "5f0c0b34-6a4c-4c7e-9d8a-0f1e2d3c4b5a",
            login: LoginID(high: 1, low: 2), role: .courier, tokenID: "t1", issuedAt: TokenForge.issuedAt,
            expiresAt: TokenForge.issuedAt.adding(seconds: TokenLifetimes.accessSeconds))
    }

    @Test func `says what was signed`() {
        let token = signer.sign(claims)
        #expect(signer.verify(token, at: claims.issuedAt) == .success(claims))
    }

    @Test func `is written as other systems read it`() throws {
        let parts = signer.sign(claims).split(separator: ".")
        let kid = try SigningKey(secret: TokenForge.key).id
        #expect(kid.utf8.count == 16)
        #expect(Base64.decodeURLSafe(parts[0].utf8) == Array(#"{"alg":"HS256","typ":"JWT","kid":"\#(kid)"}"#.utf8))
        let payload = try JSONDocument(parsing: #require(Base64.decodeURLSafe(parts[1].utf8))).root
        #expect(payload["sub"]?.string == "108")
        #expect(payload["id"]?.string == "5f0c0b34-6a4c-4c7e-9d8a-0f1e2d3c4b5a")
        #expect(payload["sid"]?.string == "00000000000000010000000000000002")
        #expect(payload["role"]?.string == "courier")
        #expect(payload["iss"]?.string == "confab")
        #expect(payload["aud"]?.string == "chat")
        #expect(payload["jti"]?.string == "t1")
        #expect(payload["iat"]?.integer == 1_800_000_000)
        #expect(payload["exp"]?.integer == 1_800_007_200)
    }

    @Test func `drops what is below a second`() throws {
        var precise = claims
        precise.issuedAt.milliseconds += 999
        precise.expiresAt.milliseconds += 1
        #expect(signer.verify(signer.sign(precise), at: claims.issuedAt) == .success(claims))
    }

    @Test(
        arguments: [
            (0, nil), (7_200_000, nil), (7_229_999, nil), (7_230_000, .expired), (7_230_001, .expired),
            (-30_000, nil), (-30_001, .notYetValid), (.max - 1_800_000_000_000, .expired),
            (.min + 1, .notYetValid),
        ] as [(Int64, TokenFault?)])
    func `stands from its issue to its expiry, give or take half a minute`(
        milliseconds: Int64, fault: TokenFault?
    ) {
        let now = Timestamp(milliseconds: 1_800_000_000_000 + milliseconds)
        #expect(signer.verify(signer.sign(claims), at: now) == fault.map { .failure($0) } ?? .success(claims))
    }

    @Test(arguments: [0, 1, 31]) func `refuses a key that is shorter than its hash`(byteCount: Int) {
        #expect(throws: WeakKey(byteCount: byteCount, bytesMin: 32)) {
            try SigningKey(secret: [UInt8](repeating: 1, count: byteCount))
        }
    }

    @Test func `takes the headers that others write`() {
        for header in [
            #"{"alg":"HS256"}"#, #"{"typ":"JWT","alg":"HS256"}"#, #"{ "alg" : "HS256", "typ" : "JWT" }"#,
            #"{"alg":"HS\u003256"}"#,
        ] {
            #expect(signer.verify(TokenForge.token(header: header), at: TokenForge.issuedAt).isSuccess, "\(header)")
        }
    }

    @Test func `takes the claims that others write`() {
        for (name, value) in [
            ("aud", #"["other","chat"]"#), ("aud", #"["chat"]"#), ("nbf", "1800000030"), ("nbf", "0"),
            ("name", #""Alice""#), ("exp", "253402300799"), ("iat", "0"), ("sub", #""2147483647""#),
        ] {
            let token = TokenForge.token(changing: name, to: value)
            #expect(signer.verify(token, at: TokenForge.issuedAt).isSuccess, "\(name): \(value)")
        }
    }

    @Test(arguments: TokenForge.badTokens) func `refuses every other token`(bad: BadToken) {
        #expect(signer.verify(bad.token, at: TokenForge.issuedAt) == .failure(bad.fault))
    }

    @Test func `refuses a token with any one byte changed`() {
        let token = Array(signer.sign(claims).utf8)
        for index in token.indices {
            for change: UInt8 in [0x01, 0x02, 0x20, 0x80] {
                var changed = token
                changed[index] ^= change
                let text = String(decoding: changed, as: UTF8.self)
                #expect(!signer.verify(text, at: claims.issuedAt).isSuccess, "byte \(index) ^ \(change)")
            }
        }
    }

    @Test(arguments: 1...200 as ClosedRange<UInt64>) func `is not upset by noise`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let alphabet = Array(#"eyJ.{}":,0129abcXYZ-_= é"#)
        let parts = (0..<3).map { _ in
            String(
                (0..<Int.random(in: 0...40, using: &random)).compactMap { _ in alphabet.randomElement(using: &random) })
        }
        #expect(!signer.verify(parts.joined(separator: "."), at: TokenForge.issuedAt).isSuccess)
        let signed = TokenForge.token(header: TokenForge.header, payload: parts.joined())
        #expect(signer.verify(signed, at: TokenForge.issuedAt) == .failure(.malformed))
    }
}

extension Result {
    var isSuccess: Bool { if case .success = self { true } else { false } }
}
