public import Base

/// One student's way through a quiz.
public struct Attempt: Equatable, Sendable {
    public enum State: String, Sendable, CaseIterable {
        case open
        /// Closed, and an answer waits for somebody to read it.
        case submitted
        case graded
    }

    public let id: AttemptID
    public let quiz: QuizID
    public let student: UserID
    /// From 1, among the student's of this quiz.
    public let number: Int
    /// What the order of questions and options follows from. Nobody is told.
    public let seed: UInt64
    public let startedAt: Timestamp
    /// When its time is up; `nil` where it never is.
    public let deadline: Timestamp?
    public internal(set) var answers: [QuestionID: Answer]
    /// Of the last save that was taken: an older one that comes late changes nothing.
    public internal(set) var revision: Int64
    public internal(set) var submittedAt: Timestamp?
    public internal(set) var marks: [QuestionID: HandMark]
    /// There from when it is submitted.
    public internal(set) var grade: Grade?

    public init(
        id: AttemptID, quiz: QuizID, student: UserID, number: Int, seed: UInt64, startedAt: Timestamp,
        deadline: Timestamp?, answers: [QuestionID: Answer] = [:], revision: Int64 = 0, submittedAt: Timestamp? = nil,
        marks: [QuestionID: HandMark] = [:], grade: Grade? = nil
    ) {
        self.id = id
        self.quiz = quiz
        self.student = student
        self.number = number
        self.seed = seed
        self.startedAt = startedAt
        self.deadline = deadline
        self.answers = answers
        self.revision = revision
        self.submittedAt = submittedAt
        self.marks = marks
        self.grade = grade
    }

    public var state: State {
        guard submittedAt != nil else { return .open }
        return grade?.score == nil ? .submitted : .graded
    }

    /// Whether its time is up beyond what a slow network is given.
    func isOver(at now: Timestamp) -> Bool {
        guard let deadline else { return false }
        return now > deadline.adding(seconds: CourseBounds.graceSeconds)
    }

    /// As it is now: one whose time is up is closed at its deadline, with what was saved by then. It is so whether or
    /// not anybody has written that down yet.
    public func settled(under quiz: Quiz, at now: Timestamp) -> Attempt {
        guard submittedAt == nil, isOver(at: now), let deadline else { return self }
        return closed(under: quiz, at: deadline)
    }

    func closed(under quiz: Quiz, at time: Timestamp) -> Attempt {
        var closed = self
        closed.submittedAt = max(time, startedAt)
        closed.grade = Grade(of: answers, marks: marks, under: quiz)
        return closed
    }
}

extension Sequence<Attempt> {
    /// The one that counts: the best score, and of the same scores the first.
    public var best: Attempt? {
        filter { $0.grade?.score != nil }.min { one, other in
            let left = one.grade?.score?.hundredths ?? 0, right = other.grade?.score?.hundredths ?? 0
            return left == right ? one.number < other.number : left > right
        }
    }
}
