import Base
import Testing

@testable import Auth
@testable import Outside

@Suite("Letters that wait") struct LetterTests {
    private let start = Timestamp(milliseconds: 1_790_000_000_000)

    @Test func `come back as they were`() {
        for letter in [
            Letter(.email(to: "bob@example.org", subject: "Grüße \"x\""), "line\nline\n"),
            Letter(.text(to: "+491701234567"), "123456", expiresAt: start),
        ] {
            #expect(LetterJob(LetterJob(letter).payload)?.letter == letter)
        }
        for payload in ["", "{}", #"{"to":"x"}"#, "[]"] { #expect(LetterJob(Array(payload.utf8)) == nil) }
    }
}
