internal import Glibc

/// A point of wall-clock time: milliseconds since 1970-01-01T00:00:00Z. Decoration for people; nothing is ordered by
/// it.
public struct Timestamp: Hashable, Comparable, Sendable {
    public var milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// The last second that RFC 3339 can write, 9999-12-31T23:59:59Z: for what has no end.
    public static let distantFuture = Timestamp(milliseconds: 253_402_300_799_000)

    /// Whole seconds, rounded down, as JSON Web Tokens count them.
    public var seconds: Int64 { milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000 }

    public static func < (one: Timestamp, other: Timestamp) -> Bool { one.milliseconds < other.milliseconds }

    public func adding(seconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds + seconds * 1000) }

    public func adding(milliseconds: Int) -> Timestamp {
        Timestamp(milliseconds: self.milliseconds + Int64(milliseconds))
    }

    /// RFC 3339 in UTC with milliseconds, `2026-11-20T17:20:00.412Z`: 24 bytes.
    public func appendRFC3339(to bytes: inout [UInt8]) {
        let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let second = Int(seconds - days * 86_400)
        let (year, month, day) = Self.civil(daysSinceEpoch: days)
        func two(_ value: Int) {
            bytes.append(UInt8(ascii: "0") + UInt8(value / 10))
            bytes.append(UInt8(ascii: "0") + UInt8(value % 10))
        }
        two(year / 100)
        two(year % 100)
        bytes.append(UInt8(ascii: "-"))
        two(month)
        bytes.append(UInt8(ascii: "-"))
        two(day)
        bytes.append(UInt8(ascii: "T"))
        two(second / 3600)
        bytes.append(UInt8(ascii: ":"))
        two(second / 60 % 60)
        bytes.append(UInt8(ascii: ":"))
        two(second % 60)
        bytes.append(UInt8(ascii: "."))
        let fraction = Int(milliseconds - seconds * 1000)
        bytes.append(UInt8(ascii: "0") + UInt8(fraction / 100))
        two(fraction % 100)
        bytes.append(UInt8(ascii: "Z"))
    }

    public var rfc3339: String {
        var bytes: [UInt8] = []
        appendRFC3339(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Proleptic Gregorian date of a day number, by counting eras of 400 years (146,097 days) that begin on 1 March.
    /// Years outside 0 ... 9999 are clamped, because RFC 3339 cannot write them.
    static func civil(daysSinceEpoch: Int64) -> (year: Int, month: Int, day: Int) {
        let clamped = min(max(daysSinceEpoch, -719_528), 2_932_896)
        let shifted = clamped + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0), Int(month), Int(day))
    }
}

/// A point of monotonic time, for deadlines and durations: nanoseconds since some moment of this boot.
public struct Instant: Hashable, Comparable, Sendable {
    public var nanoseconds: UInt64

    public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    public static func < (one: Instant, other: Instant) -> Bool { one.nanoseconds < other.nanoseconds }

    public func adding(milliseconds: Int) -> Instant {
        Instant(nanoseconds: nanoseconds &+ UInt64(milliseconds) &* 1_000_000)
    }

    /// Milliseconds since the clock's own beginning.
    public var milliseconds: Int64 { Int64(nanoseconds / 1_000_000) }

    /// Nanoseconds since `earlier`; 0 when `earlier` is later.
    public func nanoseconds(since earlier: Instant) -> Int {
        nanoseconds > earlier.nanoseconds ? Int(nanoseconds - earlier.nanoseconds) : 0
    }

    /// Milliseconds since `earlier`, rounded down; 0 when `earlier` is later.
    public func milliseconds(since earlier: Instant) -> Int {
        nanoseconds > earlier.nanoseconds ? Int((nanoseconds - earlier.nanoseconds) / 1_000_000) : 0
    }
}

/// Where time comes from: the system, or a test's hand.
public struct TimeSource: Sendable {
    public var now: @Sendable () -> Timestamp
    public var instant: @Sendable () -> Instant

    public init(now: @escaping @Sendable () -> Timestamp, instant: @escaping @Sendable () -> Instant) {
        self.now = now
        self.instant = instant
    }

    public static let system = TimeSource(
        now: {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
        },
        instant: {
            var time = timespec()
            clock_gettime(CLOCK_MONOTONIC, &time)
            return Instant(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
        }
    )
}
