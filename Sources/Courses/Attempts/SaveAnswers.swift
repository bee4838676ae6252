public import Base

/// Keeps what a student has answered so far. What is not named stays as it was.
public struct SaveAnswers: Equatable, Sendable {
    /// `nil` takes an answer back.
    public var answers: [QuestionID: Answer?]
    /// The client's own count of its saves: what is not above the last one comes late and changes nothing. `nil` for
    /// who sends one after the other.
    public var revision: Int64?

    public init(answers: [QuestionID: Answer?], revision: Int64? = nil) {
        self.answers = answers
        self.revision = revision
    }

    public func decide(
        of attempt: Attempt, under quiz: Quiz, in course: Course, as role: CourseRole, by student: UserID,
        at now: Timestamp
    ) throws(CourseRefusal) -> Attempt {
        guard attempt.student == student else { throw .noSuchAttempt }
        try role.requireEnrolled(in: course)
        guard attempt.state == .open else { throw .attemptClosed }
        if attempt.isOver(at: now), let deadline = attempt.deadline { throw .timeIsUp(since: deadline) }
        return try applied(to: attempt, under: quiz)
    }

    /// All of it or none: an answer that cannot be kept leaves the others as they were.
    func applied(to attempt: Attempt, under quiz: Quiz) throws(CourseRefusal) -> Attempt {
        for (id, answer) in answers {
            guard let question = quiz[id] else {
                throw .invalid(pointer: "/answers/\(id)", code: "not_found", detail: "the quiz has no such question")
            }
            try answer?.validate(for: question.prompt)
        }
        var saved = attempt
        if let revision {
            try FieldRules.number(revision, "/revision", in: 1...Int64.max)
            guard revision > attempt.revision else { return attempt }
            saved.revision = revision
        }
        for (id, answer) in answers { saved.answers[id] = answer }
        return saved
    }
}

/// Closes an attempt and has it graded.
public struct SubmitAttempt: Equatable, Sendable {
    /// What was answered last, and has not been saved.
    public var last: SaveAnswers?

    public init(last: SaveAnswers? = nil) { self.last = last }

    public struct Outcome: Equatable, Sendable {
        public var attempt: Attempt
        /// False for one that was closed already, which is as it was, whatever comes with it.
        public var isNew: Bool
    }

    /// Who submits when the time is up has submitted what was saved before.
    public func decide(
        of attempt: Attempt, under quiz: Quiz, in course: Course, as role: CourseRole, by student: UserID,
        at now: Timestamp
    ) throws(CourseRefusal) -> Outcome {
        guard attempt.student == student else { throw .noSuchAttempt }
        try role.requireEnrolled(in: course)
        guard attempt.state == .open else { return Outcome(attempt: attempt, isNew: false) }
        if attempt.isOver(at: now) { return Outcome(attempt: attempt.settled(under: quiz, at: now), isNew: true) }
        let complete = try last?.applied(to: attempt, under: quiz) ?? attempt
        let time = attempt.deadline.map { min($0, now) } ?? now
        return Outcome(attempt: complete.closed(under: quiz, at: time), isNew: true)
    }
}
