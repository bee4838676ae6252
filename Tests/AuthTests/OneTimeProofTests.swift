import Base
import Testing

@testable import Auth

@Suite("One-time proofs") struct OneTimeProofTests {
    private func key(_ byte: UInt8) throws -> ProofKey { try ProofKey([UInt8](repeating: byte, count: 32)) }

    @Test func `a token has 256 random bits, and is read in its one form`() throws {
        var random = RandomSource(seed: 1)
        let one = OneTimeToken.make(random: &random), other = OneTimeToken.make(random: &random)
        #expect(one.text != other.text)
        #expect(one.text.utf8.count == 43)
        #expect(try #require(OneTimeToken(text: one.text)).hash == one.hash)
        for bad in ["", one.text + "A", String(one.text.dropLast()), one.text + "=", String(repeating: "é", count: 43)]
        {
            #expect(OneTimeToken(text: bad) == nil)
        }
        #expect(!"\(one) \(String(reflecting: one))".contains(one.text))
    }

    @Test func `a code has six digits, leading zeros too, however people type it`() throws {
        #expect(OneTimeCode(number: 7).text == "000007")
        #expect(OneTimeCode(number: 999_999).text == "999999")
        #expect(OneTimeCode(text: "123 456")?.text == "123456")
        #expect(OneTimeCode(text: "12-34-56")?.text == "123456")
        for bad in ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "1 2 3 4 5 6 7 8"] {
            #expect(OneTimeCode(text: bad) == nil)
        }
    }

    @Test func `all codes are as likely`() {
        var random = RandomSource(seed: 2)
        var first = [Int](repeating: 0, count: 10)
        for _ in 0..<20_000 {
            let digit = OneTimeCode.make(random: &random).text.utf8.first.map { Int($0) - 48 }
            if let digit { first[digit] += 1 }
        }
        for count in first { #expect((1_800...2_200).contains(count)) }
    }

    @Test func `what is kept of a code depends on the key, the code and whom it went to`() throws {
        let code = OneTimeCode(number: 123_456)
        let kept = code.hash(try key(1), target: "+491")
        #expect(kept.count == 32)
        #expect(kept == code.hash(try key(1), target: "+491"))
        #expect(kept != code.hash(try key(2), target: "+491"))
        #expect(kept != code.hash(try key(1), target: "+492"))
        #expect(kept != OneTimeCode(number: 123_457).hash(try key(1), target: "+491"))
        #expect(kept != Digest.sha256(Array("123456".utf8)), "without the key a million tries would find it")
    }

    @Test func `no two lists of parts derive the same`() throws {
        let key = try key(1)
        let derived = [
            key.derive("a", "b", "c"), key.derive("a", "bc"), key.derive("a", "bc", ""), key.derive("ab", "c"),
            key.derive("a", "b", "c", ""), key.derive("a", "2\u{0}bc"),
        ]
        #expect(Set(derived).count == derived.count)
        #expect(throws: WeakKey.self) { try ProofKey([1, 2, 3]) }
    }

    // MARK: Rates

    private func wait(_ ages: [Int64], address: Int = 0, day: Int = 0, _ kind: ProofKind = .phoneCode) -> Int64? {
        let now = Timestamp(milliseconds: 1_790_000_000_000)
        let past = ProofRate.Past(
            toTarget: ages.map { now.adding(seconds: -$0) }, fromAddressInHour: address, inDay: day)
        return ProofRate(Limits(), kind).wait(after: past, at: now)
    }

    @Test func `one is sent at once, the next after a minute, five in an hour and ten in a day`() {
        #expect(wait([]) == nil)
        #expect(wait([0]) == 60)
        #expect(wait([59]) == 1)
        #expect(wait([60]) == nil)
        #expect(wait([60, 120, 180, 240]) == nil)
        #expect(wait([60, 120, 180, 240, 3_000]) == 600)
        #expect(wait([60, 120, 180, 240, 3_600]) == nil)
        let hours = (1...10).map { Int64($0) * 3_600 }
        #expect(wait(hours) == 50_400)
    }

    @Test func `one address and all together have their bounds too`() {
        #expect(wait([], address: 59) == nil)
        #expect(wait([], address: 60) == 3_600)
        #expect(wait([], day: 4_999) == nil)
        #expect(wait([], day: 5_000) == 3_600)
        #expect(wait([], day: 5_000, .emailVerification) == nil)
    }

    @Test func `of a million codes no more than five can be tried`() {
        #expect(ProofKind.attemptsMax == 5)
        #expect(ProofKind.phoneCode.seconds == 300)
        #expect(ProofKind.passwordReset.seconds <= 3_600)
    }
}
