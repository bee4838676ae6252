import Base
import Testing

@testable import Auth

@Suite("Second factor") struct TOTPTests {
    /// The key of RFC 6238 appendix B and of RFC 4226 appendix D.
    private let secret = Secret(Array("12345678901234567890".utf8))

    private func time(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: seconds * 1_000) }

    @Test(
        arguments: [
            (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
        ] as [(Int64, String)])
    func `gives the codes of RFC 6238 appendix B`(seconds: Int64, code: String) {
        #expect(TOTP.code(secret, step: TOTP.step(at: time(seconds)), digits: 8) == code)
    }

    @Test func `gives the codes of RFC 4226 appendix D`() {
        let codes = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489",
        ]
        for (step, code) in codes.enumerated() { #expect(TOTP.code(secret, step: Int64(step)) == code) }
    }

    @Test func `takes the code of now, of one step before and one behind, and of no other`() {
        let now = time(1_790_000_010), step = TOTP.step(at: now)
        for offset in Int64(-5)...5 {
            let found = TOTP.match(TOTP.code(secret, step: step + offset), secret, at: now, after: 0)
            #expect(found == (abs(offset) <= 1 ? step + offset : nil), "\(offset)")
        }
        #expect(TOTP.match("000000", secret, at: time(0), after: -1) == nil)
    }

    @Test func `takes no code of a step that was used, nor of one before it`() {
        let now = time(1_790_000_010), step = TOTP.step(at: now)
        let code = TOTP.code(secret, step: step)
        #expect(TOTP.match(code, secret, at: now, after: step - 1) == step)
        #expect(TOTP.match(code, secret, at: now, after: step) == nil)
        #expect(TOTP.match(TOTP.code(secret, step: step - 1), secret, at: now, after: step) == nil)
        #expect(TOTP.match(TOTP.code(secret, step: step + 1), secret, at: now, after: step) == step + 1)
    }

    @Test func `derives a secret from its salt and the server's key`() throws {
        let one = try ProofKey([UInt8](repeating: 1, count: 32)), other = try ProofKey([UInt8](repeating: 2, count: 32))
        func text(_ salt: [UInt8], _ key: ProofKey) -> String {
            TOTP.secret(salt: salt, key).withBytes { Base32.encode(Array($0)) }
        }
        #expect(text([1], one).utf8.count == 32)
        #expect(text([1], one) == text([1], one))
        #expect(Set([text([1], one), text([2], one), text([1], other)]).count == 3)
    }

    @Test func `tells apps what they need`() {
        let url = TOTP.url(secret, account: "ann smith@example.org", issuer: "Confab")
        #expect(
            url == "otpauth://totp/Confab%3Aann%20smith%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
                + "&issuer=Confab&algorithm=SHA1&digits=6&period=30")
    }

    @Test(
        arguments: [
            ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ]) func `writes base32 as RFC 4648 section 10`(text: String, encoded: String)
    {
        #expect(Base32.encode(Array(text.utf8)) == encoded)
    }

    @Test func `recovery codes are read however they are typed, and kept under the key`() throws {
        var random = RandomSource(seed: 3)
        let key = try ProofKey([UInt8](repeating: 1, count: 32)), ann = try #require(UserID("1"))
        let bob = try #require(UserID("2"))
        let code = RecoveryCode.make(random: &random)
        #expect(code.text.utf8.count == 19)
        let typed = [
            code.text, code.text.lowercased(), code.text.filter { $0 != "-" },
            " " + code.text.replacing("-", with: " "),
        ]
        for text in typed { #expect(RecoveryCode(text: text)?.hash(key, of: ann) == code.hash(key, of: ann)) }
        #expect(code.hash(key, of: ann) != code.hash(key, of: bob))
        for bad in ["", "123456", "AAAA-AAAA-AAAA-AAA1", "AAAA-AAAA-AAAA", code.text + "A"] {
            #expect(RecoveryCode(text: bad) == nil)
        }
    }
}
