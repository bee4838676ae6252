public import Base

/// How far a student is in one lesson. It goes forward only, until it is reset.
public struct LessonProgress: Equatable, Sendable {
    public let lesson: LessonID
    public private(set) var percent: Int
    public private(set) var isCompleted: Bool
    /// Where the student may go on: seconds into it. The last report's, wherever that was.
    public private(set) var resumeSeconds: Int64
    public private(set) var updatedAt: Timestamp
    /// When it was first completed.
    public private(set) var completedAt: Timestamp?

    /// Untouched.
    public init(lesson: LessonID, at now: Timestamp) {
        self.lesson = lesson
        percent = 0
        isCompleted = false
        resumeSeconds = 0
        updatedAt = now
        completedAt = nil
    }

    /// As it was stored.
    public init(
        lesson: LessonID, percent: Int, resumeSeconds: Int64, updatedAt: Timestamp, completedAt: Timestamp?
    ) {
        self.lesson = lesson
        self.percent = percent
        isCompleted = completedAt != nil
        self.resumeSeconds = resumeSeconds
        self.updatedAt = updatedAt
        self.completedAt = completedAt
    }

    /// Begun anew, because the student wants it so. That the course was completed stays (`Completion`).
    public func reset(at now: Timestamp) -> LessonProgress {
        LessonProgress(lesson: lesson, at: max(now, updatedAt))
    }

    /// What a client says of it.
    public struct Report: Equatable, Sendable {
        public var percent: Int?
        public var isCompleted: Bool?
        public var resumeSeconds: Int64?

        public init(percent: Int? = nil, isCompleted: Bool? = nil, resumeSeconds: Int64? = nil) {
            self.percent = percent
            self.isCompleted = isCompleted
            self.resumeSeconds = resumeSeconds
        }

        public func validate() throws(CourseRefusal) {
            guard percent != nil || isCompleted != nil || resumeSeconds != nil else {
                throw .invalid(
                    pointer: "", code: "required", detail: "a report has percent, completed or resume_s")
            }
            if let percent { try FieldRules.number(percent, "/percent", in: 0...100) }
            if let resumeSeconds {
                try FieldRules.number(resumeSeconds, "/resume_s", in: 0...CourseBounds.resumeSecondsMax)
            }
        }
    }

    /// With a report taken in. What says less than is known changes nothing of it; so reports may come twice and in any
    /// order.
    public func after(_ report: Report, at now: Timestamp) throws(CourseRefusal) -> LessonProgress {
        try report.validate()
        var next = self
        next.percent = max(percent, report.percent ?? 0)
        if report.isCompleted == true || next.percent == 100 {
            next.percent = 100
            next.isCompleted = true
            next.completedAt = completedAt ?? now
        }
        if let resumeSeconds = report.resumeSeconds { next.resumeSeconds = resumeSeconds }
        if next != self { next.updatedAt = max(now, updatedAt) }
        return next
    }
}
