public import Base

/// What was right, for a student whose attempt is closed. The only way from an answer key to a student: it cannot be
/// made before the quiz's rules allow it.
public struct Feedback: Equatable, Sendable {
    public struct Item: Equatable, Sendable {
        public let question: QuestionID
        /// `nil` while the answer waits for somebody to read it.
        public let credit: Credit?
        /// Options by the places that the attempt showed.
        public let key: AnswerKey
        public let explanation: String
        /// Of whoever graded it by hand.
        public let comment: String?
    }

    public let items: [Item]

    /// `nil` where nothing is to be told, or not yet.
    /// - Parameter attempts: all of the student's in this quiz, this one among them.
    public init?(on attempt: Attempt, among attempts: [Attempt], of quiz: Quiz, at now: Timestamp) {
        let settled = attempts.map { $0.settled(under: quiz, at: now) }
        let present = attempt.settled(under: quiz, at: now)
        // While one attempt is open, no other tells what it asks.
        guard present.state != .open, !settled.contains(where: { $0.state == .open }) else { return nil }
        let isClosed = quiz.rules.closesAt.map { now > $0.adding(seconds: CourseBounds.graceSeconds) } ?? false
        let isSpent = quiz.rules.attemptsMax.map { attempts.count >= $0 } ?? false
        switch quiz.rules.feedback {
        case .never: return nil
        case .afterAttempt: break
        case .whenSpent: guard isSpent || isClosed else { return nil }
        case .afterClosing: guard isClosed else { return nil }
        }
        let shuffle = Shuffle(seed: present.seed)
        items = shuffle.questions(of: quiz).map { place in
            let question = quiz.questions[place]
            let order = shuffle.options(of: question.prompt, under: quiz.rules)
            let comment = present.marks[question.id].flatMap { $0.comment.isEmpty ? nil : $0.comment }
            return Item(
                question: question.id, credit: present.grade?.credits[question.id], key: question.key.shown(order),
                explanation: question.explanation, comment: comment)
        }
    }
}

extension AnswerKey {
    /// With the places of options as an attempt shows them.
    fileprivate func shown(_ order: [Int]) -> AnswerKey {
        func place(_ index: Int) -> Int { order.firstIndex(of: index) ?? -1 }
        return switch self {
        case .singleChoice(let index): .singleChoice(place(index))
        case .multipleChoice(let indexes): .multipleChoice(indexes.map(place).sorted())
        case .trueFalse, .shortText, .numeric: self
        }
    }
}
