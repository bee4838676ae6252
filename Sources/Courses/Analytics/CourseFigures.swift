public import Base

/// How a course goes: who came, who is at it, who got through, and how long that took.
public struct CourseFigures: Equatable, Sendable {
    /// One student, those who left too.
    public struct Row: Equatable, Sendable {
        public var user: UserID
        public var enrolledAt: Timestamp
        public var isEnrolled: Bool
        /// When the student last said anything of a lesson or a quiz.
        public var lastActiveAt: Timestamp?
        public var completedAt: Timestamp?

        public init(
            user: UserID, enrolledAt: Timestamp, isEnrolled: Bool = true, lastActiveAt: Timestamp? = nil,
            completedAt: Timestamp? = nil
        ) {
            self.user = user
            self.enrolledAt = enrolledAt
            self.isEnrolled = isEnrolled
            self.lastActiveAt = lastActiveAt
            self.completedAt = completedAt
        }
    }

    /// Students now.
    public let enrolled: Int
    /// Who came within the window, those who left again too.
    public let enrolledInWindow: Int
    /// Students now who did anything within the window.
    public let activeInWindow: Int
    /// Who ever completed the course, and who did within the window.
    public let completed: Int
    public let completedInWindow: Int
    /// Of all who ever came, thousandths, rounded down.
    public let completionThousandths: Int
    /// From enrolling to completing; `nil` while nobody has.
    public let medianSecondsToComplete: Int64?
    /// Nine of ten were no slower.
    public let ninetiethSecondsToComplete: Int64?

    public init(_ rows: [Row], in window: FigureWindow, at now: Timestamp) {
        enrolled = rows.count(where: \.isEnrolled)
        enrolledInWindow = rows.count { window.contains($0.enrolledAt, at: now) }
        activeInWindow = rows.count { row in
            row.isEnrolled && (row.lastActiveAt.map { window.contains($0, at: now) } ?? false)
        }
        completed = rows.count { $0.completedAt != nil }
        completedInWindow = rows.count { $0.completedAt.map { window.contains($0, at: now) } ?? false }
        completionThousandths = rows.isEmpty ? 0 : completed * 1_000 / rows.count
        let times = rows.compactMap { row in
            row.completedAt.map { max(0, ($0.milliseconds - row.enrolledAt.milliseconds) / 1_000) }
        }.sorted()
        medianSecondsToComplete = Self.rank(50, of: times)
        ninetiethSecondsToComplete = Self.rank(90, of: times)
    }

    /// The nearest rank: the least value that so many percent do not exceed. Always one that was there.
    static func rank(_ percent: Int, of sorted: [Int64]) -> Int64? {
        guard !sorted.isEmpty else { return nil }
        return sorted[max(0, (sorted.count * percent + 99) / 100 - 1)]
    }
}
