public import Base

/// Questions of a course, with the rules by which they are answered. It has the right answers; students are shown
/// `StudentQuiz` and `Paper`.
public struct Quiz: Equatable, Sendable {
    public let id: QuizID
    public let course: CourseID
    public var title: String
    public var rules: QuizRules
    public var questions: [Question]
    /// Grows with every change.
    public var version: Int64
    public let createdAt: Timestamp
    public var updatedAt: Timestamp

    public init(
        id: QuizID, course: CourseID, title: String, rules: QuizRules = QuizRules(), questions: [Question],
        version: Int64 = 1, createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.course = course
        self.title = title
        self.rules = rules
        self.questions = questions
        self.version = version
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    public subscript(_ question: QuestionID) -> Question? { questions.first { $0.id == question } }
}

/// How a quiz is answered and graded.
public struct QuizRules: Equatable, Sendable {
    /// When a student is shown what was right.
    public enum Feedback: String, Sendable, CaseIterable {
        case never
        /// When there is no attempt left, or the quiz is closed: what is shown helps nobody to a better score.
        case whenSpent = "when_spent"
        /// As soon as an attempt is submitted.
        case afterAttempt = "after_attempt"
        /// When the quiz is closed for all.
        case afterClosing = "after_closing"
    }

    /// Percent of the possible score.
    public var passMark: Int
    /// `nil` for as many as one likes. The best one counts.
    public var attemptsMax: Int?
    public var timeLimitSeconds: Int64?
    public var opensAt: Timestamp?
    /// No attempt begins behind it, and none goes on.
    public var closesAt: Timestamp?
    /// Whether each attempt has an order of questions, and of options, of its own.
    public var shufflesQuestions: Bool
    public var shufflesOptions: Bool
    /// Whether a choice of several that is partly right counts partly.
    public var hasPartialCredit: Bool
    public var feedback: Feedback
    /// Whether the course is not completed without passing it.
    public var isRequired: Bool
    /// Whether students see it.
    public var isPublished: Bool

    public init(
        passMark: Int = 50, attemptsMax: Int? = nil, timeLimitSeconds: Int64? = nil, opensAt: Timestamp? = nil,
        closesAt: Timestamp? = nil, shufflesQuestions: Bool = false, shufflesOptions: Bool = false,
        hasPartialCredit: Bool = false, feedback: Feedback = .whenSpent, isRequired: Bool = false,
        isPublished: Bool = true
    ) {
        self.passMark = passMark
        self.attemptsMax = attemptsMax
        self.timeLimitSeconds = timeLimitSeconds
        self.opensAt = opensAt
        self.closesAt = closesAt
        self.shufflesQuestions = shufflesQuestions
        self.shufflesOptions = shufflesOptions
        self.hasPartialCredit = hasPartialCredit
        self.feedback = feedback
        self.isRequired = isRequired
        self.isPublished = isPublished
    }

    public func validate() throws(CourseRefusal) {
        try FieldRules.number(passMark, "/pass_mark", in: 0...100)
        if let attemptsMax { try FieldRules.number(attemptsMax, "/attempts_max", in: 1...CourseBounds.attemptsMax) }
        if let timeLimitSeconds {
            try FieldRules.number(
                timeLimitSeconds, "/time_limit_s",
                in: CourseBounds.timeLimitSecondsMin...CourseBounds.timeLimitSecondsMax)
        }
        if let opensAt, let closesAt, opensAt >= closesAt {
            throw .invalid(pointer: "/closes_at", code: "out_of_range", detail: "it closes after it opens")
        }
        guard feedback != .afterClosing || closesAt != nil else {
            throw .invalid(pointer: "/feedback", code: "not_supported", detail: "this quiz has no closes_at")
        }
    }

    /// When an attempt's time is up; `nil` where it never is.
    func deadline(from start: Timestamp) -> Timestamp? {
        switch (timeLimitSeconds.map { start.adding(seconds: $0) }, closesAt) {
        case (let limit?, let closesAt?): min(limit, closesAt)
        case (let limit, let closesAt): limit ?? closesAt
        }
    }
}
