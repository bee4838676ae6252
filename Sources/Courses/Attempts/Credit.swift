/// How much of a question an answer has earned, exactly. A whole one is divided by each number of options that there
/// may be and by 100, so that no sum of shares is ever rounded, and whether somebody has passed is no matter of luck.
public struct Credit: Equatable, Comparable, Sendable {
    /// The least common multiple of 1 to 20 and of 100. With 200 questions of the weight 1,000, a sum in hundredths of
    /// a percent of it needs 62 bits.
    static let wholeUnits: Int64 = 1_163_962_800

    public let units: Int64

    public static let none = Credit(units: 0)
    public static let whole = Credit(units: wholeUnits)

    private init(units: Int64) { self.units = units }

    /// A fraction from 0 to 1; `whole` divided by `parts`, `count` times.
    /// - Parameter parts: 1 to `CourseBounds.optionsMax`.
    init(_ count: Int, of parts: Int) {
        units = Self.wholeUnits / Int64(parts) * Int64(min(max(count, 0), parts))
    }

    /// - Parameter percent: 0 to 100.
    init(percent: Int) { units = Self.wholeUnits / 100 * Int64(min(max(percent, 0), 100)) }

    /// Rounded down.
    public var percent: Int { Int(units * 100 / Self.wholeUnits) }

    public static func < (one: Credit, other: Credit) -> Bool { one.units < other.units }
}

/// What an attempt has earned of what was possible.
public struct Score: Equatable, Comparable, Sendable {
    /// Hundredths of a percent, rounded down: a score says 50 only where 50 was reached.
    public let hundredths: Int

    public init(hundredths: Int) { self.hundredths = hundredths }

    /// - Parameter credits: with their weights; at least one.
    init(_ credits: [(credit: Credit, weight: Int)]) {
        let possible = credits.reduce(Int64(0)) { $0 + Int64($1.weight) } * Credit.wholeUnits
        let earned = credits.reduce(Int64(0)) { $0 + Int64($1.weight) * $1.credit.units }
        hundredths = possible == 0 ? 0 : Int(earned * 10_000 / possible)
    }

    public func isPassing(_ passMark: Int) -> Bool { hundredths >= passMark * 100 }

    public static func < (one: Score, other: Score) -> Bool { one.hundredths < other.hundredths }
}

extension Score: CustomStringConvertible {
    /// Percent, as a JSON number: `66.66`, `50`.
    public var description: String {
        let whole = hundredths / 100, rest = hundredths % 100
        if rest == 0 { return "\(whole)" }
        return rest % 10 == 0 ? "\(whole).\(rest / 10)" : "\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }
}
