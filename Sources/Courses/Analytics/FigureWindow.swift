public import Base

/// The time that figures are about: from so long ago until now.
public struct FigureWindow: Equatable, Sendable {
    public let seconds: Int64

    /// Thirty days.
    public static let usual = FigureWindow(checked: 30 * 86_400)

    private init(checked seconds: Int64) { self.seconds = seconds }

    /// Reads `24h`, `30d` or `12w`.
    public init(_ text: String) throws(CourseRefusal) {
        let units: [Character: Int64] = ["h": 3_600, "d": 86_400, "w": 604_800]
        let most = CourseBounds.windowDaysMax * 86_400
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(plainDecimal: String(text.dropLast())),
            count > 0, count <= most / unit
        else {
            throw .invalid(
                pointer: "/window", code: "invalid_format",
                detail: "a window looks like 24h, 30d or 12w, and has at most \(CourseBounds.windowDaysMax) days")
        }
        seconds = count * unit
    }

    /// Its begin excluded, its end included.
    public func contains(_ time: Timestamp, at now: Timestamp) -> Bool { time > begin(at: now) && time <= now }

    public func begin(at now: Timestamp) -> Timestamp { now.adding(seconds: -seconds) }
}

/// Counts by days of the calendar in UTC.
public struct DaySeries: Equatable, Sendable {
    public struct Day: Equatable, Sendable {
        /// Its first moment.
        public let begin: Timestamp
        public var count: Int
    }

    /// One after the other without gaps; the first and the last are parts of days.
    public let days: [Day]

    private static let dayMilliseconds: Int64 = 86_400_000

    public init(_ times: some Sequence<Timestamp>, in window: FigureWindow, at now: Timestamp) {
        let first = Self.day(window.begin(at: now)), last = Self.day(now)
        var counts = [Int](repeating: 0, count: Int(last - first) + 1)
        for time in times where window.contains(time, at: now) { counts[Int(Self.day(time) - first)] += 1 }
        days = counts.enumerated().map {
            Day(begin: Timestamp(milliseconds: (first + Int64($0.offset)) * Self.dayMilliseconds), count: $0.element)
        }
    }

    private static func day(_ time: Timestamp) -> Int64 {
        let (days, rest) = time.milliseconds.quotientAndRemainder(dividingBy: dayMilliseconds)
        return rest < 0 ? days - 1 : days
    }
}
