public import Base

/// How far a student is in a course.
public struct CourseProgress: Equatable, Sendable {
    /// Of the published lessons together, each counting the same, rounded down: 100 means all of them.
    public var percent: Int
    public var lessonsCompleted: Int
    public var lessonsCount: Int
    /// The first lesson in the course's order that is open and not completed: where to go on.
    public var next: LessonID?
    /// Whether all published lessons are completed and all required quizzes passed, as the course is now.
    public var isComplete: Bool

    /// - Parameters:
    ///   - progress: of one student, in lessons of the course.
    ///   - passed: quizzes that the student has passed.
    public init(
        through outline: Outline, _ progress: [LessonProgress], requiring quizzes: Set<QuizID> = [],
        passed: Set<QuizID> = []
    ) {
        let published = outline.published
        let known = Dictionary(progress.map { ($0.lesson, $0) }) { one, _ in one }
        let completed = Set(published.filter { known[$0]?.isCompleted ?? false })
        lessonsCount = published.count
        lessonsCompleted = completed.count
        percent =
            published.isEmpty ? 0 : published.reduce(0) { $0 + (known[$1]?.percent ?? 0) } / published.count
        next = published.first { lesson in
            !completed.contains(lesson) && outline.missing(before: lesson, completed: completed).isEmpty
        }
        isComplete = !published.isEmpty && completed.count == published.count && quizzes.isSubset(of: passed)
    }
}

/// When a student completed a course. A lesson that is added later takes it from nobody.
public struct Completion: Equatable, Sendable {
    public private(set) var completedAt: Timestamp?

    public init(completedAt: Timestamp? = nil) { self.completedAt = completedAt }

    /// What it is when the progress has come this far.
    public func after(_ progress: CourseProgress, at now: Timestamp) -> Completion {
        Completion(completedAt: completedAt ?? (progress.isComplete ? now : nil))
    }
}

/// A student takes one step in a lesson.
public struct ReportProgress: Equatable, Sendable {
    public var lesson: LessonID
    public var report: LessonProgress.Report

    public init(lesson: LessonID, report: LessonProgress.Report) {
        self.lesson = lesson
        self.report = report
    }

    /// - Parameters:
    ///   - present: what is known of the student in this lesson.
    ///   - completed: all lessons of the course that the student has completed.
    public func decide(
        in course: Course, _ outline: Outline, as role: CourseRole, present: LessonProgress?,
        completed: Set<LessonID>, at now: Timestamp
    ) throws(CourseRefusal) -> LessonProgress {
        try role.requireStudent(of: course)
        guard let entry = outline[lesson], entry.state == .published else { throw .noSuchLesson }
        let missing = outline.missing(before: lesson, completed: completed)
        guard missing.isEmpty else { throw .lessonLocked(by: missing) }
        return try (present ?? LessonProgress(lesson: lesson, at: now)).after(report, at: now)
    }
}
