public import Base

/// Dates as HTTP writes them.
public enum HTTPDate {
    static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// `Sun, 06 Nov 1994 08:49:37 GMT`: IMF-fixdate of RFC 9110 section 5.6.7, to the second.
    public static func string(_ timestamp: Timestamp) -> String {
        // `1994-11-06T08:49:37.000Z` holds every part but the weekday, at fixed places.
        var parts: [UInt8] = []
        timestamp.appendRFC3339(to: &parts)
        func text(_ range: Range<Int>) -> String { String(decoding: parts[range], as: UTF8.self) }
        let month = Int(parts[5] - 0x30) * 10 + Int(parts[6] - 0x30)
        return "\(weekday(timestamp)), \(text(8..<10)) \(months[month - 1]) \(text(0..<4)) \(text(11..<19)) GMT"
    }

    /// 1970-01-01 was a Thursday.
    private static func weekday(_ timestamp: Timestamp) -> String {
        let secondOfWeek = (timestamp.seconds % 604_800 + 604_800 + 4 * 86_400) % 604_800
        return weekdays[Int(secondOfWeek / 86_400)]
    }
}
