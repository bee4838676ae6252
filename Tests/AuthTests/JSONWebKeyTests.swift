import Base
import Testing

@testable import Auth

/// Keys and signatures of the RFCs' own examples.
@Suite("Others' public keys") struct JSONWebKeyTests {
    /// RFC 7515 appendix A.2.
    static let rsa = #"""
        {"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPM\#
        EzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5\#
        rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-D\#
        WNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"}
        """#
    private let rsaSigned =
        """
        eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19\
        yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt\
        _O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb\
        1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI\
        8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw
        """
    /// RFC 7515 appendix A.3.
    private let ec =
        #"""
        {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue6\#
        59LNpXW6pCyStikYjKIWI5a0"}
        """#
    private let ecSigned =
        """
        eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19\
        yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU\
        1Q
        """
    /// RFC 8037 appendix A.4.
    private let ed = #"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#
    private let edSigned =
        """
        eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6\
        dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg
        """

    private static let point = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
    private static let edPoint = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"

    private func key(_ text: String) throws -> JSONWebKey? { JSONWebKey(try JSONDocument(parsing: text).root) }

    private func parts(_ token: String) throws -> (signed: [UInt8], signature: [UInt8]) {
        let parts = token.split(separator: ".")
        return (Array("\(parts[0]).\(parts[1])".utf8), try #require(Base64.decodeURLSafe(Array(parts[2].utf8))))
    }

    @Test func `check the signatures of RFC 7515 and RFC 8037`() throws {
        for (text, token, algorithm) in [
            (Self.rsa, rsaSigned, JSONWebKey.Algorithm.rs256), (ec, ecSigned, .es256), (ed, edSigned, .edDSA),
        ] {
            let key = try #require(try key(text)), (signed, signature) = try parts(token)
            #expect(key.algorithm == algorithm)
            #expect(key.verifies(signature, of: signed))
            #expect(!key.verifies(signature, of: signed + [0]))
            #expect(!key.verifies([], of: signed))
            for bit in stride(from: 0, to: signature.count * 8, by: 97) {
                var changed = signature
                changed[bit / 8] ^= 1 << UInt8(bit % 8)
                #expect(!key.verifies(changed, of: signed))
            }
        }
    }

    @Test func `one key takes no other's signatures`() throws {
        let keys = try [Self.rsa, ec, ed].map { try #require(try key($0)) }
        for (index, token) in [rsaSigned, ecSigned, edSigned].enumerated() {
            let (signed, signature) = try parts(token)
            for other in keys.indices where other != index { #expect(!keys[other].verifies(signature, of: signed)) }
        }
    }

    @Test func `zeros that would fit any message are no ECDSA signature`() throws {
        let key = try #require(try key(ec))
        #expect(!key.verifies([UInt8](repeating: 0, count: 64), of: [1]))
    }

    @Test(arguments: [
        "{}", "[]", #"{"kty":"oct","k":"AAAA"}"#, #"{"kty":"RSA"}"#, #"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#,
        #"{"kty":"EC","crv":"P-256","x":"\#(point)","y":"\#(point)"}"#,
        #"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#, #"{"kty":"EC","crv":"secp256k1","x":"AA","y":"AA"}"#,
        #"{"kty":"OKP","crv":"Ed25519","x":"AA"}"#,
        #"{"kty":"OKP","crv":"X25519","x":"\#(edPoint)"}"#,
        #"{"kty":"OKP","crv":"Ed25519","x":"\#(edPoint)","use":"enc"}"#,
        #"{"kty":"OKP","crv":"Ed25519","x":"\#(edPoint)","alg":"RS256"}"#,
        #"{"kty":"OKP","crv":"Ed25519","x":"\#(edPoint)","d":"AAAA"}"#,
        #"{"kty":"OKP","crv":"Ed25519","x":"\#(edPoint)","key_ops":["sign"]}"#,
    ]) func `what is weak, private, or no key for signatures is refused`(text: String) throws {
        #expect(try key(text) == nil)
    }

    @Test func `a set gives those of its keys that can be used`() {
        let set = #"{"keys":[{"kty":"oct","k":"AAAA"},\#(ec),{"kid":7},\#(ed)]}"#
        #expect(JSONWebKey.set(Array(set.utf8))?.map(\.algorithm) == [.es256, .edDSA])
        for bad in ["", "[]", "{}", #"{"keys":7}"#, "<html>"] { #expect(JSONWebKey.set(Array(bad.utf8)) == nil) }
    }
}
