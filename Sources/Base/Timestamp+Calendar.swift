extension Timestamp {
    /// A time of the proleptic Gregorian calendar in UTC; `nil` when there is no such day or time of day. A leap second
    /// (second 60) counts as the one that follows it.
    public init?(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
        guard (0...9_999).contains(year), (1...12).contains(month), (0...23).contains(hour),
            (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let monthDays = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
        guard (1...monthDays).contains(day) else { return nil }
        // Counted from 1 March, so that the leap day is a year's last.
        let shiftedYear = month <= 2 ? year + 399 : year + 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let days = 365 * shiftedYear + shiftedYear / 4 - shiftedYear / 100 + shiftedYear / 400 + dayOfYear
        // Day 0 of that count is 1 March of the year -400; 1970-01-01 is 719,468 + 146,097 days later.
        let daysSinceEpoch = days - 865_565
        let secondsSinceEpoch = daysSinceEpoch * 86_400 + hour * 3_600 + minute * 60 + second
        // A leap second at the end of the year 9999 would count as one of a year that cannot be written.
        guard secondsSinceEpoch < 253_402_300_800 else { return nil }
        self.init(milliseconds: Int64(secondsSinceEpoch * 1_000))
    }

    /// The year that it lies in.
    public var year: Int { Self.civil(daysSinceEpoch: seconds / 86_400 - (seconds % 86_400 < 0 ? 1 : 0)).year }
}

extension Timestamp {
    /// The day of the calendar in UTC that it lies in.
    public var day: (year: Int, month: Int, day: Int) {
        Self.civil(daysSinceEpoch: seconds / 86_400 - (seconds % 86_400 < 0 ? 1 : 0))
    }
}
