public import Base

/// Makes a quiz, or gives it other rules, questions or answers.
public struct WriteQuiz: Equatable, Sendable {
    /// The version that whoever changes it has read; `nil` to change whatever is there.
    public var expected: Int64?
    public var title: String
    public var rules: QuizRules
    public var questions: [Question]

    public init(expected: Int64? = nil, title: String, rules: QuizRules = QuizRules(), questions: [Question]) {
        self.expected = expected
        self.title = title
        self.rules = rules
        self.questions = questions
    }

    /// A new one.
    public func decide(
        as id: QuizID, in course: Course, as role: CourseRole, beside count: Int, at now: Timestamp
    ) throws(CourseRefusal) -> Quiz {
        try role.requireStaff(of: course)
        guard course.deletedAt == nil else { throw .noSuchCourse }
        guard course.state != .archived else { throw .archived }
        guard count < CourseBounds.quizzesMax else {
            throw .tooMany(what: "quizzes in a course", max: CourseBounds.quizzesMax)
        }
        try validate()
        return Quiz(
            id: id, course: course.id, title: title, rules: rules, questions: questions, createdAt: now, updatedAt: now)
    }

    /// What becomes of one that is there.
    public struct Change: Equatable, Sendable {
        public var quiz: Quiz
        /// Whether attempts that were submitted are to be graded again: an answer, a weight or the pass mark is
        /// another one.
        public var regrades: Bool
    }

    public func decide(
        of quiz: Quiz, in course: Course, as role: CourseRole, hasAttempts: Bool, at now: Timestamp
    ) throws(CourseRefusal) -> Change {
        try role.requireStaff(of: course)
        guard course.deletedAt == nil else { throw .noSuchCourse }
        guard course.state != .archived else { throw .archived }
        if let expected, expected != quiz.version { throw .changedMeanwhile }
        try validate()
        var changed = quiz
        changed.title = title
        changed.rules = rules
        changed.questions = questions
        if hasAttempts, quiz.shape != changed.shape { throw .hasAttempts }
        let regrades = hasAttempts && quiz.gradingBasis != changed.gradingBasis
        if changed != quiz {
            changed.version += 1
            changed.updatedAt = now
        }
        return Change(quiz: changed, regrades: regrades)
    }
}

extension Quiz {
    /// What an attempt's answers refer to, and in which order: it stays while there are attempts.
    fileprivate struct Shape: Equatable {
        struct Place: Equatable {
            var id: QuestionID
            var kind: Prompt.Kind
            var optionsCount: Int
        }

        var questions: [Place]
        var shufflesQuestions: Bool
        var shufflesOptions: Bool
    }

    fileprivate var shape: Shape {
        Shape(
            questions: questions.map { .init(id: $0.id, kind: $0.prompt.kind, optionsCount: $0.prompt.options.count) },
            shufflesQuestions: rules.shufflesQuestions, shufflesOptions: rules.shufflesOptions)
    }

    /// What a grade follows from, besides the answers.
    fileprivate struct GradingBasis: Equatable {
        var passMark: Int
        var hasPartialCredit: Bool
        var keys: [AnswerKey]
        var weights: [Int]
    }

    fileprivate var gradingBasis: GradingBasis {
        GradingBasis(
            passMark: rules.passMark, hasPartialCredit: rules.hasPartialCredit, keys: questions.map(\.key),
            weights: questions.map(\.prompt.weight))
    }
}

extension WriteQuiz {
    /// What can be told without looking anything up.
    public func validate() throws(CourseRefusal) {
        try FieldRules.title(title, "/title")
        try rules.validate()
        try FieldRules.number(questions.count, "/questions", in: 1...CourseBounds.questionsMax)
        for (index, question) in questions.enumerated() { try question.validate("/questions/\(index)") }
        guard Set(questions.map(\.id)).count == questions.count else {
            throw .invalid(pointer: "/questions", code: "duplicate", detail: "each question has an id of its own")
        }
    }
}
