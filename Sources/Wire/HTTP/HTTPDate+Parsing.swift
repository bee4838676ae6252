public import Base

extension HTTPDate {
    /// Reads a date in each of the three forms of RFC 9110 section 5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`, and the
    /// obsolete `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`. `nil` for everything else. The weekday
    /// has to be one, and need not be the right one.
    /// - Parameter now: decides the century of a year of two digits.
    public static func parse(_ text: String, now: Timestamp) -> Timestamp? {
        let bytes = Array(text.utf8)
        guard let comma = bytes.firstIndex(of: UInt8(ascii: ",")) else { return asctime(bytes) }
        let day = bytes[..<comma], rest = bytes[(comma + 1)...]
        if day.count == 3 { return fixed(day, Array(rest)) }
        return obsolete(day, Array(rest), now: now)
    }

    /// ` 06 Nov 1994 08:49:37 GMT` behind the comma.
    private static func fixed(_ day: ArraySlice<UInt8>, _ rest: [UInt8]) -> Timestamp? {
        guard rest.count == 25, weekdays.contains(text(day)), marks(rest, [0: " ", 3: " ", 7: " ", 12: " "]),
            text(rest[21...]) == " GMT", let date = number(rest[1..<3]), let month = month(rest[4..<7]),
            let year = number(rest[8..<12])
        else { return nil }
        return time(rest[13..<21], year, month, date)
    }

    /// ` 06-Nov-94 08:49:37 GMT` behind the comma.
    private static func obsolete(_ day: ArraySlice<UInt8>, _ rest: [UInt8], now: Timestamp) -> Timestamp? {
        guard rest.count == 23, longWeekdays.contains(text(day)), marks(rest, [0: " ", 3: "-", 7: "-", 10: " "]),
            text(rest[19...]) == " GMT", let date = number(rest[1..<3]), let month = month(rest[4..<7]),
            let shortYear = number(rest[8..<10])
        else { return nil }
        // More than fifty years ahead of us it means the past (RFC 9110 section 5.6.7).
        var year = now.year / 100 * 100 + shortYear
        if year > now.year + 50 { year -= 100 }
        return time(rest[11..<19], year, month, date)
    }

    /// `Sun Nov  6 08:49:37 1994`.
    private static func asctime(_ bytes: [UInt8]) -> Timestamp? {
        guard bytes.count == 24, weekdays.contains(text(bytes[..<3])),
            marks(bytes, [3: " ", 7: " ", 10: " ", 19: " "]), let month = month(bytes[4..<7]),
            let date = number(bytes[8] == .space ? bytes[9..<10] : bytes[8..<10]), let year = number(bytes[20...])
        else { return nil }
        return time(bytes[11..<19], year, month, date)
    }

    /// `08:49:37` of a day.
    private static func time(_ bytes: ArraySlice<UInt8>, _ year: Int, _ month: Int, _ day: Int) -> Timestamp? {
        let clock = Array(bytes)
        guard marks(clock, [2: ":", 5: ":"]), let hour = number(clock[..<2]), let minute = number(clock[3..<5]),
            let second = number(clock[6...])
        else { return nil }
        return Timestamp(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

    /// Names of months have their case (RFC 9110 section 5.6.7).
    private static func month(_ bytes: ArraySlice<UInt8>) -> Int? {
        months.firstIndex(of: text(bytes)).map { $0 + 1 }
    }

    /// Digits and nothing else, four at most.
    private static func number(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard !bytes.isEmpty, bytes.count <= 4, bytes.allSatisfy(\.isDigit) else { return nil }
        return bytes.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private static func marks(_ bytes: [UInt8], _ places: [Int: Character]) -> Bool {
        places.allSatisfy { bytes[$0.key] == $0.value.asciiValue }
    }

    private static let longWeekdays = [
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    ]
}
