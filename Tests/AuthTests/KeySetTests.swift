import Base
import Testing

@testable import Auth

/// Keys that others publish; their signatures are those of `PublishedSignatureTests`.
@Suite("Others' public keys") struct KeySetTests {
    private static let point = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
    private static let edPoint = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    private static let rsa = PublishedSignatureTests.examples[0].jwk
    private static let ec = PublishedSignatureTests.examples[2].jwk
    private static let ed = PublishedSignatureTests.examples[3].jwk

    private func key(_ text: String) throws -> VerifyingKey? {
        VerifyingKey(jwk: try JSONDocument(parsing: text).root)
    }

    @Test func `one key takes no other's signatures`() throws {
        let examples = PublishedSignatureTests.examples
        for (index, example) in examples.enumerated() {
            let token = try #require(CompactToken(example.token))
            for (other, another) in examples.enumerated() where other != index {
                #expect(!token.isSigned(by: try #require(try key(another.jwk))), "\(example.source), \(another.source)")
            }
        }
    }

    @Test func `zeros that would fit any message are no ECDSA signature`() throws {
        let key = try #require(try key(Self.ec))
        #expect(!key.isRight([UInt8](repeating: 0, count: 64), over: [1]))
    }

    @Test(arguments: [
        "{}", "[]", #"{"kty":"oct","k":"AAAA"}"#, #"{"kty":"RSA"}"#, #"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#,
        #"{"kty":"EC","crv":"P-256","x":"\#(point)","y":"\#(point)"}"#,
        #"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#, #"{"kty":"EC","crv":"secp256k1","x":"AA","y":"AA"}"#,
        #"{"kty":"OKP","crv":"Ed25519","x":"AA"}"#,
        #"{"kty":"OKP","crv":"X25519","x":"\#(edPoint)"}"#,
        #"{"kty":"OKP","crv":"Ed25519","x":"\#(edPoint)","use":"enc"}"#,
        #"{"kty":"OKP","crv":"Ed25519","x":"\#(edPoint)","use":null}"#,
        #"{"kty":"OKP","crv":"Ed25519","x":"\#(edPoint)","alg":"RS256"}"#,
        #"{"kty":"OKP","crv":"Ed25519","x":"\#(edPoint)","alg":7}"#,
        #"{"kty":"OKP","crv":"Ed25519","x":"\#(edPoint)","d":"AAAA"}"#,
        #"{"kty":"OKP","crv":"Ed25519","x":"\#(edPoint)","key_ops":["sign"]}"#,
        #"{"kty":"OKP","crv":"Ed25519","x":"\#(edPoint)","kid":""}"#,
        #"{"kty":"OKP","crv":"Ed25519","x":"\#(edPoint)","kid":"\#(String(repeating: "k", count: 129))"}"#,
    ]) func `what is weak, private, or no key for signatures is refused`(text: String) throws {
        #expect(try key(text) == nil)
    }

    @Test func `an RSA key has a size and an exponent that are safe`() throws {
        func jwk(_ modulus: [UInt8], _ exponent: [UInt8]) throws -> VerifyingKey? {
            try key(
                #"{"kty":"RSA","n":"\#(Base64.encodeURLSafe(modulus))","e":"\#(Base64.encodeURLSafe(exponent))"}"#)
        }
        func number(_ first: UInt8, bytes count: Int) -> [UInt8] {
            [first] + [UInt8](repeating: 0x55, count: count - 1)
        }
        let modulus = number(0xC0, bytes: 256)
        for good in [modulus, number(0xC0, bytes: 1_024)] { #expect(try jwk(good, [3]) != nil) }
        #expect(try jwk([0] + modulus, [3]) == nil, "a zero before it")
        #expect(try jwk(number(0x7F, bytes: 256), [3]) == nil, "2,047 bits")
        #expect(try jwk(number(0xC0, bytes: 1_025), [3]) == nil, "8,200 bits")
        #expect(try jwk(number(0xC0, bytes: 4_000), [3]) == nil)
        for bad in [[1], [2], [0], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [UInt8](repeating: 1, count: 9)] as [[UInt8]] {
            #expect(try jwk(modulus, bad) == nil, "\(bad)")
        }
    }

    @Test func `a set gives those of its keys that can be used`() throws {
        let json = #"{"keys":[{"kty":"oct","k":"AAAA"},\#(Self.ec),{"kid":7},\#(Self.ed)]}"#
        #expect(KeySet(json: Array(json.utf8))?.keys.map(\.algorithm) == [.es256, .edDSA])
        #expect(KeySet(json: Array(#"{"keys":[]}"#.utf8))?.keys.isEmpty == true)
        for bad in ["", "[]", "{}", #"{"keys":7}"#, #"{"keys":{}}"#, "<html>"] {
            #expect(KeySet(json: Array(bad.utf8)) == nil, "\(bad)")
        }
    }

    @Test func `a set is looked at up to a bound`() throws {
        let many = [String](repeating: Self.ed, count: 100).joined(separator: ",")
        #expect(KeySet(json: Array("{\"keys\":[\(many)]}".utf8))?.keys.count == KeySet.keysMax)
        let late = [String](repeating: "{}", count: KeySet.lookedAtMax).joined(separator: ",")
        #expect(KeySet(json: Array("{\"keys\":[\(late),\(Self.ed)]}".utf8))?.keys.isEmpty == true)
    }

    @Test func `a token that names a key is compared with that one, and with a secret, which has no name`() throws {
        func named(_ id: String) -> String { #"{"kty":"OKP","crv":"Ed25519","x":"\#(Self.edPoint)","kid":"\#(id)"}"# }
        // The same letter in two spellings: names are bytes.
        let set = try #require(
            KeySet(json: Array("{\"keys\":[\(named("a")),\(named("a")),\(named("\u{E9}")),\(Self.ed)]}".utf8)))
        #expect(set.candidates(for: nil).count == 4)
        #expect(set.candidates(for: "a").count == 2)
        #expect(set.candidates(for: "\u{E9}").count == 1)
        #expect(set.candidates(for: "e\u{301}").isEmpty)
        #expect(set.candidates(for: "b").isEmpty, "nor is a key without a name")
        let secret = KeySet([try VerifyingKey(secret: Secret([UInt8](repeating: 1, count: 32)))])
        #expect(secret.candidates(for: "b").count == 1)
    }

    @Test func `kept keys are used in their time alone, whatever their server does`() throws {
        let set = try #require(KeySet(json: Array("{\"keys\":[\(Self.ed)]}".utf8)))
        let begin = Timestamp(milliseconds: 1_800_000_000_000)
        var kept = KeptKeys()
        #expect(kept.usable(at: begin) == nil)
        #expect(kept.mayAsk(at: begin))
        kept.asked(at: begin)
        #expect(!kept.mayAsk(at: begin.adding(seconds: 59)))
        #expect(kept.mayAsk(at: begin.adding(seconds: 60)))
        #expect(kept.mayAsk(at: begin.adding(seconds: -1)), "the clock was set back")
        kept.took(set, "max-age=600", at: begin)
        #expect(kept.usable(at: begin.adding(seconds: 599)) != nil)
        #expect(kept.usable(for: "unknown", at: begin) == nil)
        #expect(kept.usable(at: begin.adding(seconds: 600)) == nil)
        #expect(kept.usable(at: begin.adding(seconds: -1)) == nil)
    }
}
