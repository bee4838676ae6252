public import Base

/// A student begins with a quiz, or goes on with what was begun.
public struct StartAttempt: Equatable, Sendable {
    public init() {}

    public struct Outcome: Equatable, Sendable {
        public var attempt: Attempt
        /// False for one that was open already.
        public var isNew: Bool
        /// An attempt that was left open beyond its time, as it is now: it is to be written too.
        public var settled: Attempt?
    }

    /// - Parameters:
    ///   - attempts: all of this student's in this quiz.
    ///   - seed: from the system's chance, because the order of options follows from it.
    public func decide(
        in quiz: Quiz, of course: Course, as role: CourseRole, by student: UserID, attempts: [Attempt],
        id: AttemptID, seed: UInt64, at now: Timestamp
    ) throws(CourseRefusal) -> Outcome {
        try role.requireStudent(of: course)
        guard quiz.rules.isPublished else { throw .noSuchQuiz }
        var settled: Attempt?
        if let open = attempts.first(where: { $0.state == .open }) {
            let present = open.settled(under: quiz, at: now)
            guard present.state != .open else { return Outcome(attempt: open, isNew: false) }
            settled = present
        }
        if let opensAt = quiz.rules.opensAt, now < opensAt { throw .quizNotOpenYet(until: opensAt) }
        if let closesAt = quiz.rules.closesAt, now >= closesAt { throw .quizClosed(since: closesAt) }
        if let max = quiz.rules.attemptsMax, attempts.count >= max { throw .attemptsSpent(max: max) }
        let attempt = Attempt(
            id: id, quiz: quiz.id, student: student, number: (attempts.map(\.number).max() ?? 0) + 1, seed: seed,
            startedAt: now, deadline: quiz.rules.deadline(from: now))
        return Outcome(attempt: attempt, isNew: true, settled: settled)
    }
}
