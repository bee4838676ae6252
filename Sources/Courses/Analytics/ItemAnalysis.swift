/// What a quiz's questions tell of those who answer them, as classical test theory has it. It is made of first
/// attempts: later ones say what was learned from them.
public struct ItemAnalysis: Equatable, Sendable {
    public struct Item: Equatable, Sendable {
        public let question: QuestionID
        /// Answers that it was counted from.
        public let count: Int
        /// The mean credit, thousandths, rounded down: 1,000 where everybody was right. The higher, the easier.
        public let difficultyThousandths: Int
        /// The correlation of the question's credit with what the same people earned in all other questions,
        /// thousandths from -1,000 to 1,000, rounded to the nearest. Below 0, those who know more get it wrong, and
        /// its answer may be a wrong one. `nil` where nothing differs, and so nothing can be told.
        public let discriminationThousandths: Int?
    }

    public let items: [Item]

    /// - Parameter grades: graded first attempts, each with the credits of all questions.
    public init(_ grades: [[QuestionID: Credit]], of quiz: Quiz) {
        let complete = grades.filter { grade in quiz.questions.allSatisfy { grade[$0.id] != nil } }
        func share(_ grade: [QuestionID: Credit], _ question: Question) -> Double {
            Double((grade[question.id] ?? Credit.none).units) / Double(Credit.wholeUnits)
        }
        let totals = complete.map { grade in
            quiz.questions.reduce(0.0) { $0 + share(grade, $1) * Double($1.prompt.weight) }
        }
        items = quiz.questions.map { question in
            let shares = complete.map { share($0, question) }
            let others = zip(totals, shares).map { $0 - $1 * Double(question.prompt.weight) }
            let units = complete.reduce(Int64(0)) { $0 + ($1[question.id] ?? Credit.none).units }
            // 63 bits are enough for seven million attempts.
            let mean = complete.isEmpty ? 0 : units * 1_000 / Int64(complete.count) / Credit.wholeUnits
            return Item(
                question: question.id, count: complete.count, difficultyThousandths: Int(mean),
                discriminationThousandths: Self.correlation(shares, others).map { Int(($0 * 1_000).rounded()) })
        }
    }

    /// Pearson's, kept within -1 and 1; `nil` where one of the two does not vary.
    static func correlation(_ one: [Double], _ other: [Double]) -> Double? {
        guard one.count == other.count, one.count > 1 else { return nil }
        let count = Double(one.count)
        let meanOne = one.reduce(0, +) / count, meanOther = other.reduce(0, +) / count
        var both = 0.0, squareOne = 0.0, squareOther = 0.0
        for (left, right) in zip(one, other) {
            both += (left - meanOne) * (right - meanOther)
            squareOne += (left - meanOne) * (left - meanOne)
            squareOther += (right - meanOther) * (right - meanOther)
        }
        // What is left by rounding where all are the same is no difference.
        let least = 1e-12 * count
        guard squareOne > least, squareOther > least else { return nil }
        return min(1, max(-1, both / (squareOne * squareOther).squareRoot()))
    }
}
