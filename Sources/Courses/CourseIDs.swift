internal import Base

/// A number above 0 that the store gives, never twice; on the wire it is a string.
public protocol CourseNumber: Hashable, Comparable, Sendable, CustomStringConvertible {
    var rawValue: Int64 { get }
    /// `nil` below 1.
    init?(rawValue: Int64)
}

extension CourseNumber {
    /// Reads a plain decimal number without sign or leading zero.
    public init?(_ text: String) {
        guard let number = Int64(plainDecimal: text) else { return nil }
        self.init(rawValue: number)
    }

    public var description: String { String(rawValue) }

    public static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }
}

public struct CourseID: CourseNumber {
    public let rawValue: Int64

    public init?(rawValue: Int64) {
        guard rawValue > 0 else { return nil }
        self.rawValue = rawValue
    }
}

public struct LessonID: CourseNumber {
    public let rawValue: Int64

    public init?(rawValue: Int64) {
        guard rawValue > 0 else { return nil }
        self.rawValue = rawValue
    }
}

public struct QuizID: CourseNumber {
    public let rawValue: Int64

    public init?(rawValue: Int64) {
        guard rawValue > 0 else { return nil }
        self.rawValue = rawValue
    }
}

/// A question's number within its quiz, from 1.
public struct QuestionID: CourseNumber {
    public let rawValue: Int64

    public init?(rawValue: Int64) {
        guard rawValue > 0 else { return nil }
        self.rawValue = rawValue
    }
}

public struct AttemptID: CourseNumber {
    public let rawValue: Int64

    public init?(rawValue: Int64) {
        guard rawValue > 0 else { return nil }
        self.rawValue = rawValue
    }
}
