internal import Base

/// How many text messages may go to each part of the world in a day. Whoever has codes sent to numbers that pay them
/// for it does so in one place; the others go on getting theirs (OWASP ASVS 2.4.1).
struct TextBudget: Sendable {
    /// Messages a day to numbers that begin alike.
    private let dailyMax: Int
    private var day: Int64 = 0
    private var spent: [String: Int] = [:]

    init(dailyMax: Int) { self.dailyMax = dailyMax }

    /// Digits that are looked at: the longest of country codes, so that small countries have a budget of their own and
    /// none is larger than a part of a large one.
    private static let prefixDigits = 3

    /// False when the day's budget for this number's prefix is used up.
    mutating func take(_ number: String, at now: Timestamp) -> Bool {
        let today = now.seconds / 86_400
        if today != day {
            day = today
            spent = [:]
        }
        let prefix = String(number.filter(\.isNumber).prefix(Self.prefixDigits))
        guard spent[prefix, default: 0] < dailyMax else { return false }
        spent[prefix, default: 0] += 1
        return true
    }
}
