import Base
import Testing

@testable import Auth

/// The examples of the RFCs, as far as their algorithms are ours.
@Suite("Published signatures") struct PublishedSignatureTests {
    struct Example: Sendable, CustomTestStringConvertible {
        var source: String
        var jwk: String
        var token: String
        var testDescription: String { source }
    }

    private static let joe =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"

    /// The payload of all examples of RFC 7520.
    private static let frodo = """
        SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN0ZXAgb250byB0aGUg\
        cm9hZCwgYW5kIGlmIHlvdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXigJlzIG5vIGtub3dpbmcgd2hlcmUgeW91IG1pZ2h0\
        IGJlIHN3ZXB0IG9mZiB0by4
        """

    static let examples = [
        Example(
            source: "RFC 7515 A.2",
            jwk: """
                {"kty":"RSA","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPC\
                JrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHS\
                XndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXF\
                vUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"}
                """,
            token: "eyJhbGciOiJSUzI1NiJ9.\(joe)." + """
                cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJ\
                dbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN\
                9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXL\
                IhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw
                """),
        Example(
            source: "RFC 7520 4.1",
            jwk: """
                {"kty":"RSA","e":"AQAB","n":"n4EPtAOCc9AlkeQHPzHStgAbgs7bTZLwUBZdR8_KuKPEHLd4rHVTeT-\
                O-XV2jRojdNhxJWTDvNd7nqQ0VEiZQHz_AJmSCpMaJMRB\
                SFKrKb2wqVwGU_NsYOYL-QtiWN2lbzcEe6XC0dApr5ydQLrHqkHHig3RBordaZ6Aj-oBHqFEHYpPe7Tpe-OfVfHd1E6cS6M1FZcD\
                1NNLYD5lFHpPI9bTwJlsde3uhGqC0ZCuEHg8lhzwOHrtIQbS0FVbb9k3-tVTU4fg_3L_vniUFAKwuCLqKnS2BYwdq_mzSnbLY7h_\
                qixoR7jig3__kRhuaxwUkRz5iaiQkqgc5gHdrNP5zw"}
                """,
            token: """
                eyJhbGciOiJSUzI1NiIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9.\
                \(frodo).\
                MRjdkly7_-oTPTS3AXP41iQIGKa80A0ZmTuV5MEaHoxnW2e5CZ5NlKtainoFmKZopdHM1O2U4mwzJdQx996ivp83xuglII7PNDi8\
                4wnB-BDkoBwA78185hX-Es4JIwmDLJK3lfWRa-XtL0RnltuYv746iYTh_qHRD68BNt1uSNCrUCTJDt5aAE6x8wW1Kt9eRo4QPocS\
                adnHXFxnt8Is9UzpERV0ePPQdLuW3IS_de3xyIrDaLGdjluPxUAhb6L2aXic1U12podGU0KLUQSE_oI-ZnmKJ3F4uOZDnd6QZWJu\
                shZ41Axf_fcIe8u9ipH84ogoree7vjbU5y18kDquDg
                """),
        Example(
            source: "RFC 7515 A.3",
            jwk: """
                {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",\
                "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}
                """,
            token: "eyJhbGciOiJFUzI1NiJ9.\(joe)."
                + "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"),
        Example(
            source: "RFC 8037 A.4",
            jwk: #"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
            token: "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
                + "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"),
    ]

    @Test func `the keyed hash of RFC 7520 section 4.4 is ours`() throws {
        let secret = try #require(Base64.decodeURLSafe("hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg".utf8))
        let head = "eyJhbGciOiJIUzI1NiIsImtpZCI6IjAxOGMwYWU1LTRkOWItNDcxYi1iZmQ2LWVlZjMxNGJjNzAzNyJ9"
        let code = Digest.hmacSHA256(key: Secret(secret), "\(head).\(Self.frodo)".utf8)
        #expect(Base64.encodeURLSafe(code) == "s0h6KThzkfBBBkLspW1h84VsJZFTsPPqMDA7g1Md7p0")
    }

    private func key(_ jwk: String) throws -> VerifyingKey {
        try #require(VerifyingKey(jwk: try JSONDocument(parsing: jwk).root))
    }

