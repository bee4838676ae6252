public import Base

/// How many text messages may go to each part of the world in a day. Whoever has codes sent to numbers that pay them
/// for it does so in one place; the others go on getting theirs (OWASP ASVS 2.4.1). It is on disk, because each message
/// costs money and a restart must not begin the day anew.
public protocol TextBudget: Sendable {
    /// Takes one message to a number out of the day's budget.
    /// - Parameter dailyMax: messages a day to numbers that begin alike.
    /// - Returns: false when it is used up.
    func take(_ number: String, within dailyMax: Int) async throws(JobFailure) -> Bool
}

/// What of a day's budget has been spent on numbers that begin alike.
public struct SpentTexts: Sendable, Equatable {
    /// Days since 1970, in UTC.
    public var day: Int64
    public var count: Int

    public init(day: Int64 = 0, count: Int = 0) {
        self.day = day
        self.count = count
    }

    /// Digits that are looked at: the longest of country codes, so that small countries have a budget of their own and
    /// none is larger than a part of a large one.
    private static let prefixDigits = 3

    /// How a number begins, for being counted with those that begin alike.
    public static func prefix(of number: String) -> String {
        String(number.filter { ("0"..."9").contains($0) }.prefix(prefixDigits))
    }

    /// False when the day's budget is used up.
    public mutating func take(at now: Timestamp, within dailyMax: Int) -> Bool {
        let today = now.seconds / 86_400
        if today != day { self = SpentTexts(day: today) }
        guard count < dailyMax else { return false }
        count += 1
        return true
    }
}
