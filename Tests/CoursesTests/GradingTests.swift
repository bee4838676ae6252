import Base
@testable import Courses
import Testing

@Suite("Grading") struct GradingTests {
    @Test func `gives all for what is right and nothing for what is wrong or missing`() throws {
        for question in QuizRoom.questions {
            let answer = try #require(QuizRoom.right[question.id] ?? nil)
            #expect(question.key.credit(for: answer, partially: false) == .whole)
            #expect(question.key.credit(for: nil, partially: true) == Credit.none)
        }
        let wrong: [(QuestionID, Answer)] = [
            (QuizRoom.single, .choice(0)), (QuizRoom.multiple, .choices([0])), (QuizRoom.truth, .truth(false)),
            (QuizRoom.text, .text("wasp")), (QuizRoom.number, .number(QuizRoom.exact("9.7999"))),
            (QuizRoom.number, .text("9.81")), (QuizRoom.truth, .choice(1)),
        ]
        for (id, answer) in wrong {
            let key = try #require(QuizRoom.questions.first { $0.id == id }).key
            #expect(key.credit(for: answer, partially: false) == Credit.none)
        }
    }

    @Test(
        arguments: [
            ([0, 2], 100), ([0], 50), ([2], 50), ([0, 1], 0), ([0, 1, 2], 50), ([0, 1, 2, 3], 0), ([1, 3], 0), ([], 0),
        ] as [([Int], Int)])
    func `counts a choice that is partly right by what is right in it less what is wrong`(
        chosen: [Int], percent: Int
    ) {
        #expect(AnswerKey.multipleChoice([0, 2]).credit(for: .choices(chosen), partially: true)?.percent == percent)
    }

    @Test func `leaves an answer without accepted texts to be read and a blank one not`() {
        let key = AnswerKey.shortText([])
        #expect(key.credit(for: .text("something"), partially: false) == nil)
        #expect(key.credit(for: .text(" \n "), partially: false) == Credit.none)
        #expect(key.credit(for: nil, partially: false) == Credit.none)
    }

    @Test(arguments: [(0, "0"), (5, "0.05"), (50, "0.5"), (6_666, "66.66"), (10_000, "100"), (9_910, "99.1")])
    func `writes a score as percent`(hundredths: Int, text: String) {
        #expect(Score(hundredths: hundredths).description == text)
    }

    @Test func `passes who reaches the mark to the smallest part of it`() {
        // Seven of ten thirds are 70 % of 10/3; in binary the sum falls short of it.
        let thirds = (0..<10).map { (credit: Credit($0 < 7 ? 3 : 0, of: 3), weight: 1) }
        #expect(Score(thirds).isPassing(70))
        #expect(!Score(thirds).isPassing(71))
        let third = Score([(Credit(1, of: 3), 1)])
        #expect(third.hundredths == 3_333 && third.isPassing(33) && !third.isPassing(34))
        #expect(Score([(Credit(1, of: 3), 1), (Credit(1, of: 3), 1), (Credit(1, of: 3), 1)]).hundredths == 3_333)
        #expect(Score([(Credit(1, of: 3), 1), (Credit(2, of: 3), 1)]).hundredths == 5_000)
    }

    @Test func `holds the largest quiz without an overflow`() {
        let largest = (0..<CourseBounds.questionsMax).map { _ in (credit: Credit.whole, weight: CourseBounds.weightMax)
        }
        #expect(Score(largest).hundredths == 10_000)
    }

    // MARK: Against another grader

    /// Grades by fractions of whole numbers, written without regard to how the server does it.
    private struct PlainGrader {
        var isPartial: Bool

        func share(_ key: AnswerKey, _ answer: Answer?) -> (Int, Int) {
            if case .singleChoice(let right) = key, case .choice(let said) = answer {
                return (right == said ? 1 : 0, 1)
            }
            if case .trueFalse(let right) = key, case .truth(let said) = answer { return (right == said ? 1 : 0, 1) }
            if case .multipleChoice(let right) = key, case .choices(let said) = answer {
                var points = 0
                for option in 0..<20 {
                    if said.contains(option) { points += right.contains(option) ? 1 : -1 }
                }
                if isPartial { return (max(0, points), right.count) }
                return (Set(right) == Set(said) ? 1 : 0, 1)
            }
            return (0, 1)
        }

        /// Σ weight·share / Σ weight as one fraction over the product of all denominators that occur.
        func hundredths(_ questions: [Question], _ answers: [QuestionID: Answer]) -> Int {
            var up = 0, down = 1, weights = 0
            for question in questions {
                let (over, under) = share(question.key, answers[question.id])
                up = up * under + question.prompt.weight * over * down
                down *= under
                weights += question.prompt.weight
            }
            return up * 10_000 / (down * weights)
        }
    }

    @Test(arguments: (0..<50).map { UInt64($0) })
    func `agrees with a plain grader about every quiz`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        for _ in 1...20 {
            let questions = (1...Int64.random(in: 1...6, using: &random)).map { number in
                let options = Int.random(in: 2...8, using: &random)
                let key: AnswerKey =
                    switch Int.random(in: 0..<3, using: &random) {
                    case 0: .singleChoice(Int.random(in: 0..<options, using: &random))
                    case 1: .trueFalse(Bool.random(using: &random))
                    default: .multipleChoice(Self.some(of: options, least: 1, &random))
                    }
                return QuizRoom.question(
                    Classroom.id(number), key, key.kind == .trueFalse ? [] : (0..<options).map { "\($0)" },
                    weight: Int.random(in: 1...9, using: &random))
            }
            var answers: [QuestionID: Answer] = [:]
            for question in questions where Int.random(in: 0..<6, using: &random) > 0 {
                let options = max(1, question.prompt.options.count)
                switch question.prompt.kind {
                case .singleChoice: answers[question.id] = .choice(Int.random(in: 0..<options, using: &random))
                case .trueFalse: answers[question.id] = .truth(Bool.random(using: &random))
                default: answers[question.id] = .choices(Self.some(of: options, least: 0, &random))
                }
            }
            let isPartial = Bool.random(using: &random), mark = Int.random(in: 0...100, using: &random)
            let quiz = QuizRoom(QuizRules(passMark: mark, hasPartialCredit: isPartial), questions).quiz
            let grade = Grade(of: answers, marks: [:], under: quiz)
            let expected = PlainGrader(isPartial: isPartial).hundredths(questions, answers)
            #expect(grade.score?.hundredths == expected)
            #expect(grade.isPassed == (expected >= mark * 100))
        }
    }

    private static func some(of count: Int, least: Int, _ random: inout RandomSource) -> [Int] {
        var chosen = (0..<count).filter { _ in Bool.random(using: &random) }
        if chosen.count < least { chosen = [Int.random(in: 0..<count, using: &random)] }
        return chosen
    }
}
