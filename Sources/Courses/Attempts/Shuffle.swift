internal import Base

/// The order in which one attempt shows questions and options. It follows from the attempt's seed alone, so that
/// everybody who looks sees the same, on every server and after every restart.
public struct Shuffle: Equatable, Sendable {
    private let seed: UInt64

    public init(seed: UInt64) { self.seed = seed }

    /// The numbers below `count` in some order: at each place that is shown, the place in the quiz.
    /// - Parameter salt: what is ordered; 0 for questions, and a question's number for its options.
    func order(_ count: Int, salt: Int64) -> [Int] {
        var random = RandomSource(seed: seed ^ (UInt64(bitPattern: salt) &* 0x9E37_79B9_7F4A_7C15))
        var order = Array(0..<count)
        // Fisher and Yates, written out: what the standard library does may differ tomorrow.
        for place in stride(from: count - 1, to: 0, by: -1) {
            let other = Int(random.next().multipliedFullWidth(by: UInt64(place + 1)).high)
            order.swapAt(place, other)
        }
        return order
    }

    func questions(of quiz: Quiz) -> [Int] {
        quiz.rules.shufflesQuestions ? order(quiz.questions.count, salt: 0) : Array(quiz.questions.indices)
    }

    func options(of prompt: Prompt, under rules: QuizRules) -> [Int] {
        rules.shufflesOptions ? order(prompt.options.count, salt: prompt.id.rawValue) : Array(prompt.options.indices)
    }
}

extension Answer {
    /// An answer as the student gave it, with the places that were shown, by the places of the quiz. What lies outside
    /// stays outside, to be refused.
    func inQuiz(_ order: [Int]) -> Answer {
        switch self {
        case .choice(let shown): .choice(order.indices.contains(shown) ? order[shown] : -1)
        case .choices(let shown): .choices(shown.map { order.indices.contains($0) ? order[$0] : -1 }.sorted())
        case .truth, .text, .number: self
        }
    }

    /// The other way round.
    func shown(_ order: [Int]) -> Answer {
        func place(_ index: Int) -> Int { order.firstIndex(of: index) ?? -1 }
        return switch self {
        case .choice(let index): .choice(place(index))
        case .choices(let indexes): .choices(indexes.map(place).sorted())
        case .truth, .text, .number: self
        }
    }
}

extension SaveAnswers {
    /// What a student sends, who knows options by the places that the attempt shows.
    public func inQuiz(_ quiz: Quiz, of attempt: Attempt) -> SaveAnswers {
        let shuffle = Shuffle(seed: attempt.seed)
        var save = self
        for (id, answer) in answers {
            guard let answer, let prompt = quiz[id]?.prompt else { continue }
            save.answers[id] = .some(answer.inQuiz(shuffle.options(of: prompt, under: quiz.rules)))
        }
        return save
    }
}
