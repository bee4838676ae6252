import Base
import Testing

@testable import Auth

@Suite("The budget of text messages") struct TextBudgetTests {
    private let start = Timestamp(milliseconds: 1_790_000_000_000)

    @Test func `is one for numbers that begin alike`() {
        for number in ["+4912345", "+49 199-99", "491"] { #expect(SpentTexts.prefix(of: number) == "491") }
        #expect(SpentTexts.prefix(of: "+4920000") == "492")
        #expect(SpentTexts.prefix(of: "+1") == "1")
        #expect(SpentTexts.prefix(of: "+4\u{0661}9") == "49")
    }

    @Test func `is used up within a day, and there again the next`() {
        var spent = SpentTexts()
        func takes(after seconds: Int64, of dailyMax: Int = 2) -> Bool {
            spent.take(at: start.adding(seconds: seconds), within: dailyMax)
        }
        #expect(takes(after: 0))
        #expect(takes(after: 1))
        #expect(!takes(after: 2))
        #expect(takes(after: 3, of: 3), "a budget that was raised")
        #expect(!takes(after: 60))
        #expect(takes(after: 86_400))
        #expect(!takes(after: 2 * 86_400, of: 0))
    }
}
