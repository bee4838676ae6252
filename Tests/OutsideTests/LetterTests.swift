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

    @Test func `by text have a budget for each part of the world, anew every day`() {
        var budget = TextBudget(dailyMax: 2)
        func takes(_ number: String, _ time: Timestamp) -> Bool { budget.take(number, at: time) }
        #expect(takes("+4912345", start))
        #expect(takes("+4919999", start))
        #expect(!takes("+4910000", start))
        #expect(takes("+4920000", start), "another prefix")
        #expect(takes("+1555", start))
        #expect(!takes("+4910000", start.adding(seconds: 60)))
        #expect(takes("+4910000", start.adding(seconds: 86_400)))
        budget = TextBudget(dailyMax: 0)
        #expect(!takes("+1", start))
    }
}
