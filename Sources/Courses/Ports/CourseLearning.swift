public import Base

/// How far students are, and what they are given at the end. What is refused has left nothing behind.
public protocol CourseLearning: Sendable {
    /// The caller's courses, or one of them.
    func progress(of user: UserID, in key: CourseKey?) async throws(CourseRefusal) -> [StudentProgress]
    func report(_ report: ReportProgress, by caller: CourseCaller) async throws(CourseRefusal) -> StudentProgress
    /// The caller begins a lesson anew.
    func reset(_ lesson: LessonID, by caller: CourseCaller) async throws(CourseRefusal)
    /// All students of a course, by their numbers; for those who teach it.
    func progress(ofAllIn key: CourseKey, after user: UserID?, limit: Int, for caller: CourseCaller)
        async throws(CourseRefusal) -> ProgressPage

    /// The certificate of one who has completed the course; always the same one.
    /// - Parameter id: of a new one.
    func certificate(in key: CourseKey, orMake id: CertificateID, by caller: CourseCaller)
        async throws(CourseRefusal) -> Certificate
    /// Whether a certificate stands: it goes with the student's account.
    func stands(_ certificate: CertificateID) async throws(CourseRefusal) -> Bool
    /// Everything of one student in one course, for the file that they may have of themselves.
    func record(of user: UserID, after course: CourseID?) async throws(CourseRefusal) -> StudentRecord?
}

/// One student in one course.
public struct StudentProgress: Equatable, Sendable {
    public var course: CourseID
    public var user: UserID
    public var whole: CourseProgress
    public var completedAt: Timestamp?
    /// In the course's order; only what was begun.
    public var lessons: [LessonProgress]

    public init(
        course: CourseID, user: UserID, whole: CourseProgress, completedAt: Timestamp?, lessons: [LessonProgress]
    ) {
        self.course = course
        self.user = user
        self.whole = whole
        self.completedAt = completedAt
        self.lessons = lessons
    }
}

public struct ProgressPage: Equatable, Sendable {
    public struct Row: Equatable, Sendable {
        public var progress: StudentProgress
        public var username: String?
        public var displayName: String?

        public init(progress: StudentProgress, username: String?, displayName: String?) {
            self.progress = progress
            self.username = username
            self.displayName = displayName
        }
    }

    public var rows: [Row]
    public var next: UserID?

    public init(rows: [Row], next: UserID? = nil) {
        self.rows = rows
        self.next = next
    }
}

/// What the server has of one student in one course.
public struct StudentRecord: Equatable, Sendable {
    public var enrolment: Enrolment
    public var title: String
    public var progress: StudentProgress
    /// As the student sees them.
    public var papers: [Paper]
    public var certificate: Certificate?

    public init(
        enrolment: Enrolment, title: String, progress: StudentProgress, papers: [Paper], certificate: Certificate?
    ) {
        self.enrolment = enrolment
        self.title = title
        self.progress = progress
        self.papers = papers
        self.certificate = certificate
    }
}
