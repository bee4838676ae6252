public import Base

/// Quizzes, and students' ways through them. What is refused has left nothing behind.
public protocol CourseQuizzes: Sendable {
    func quizzes(of key: CourseKey, for caller: CourseCaller) async throws(CourseRefusal) -> [QuizView]
    func quiz(_ id: QuizID, for caller: CourseCaller) async throws(CourseRefusal) -> QuizView
    func add(_ quiz: WriteQuiz, to key: CourseKey, by caller: CourseCaller) async throws(CourseRefusal) -> QuizView
    func change(_ id: QuizID, _ write: WriteQuiz, by caller: CourseCaller) async throws(CourseRefusal) -> QuizView
    func remove(_ id: QuizID, expecting version: Int64?, by caller: CourseCaller) async throws(CourseRefusal)

    /// - Parameter seed: of the attempt's own order, from the system's chance.
    func start(_ quiz: QuizID, seed: UInt64, by caller: CourseCaller) async throws(CourseRefusal)
        -> (attempt: AttemptView, isNew: Bool)
    /// The caller's own; those who teach the course see everybody's.
    func attempt(_ id: AttemptID, for caller: CourseCaller) async throws(CourseRefusal) -> AttemptView
    func attempts(of quiz: QuizID, after id: AttemptID?, limit: Int, for caller: CourseCaller)
        async throws(CourseRefusal) -> [AttemptView]
    /// - Parameter body: what the student sends, read against the quiz as it is then.
    func save(_ body: JSONElement, in attempt: AttemptID, by caller: CourseCaller) async throws(CourseRefusal)
        -> AttemptView
    /// - Parameter body: the same, not sent before; `nil` where all of it was.
    func submit(_ body: JSONElement?, in attempt: AttemptID, by caller: CourseCaller) async throws(CourseRefusal)
        -> AttemptView

    /// Answers that wait for somebody to read them.
    func queue(of quiz: QuizID, for caller: CourseCaller) async throws(CourseRefusal) -> [GradingQueue.Item]
    func grade(_ grade: GradeByHand, of attempt: AttemptID, by caller: CourseCaller) async throws(CourseRefusal)
        -> AttemptView
}

/// A quiz as one caller sees it: with the right answers for those who teach, and otherwise without a place for them.
public enum QuizView: Equatable, Sendable {
    case staff(Quiz)
    case student(StudentQuiz)

    public func write(to json: inout JSONWriter) {
        switch self {
        case .staff(let quiz): quiz.writeForStaff(to: &json)
        case .student(let quiz): quiz.write(to: &json)
        }
    }

    /// Of those who may change it.
    public var version: Int64? {
        if case .staff(let quiz) = self { quiz.version } else { nil }
    }
}

/// An attempt as one caller sees it.
public struct AttemptView: Equatable, Sendable {
    public var paper: Paper
    /// What was right, where that may be told.
    public var feedback: Feedback?
    /// For those who teach.
    public var student: UserID?

    public init(paper: Paper, feedback: Feedback? = nil, student: UserID? = nil) {
        self.paper = paper
        self.feedback = feedback
        self.student = student
    }

    public func write(to json: inout JSONWriter) { paper.write(to: &json, with: feedback, of: student) }
}
