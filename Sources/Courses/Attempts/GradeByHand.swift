public import Base

/// An instructor reads an answer and says what it is worth. It may be said again, and of any question: it stands above
/// what the key says.
public struct GradeByHand: Equatable, Sendable {
    public var question: QuestionID
    /// Of the question's weight.
    public var percent: Int
    public var comment: String

    public init(question: QuestionID, percent: Int, comment: String = "") {
        self.question = question
        self.percent = percent
        self.comment = comment
    }

    public func decide(
        of attempt: Attempt, under quiz: Quiz, in course: Course, as role: CourseRole, by grader: UserID,
        at now: Timestamp
    ) throws(CourseRefusal) -> Attempt {
        try role.requireStaff(of: course)
        guard quiz[question] != nil else { throw .noSuchQuestion }
        try FieldRules.number(percent, "/percent", in: 0...100)
        try FieldRules.text(comment, "/comment", bytesMax: CourseBounds.commentBytesMax)
        var marked = attempt.settled(under: quiz, at: now)
        guard marked.state != .open else { throw .nothingToGrade }
        marked.marks[question] = HandMark(percent: percent, comment: comment, by: grader, at: now)
        return marked.regraded(under: quiz)
    }
}

extension Attempt {
    /// Under a quiz whose answers, weights or pass mark have been changed. What instructors have said stays.
    public func regraded(under quiz: Quiz) -> Attempt {
        guard submittedAt != nil else { return self }
        var regraded = self
        regraded.grade = Grade(of: answers, marks: marks, under: quiz)
        return regraded
    }

    /// The answers that wait for somebody to read them, in the quiz's order.
    public func waiting(under quiz: Quiz) -> [QuestionID] {
        guard let grade, state == .submitted else { return [] }
        return quiz.questions.map(\.id).filter { grade.credits[$0] == nil }
    }
}

/// The answers of a quiz that wait for somebody to read them: those of whoever submitted first come first.
public struct GradingQueue: Equatable, Sendable {
    public struct Item: Equatable, Sendable {
        public var attempt: AttemptID
        public var student: UserID
        public var question: QuestionID
        public var answer: String
        public var submittedAt: Timestamp
    }

    public let items: [Item]

    public init(of attempts: [Attempt], under quiz: Quiz) {
        items =
            attempts
            .sorted { ($0.submittedAt ?? .distantFuture, $0.id) < ($1.submittedAt ?? .distantFuture, $1.id) }
            .flatMap { attempt in
                attempt.waiting(under: quiz).compactMap { question -> Item? in
                    guard case .text(let text) = attempt.answers[question], let submittedAt = attempt.submittedAt
                    else { return nil }
                    return Item(
                        attempt: attempt.id, student: attempt.student, question: question, answer: text,
                        submittedAt: submittedAt)
                }
            }
    }
}