    @Test(arguments: examples) func `are right, and wrong with any bit changed`(example: Example) throws {
        let key = try key(example.jwk), token = try #require(CompactToken(example.token))
        #expect(token.isSigned(by: key))
        let bytes = Array(example.token.utf8)
        let signatureStart = try #require(bytes.lastIndex(of: UInt8(ascii: "."))) + 1
        let signature = try #require(Base64.decodeURLSafe(bytes[signatureStart...]))
        let signed = bytes[..<(signatureStart - 1)]
        for index in stride(from: 0, to: signature.count, by: 7) {
            var changed = signature
            changed[index] ^= 1
            #expect(!key.isRight(changed, over: signed))
        }
        #expect(!key.isRight(signature + [0], over: signed))
        #expect(!key.isRight(signature.dropLast(), over: signed))
        #expect(!key.isRight([], over: signed))
        #expect(!key.isRight(signature, over: signed.dropLast()))
    }

    /// RFC 8037 A.1, A.3 and A.4: the seed in the frame of RFC 8410 section 7.
    @Test func `are made by our hand too, where there is one right signature`() throws {
        let seed = try #require(Base64.decodeURLSafe("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A".utf8))
        let frame: [UInt8] = [0x30, 0x2E, 2, 1, 0, 0x30, 5, 6, 3, 0x2B, 0x65, 0x70, 4, 0x22, 4, 0x20]
        let key = try #require(SigningKey(.edDSA, privateBytes: frame + seed))
        #expect(key.id == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
        let signed = Self.examples[3].token.split(separator: ".")
        #expect(Base64.encodeURLSafe(key.sign(Array("\(signed[0]).\(signed[1])".utf8))) == signed[2])
    }

    /// RFC 7638 section 3.1.
    @Test func `have keys with the published name`() throws {
        let n = """
            0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4\
            n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0\
            zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-c\
            sFCur-kEgU8awapJzKnqDKgw
            """
        let key = try key(#"{"kty":"RSA","n":"\#(n)","e":"AQAB","alg":"RS256","kid":"2011-04-29"}"#)
        #expect(key.publicKey?.thumbprint == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
        #expect(key.id == "2011-04-29")
    }

    /// RFC 7515 A.4 is ES512, and A.1 as a key set would publish a secret.
    @Test(arguments: [
        #"{"kty":"EC","crv":"P-521","x":"AA","y":"AA"}"#, #"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ"}"#,
        #"{"kty":"OKP","crv":"Ed448","x":"AA"}"#, #"{"kty":"OKP","crv":"X25519","x":"AA"}"#, "{}", "[]", "null",
        #"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHUR"}"#,
        #"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":"AA"}"#,
        #"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","use":"enc"}"#,
        #"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","alg":"ES256"}"#,
        #"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","key_ops":["sign"]}"#,
        #"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":7}"#,
        #"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#,
        // A point that is not on the curve.
        #"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","#
            + #""y":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"}"#,
    ]) func `are not looked for with keys that are of no use`(jwk: String) throws {
        #expect(VerifyingKey(jwk: try JSONDocument(parsing: jwk).root) == nil)
    }

    @Test func `of ECDSA are two numbers of 32 bytes, whatever DER makes of them`() throws {
        var random = RandomSource(seed: 4)
        for _ in 0..<500 {
            var plain = random.bytes(64)
            for index in 0..<Int.random(in: 0...31, using: &random) { plain[index] = 0 }
            for index in 32..<(32 + Int.random(in: 0...31, using: &random)) { plain[index] = 0 }
            let der = try #require(ECDSASignature.der(plain))
            #expect(ECDSASignature.plain(der) == plain)
            #expect(ECDSASignature.plain(der + [0]) == nil)
            #expect(ECDSASignature.plain(der.dropLast()) == nil)
        }
        for count in [0, 1, 63, 65, 128] { #expect(ECDSASignature.der([UInt8](repeating: 1, count: count)) == nil) }
        for seed in UInt64(1)...300 {
            var random = RandomSource(seed: seed)
            _ = ECDSASignature.plain(random.bytes(Int.random(in: 0...72, using: &random)))
        }
    }
}
