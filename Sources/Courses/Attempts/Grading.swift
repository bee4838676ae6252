extension AnswerKey {
    /// What an answer earns; `nil` when somebody has to read it. No answer, and one of another type, earn nothing.
    public func credit(for answer: Answer?, partially: Bool) -> Credit? {
        guard let answer else { return Credit.none }
        switch (self, answer) {
        case (.singleChoice(let right), .choice(let chosen)): return right == chosen ? .whole : Credit.none
        case (.multipleChoice(let right), .choices(let chosen)):
            if right == chosen { return .whole }
            guard partially else { return Credit.none }
            // A wrong option takes away what a right one gives, so that to choose all of them earns nothing more than
            // to guess.
            let hits = Set(right).intersection(chosen).count
            return Credit(hits - (chosen.count - hits), of: right.count)
        case (.trueFalse(let right), .truth(let said)): return right == said ? .whole : Credit.none
        case (.shortText(let accepted), .text(let text)):
            let folded = ShortText.folded(text)
            if accepted.isEmpty { return folded.isEmpty ? Credit.none : nil }
            return accepted.contains { ShortText.folded($0) == folded } ? .whole : Credit.none
        case (.numeric(let value, let tolerance), .number(let number)):
            return number.isWithin(tolerance, of: value) ? .whole : Credit.none
        case (.singleChoice, _), (.multipleChoice, _), (.trueFalse, _), (.shortText, _), (.numeric, _):
            return Credit.none
        }
    }
}

/// What the answers of an attempt come to under a quiz as it is now.
public struct Grade: Equatable, Sendable {
    /// By question; those that wait for somebody to read them are not there.
    public let credits: [QuestionID: Credit]
    /// `nil` while an answer waits.
    public let score: Score?
    public let isPassed: Bool?

    /// - Parameter marks: what instructors have said, which stands above the key.
    public init(of answers: [QuestionID: Answer], marks: [QuestionID: HandMark], under quiz: Quiz) {
        var credits: [QuestionID: Credit] = [:]
        for question in quiz.questions {
            if let mark = marks[question.id] {
                credits[question.id] = Credit(percent: mark.percent)
            } else {
                credits[question.id] = question.key.credit(
                    for: answers[question.id], partially: quiz.rules.hasPartialCredit)
            }
        }
        self.credits = credits
        guard credits.count == quiz.questions.count else {
            score = nil
            isPassed = nil
            return
        }
        let score = Score(quiz.questions.map { (credits[$0.id] ?? Credit.none, $0.prompt.weight) })
        self.score = score
        isPassed = score.isPassing(quiz.rules.passMark)
    }
}
