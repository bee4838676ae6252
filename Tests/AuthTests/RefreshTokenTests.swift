import Auth
import Base
import Testing

@Suite("Refresh token") struct RefreshTokenTests {
    @Test func `is found again by the hash of its text`() throws {
        var random = RandomSource(seed: 1)
        let token = RefreshToken.make(random: &random)
        #expect(token.text.utf8.count == 43)
        let read = try #require(RefreshToken(text: token.text))
        #expect(read.hash == token.hash)
        #expect(token.hash == Digest.sha256(Array(token.text.utf8)))
        #expect(RefreshToken.make(random: &random).hash != token.hash)
    }

    static let zeros = String(repeating: "A", count: 43)

    @Test(arguments: [
        "", "\(zeros.dropLast())", "\(zeros)A", "\(zeros)=", "\(zeros.dropLast())B", "\(zeros.dropLast())+",
        "\(zeros.dropLast())/", "\(zeros.dropLast()) ", "\(zeros.dropLast(2))é", "\n\(zeros)",
        String(repeating: "A", count: 1 << 20),
    ]) func `has one form only`(text: String) {
        #expect(RefreshToken(text: text) == nil)
    }

    @Test func `is never printed`() {
        var random = RandomSource(seed: 2)
        let token = RefreshToken.make(random: &random)
        var shown = "\(token)"
        dump(token, to: &shown)
        #expect(!shown.contains(token.text))
    }
}
