public import Base

/// The day on which somebody was born: a `full-date` of RFC 3339 section 5.6, such as `2001-02-28`.
public struct BirthDate: Sendable, Hashable {
    /// Years that a living person can be old.
    public static let yearsMax = 120

    public let text: String
    private let year, month, day: Int

    /// Throws `invalid_birth_date` when there is no such day, when it has not come yet in UTC, or when whoever was born
    /// then is older than `yearsMax`.
    public init(_ text: String, asOf now: Timestamp) throws(ProfileFault) {
        guard let date = BirthDate(stored: text) else {
            throw Self.invalid("A date of birth is a day of the calendar such as 2001-02-28.")
        }
        let age = date.age(at: now)
        guard age >= 0 else { throw Self.invalid("A date of birth does not lie in the future.") }
        guard age <= Self.yearsMax else {
            throw Self.invalid("A date of birth does not lie more than \(Self.yearsMax) years back.")
        }
        self = date
    }

    /// Reads what was checked when it was stored; `nil` unless it is a day of the calendar.
    public init?(stored text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = Self.number(bytes[0..<4]), let month = Self.number(bytes[5..<7]),
            let day = Self.number(bytes[8..<10]),
            Timestamp(year: year, month: month, day: day, hour: 0, minute: 0, second: 0) != nil
        else { return nil }
        self.text = text
        self.year = year
        self.month = month
        self.day = day
    }

    /// Whole years; below 0 for a day that has not come yet. Who was born on 29 February is a year older on 1 March of
    /// other years.
    public func age(at now: Timestamp) -> Int {
        let today = now.day
        return today.year - year - ((today.month, today.day) < (month, day) ? 1 : 0)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard digits.allSatisfy(\.isASCIIDigit) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    private static func invalid(_ detail: String) -> ProfileFault { ProfileFault("invalid_birth_date", detail) }
}
