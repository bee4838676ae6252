import Base
@testable import Courses
import Testing

/// What is right is planted in every key, and looked for in every byte that a student is shown.
@Suite("Right answers") struct SecrecyTests {
    private static let planted = "PLANTED"

    /// A quiz whose right answers, explanations and comments say so.
    private static func hall(_ rules: QuizRules) -> QuizRoom {
        var questions = [
            QuizRoom.question(QuizRoom.text, .shortText(["\(planted) text"])),
            QuizRoom.question(
                QuizRoom.number, .numeric(value: QuizRoom.exact("271828"), tolerance: QuizRoom.exact("0.5"))),
            QuizRoom.question(QuizRoom.single, .singleChoice(3), (0...7).map { "option \($0)" }),
            QuizRoom.question(QuizRoom.multiple, .multipleChoice([1, 5]), (0...7).map { "option \($0)" }),
            QuizRoom.essayQuestion,
        ]
        for index in questions.indices { questions[index].explanation = "\(planted) because" }
        return QuizRoom(rules, questions)
    }

    private static func bytes(_ body: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter()
        body(&json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private static func tells(_ text: String) -> Bool {
        text.contains(planted) || text.contains("271828") || text.contains("\"key\"") || text.contains("explanation")
    }

    private static let answers: [QuestionID: Answer?] = [
        QuizRoom.text: .text("wrong"), QuizRoom.number: .number(.zero), QuizRoom.essay: .text("mine"),
    ]

    /// All that a student is shown of their last attempt, feedback included where there is any.
    private static func shown(_ hall: QuizRoom) -> String {
        guard let attempt = hall.attempts.last else { return "" }
        let feedback = Feedback(on: attempt, among: hall.attempts, of: hall.quiz, at: hall.now)
        return bytes { StudentQuiz(hall.quiz).write(to: &$0) }
            + bytes { Paper(attempt, of: hall.quiz, at: hall.now).write(to: &$0, with: feedback) }
    }

    @Test(arguments: QuizRules.Feedback.allCases, [false, true])
    func `reach no student before the attempt is closed`(feedback: QuizRules.Feedback, isShuffled: Bool) throws {
        let closing = Classroom.start.adding(seconds: 1_000)
        var hall = Self.hall(
            QuizRules(
                attemptsMax: 2, closesAt: closing, shufflesQuestions: isShuffled, shufflesOptions: isShuffled,
                feedback: feedback))
        _ = try hall.start()
        try hall.save(Self.answers)
        #expect(!Self.tells(Self.shown(hall)))
        let submitted = try hall.submit()
        #expect(Self.tells(Self.shown(hall)) == (feedback == .afterAttempt))
        // The comment of whoever grades may say what is right too.
        hall.keep(
            try GradeByHand(question: QuizRoom.essay, percent: 50, comment: "\(Self.planted) comment").decide(
                of: submitted, under: hall.quiz, in: hall.room.course, as: .staff, by: Classroom.teacher, at: hall.now))
        #expect(Self.tells(Self.shown(hall)) == (feedback == .afterAttempt))
        // While the next one is open, the first tells nothing.
        let first = try #require(hall.attempts.first)
        _ = try hall.start()
        #expect(Feedback(on: first, among: hall.attempts, of: hall.quiz, at: hall.now) == nil)
        #expect(!Self.tells(Self.shown(hall)))
        _ = try hall.submit(Self.answers)
        #expect(Self.tells(Self.shown(hall)) == (feedback == .afterAttempt || feedback == .whenSpent))
        hall.now = closing.adding(seconds: CourseBounds.graceSeconds)
        #expect(Self.tells(Self.shown(hall)) == (feedback == .afterAttempt || feedback == .whenSpent))
        hall.now.milliseconds += 1
        #expect(Self.tells(Self.shown(hall)) == (feedback != .never))
    }

    @Test func `are there for those who teach`() {
        let text = Self.bytes { Self.hall(QuizRules()).quiz.writeForStaff(to: &$0) }
        #expect(text.contains("PLANTED text") && text.contains("271828") && text.contains("PLANTED because"))
    }

    @Test func `have no place in what students are shown`() throws {
        // Whatever the types come to hold, nothing that they are made of may be a key.
        func holdsKey(_ value: Any) -> Bool {
            if value is AnswerKey || value is Question || value is Quiz { return true }
            return Mirror(reflecting: value).children.contains { holdsKey($0.value) }
        }
        var hall = QuizRoom()
        let attempt = try hall.start()
        #expect(!holdsKey(Paper(attempt, of: hall.quiz, at: hall.now)))
        #expect(!holdsKey(StudentQuiz(hall.quiz)))
        #expect(holdsKey(hall.quiz.questions[0]))
    }

    @Test func `are not given away by the order in which options were written`() {
        #expect(StudentQuiz(Self.hall(QuizRules(shufflesOptions: true)).quiz).prompts.isEmpty)
        #expect(StudentQuiz(Self.hall(QuizRules(timeLimitSeconds: 60)).quiz).prompts.isEmpty)
        #expect(StudentQuiz(Self.hall(QuizRules()).quiz).prompts.count == 5)
    }

    @Test func `are shown in the order that the student knows`() throws {
        for seed in 1...50 {
            var hall = Self.hall(QuizRules(attemptsMax: 1, shufflesQuestions: true, shufflesOptions: true))
            let attempt = try hall.start(seed: UInt64(seed))
            let paper = Paper(attempt, of: hall.quiz, at: hall.now)
            let prompt = try #require(paper.items.first { $0.prompt.id == QuizRoom.single }).prompt
            let place = try #require(prompt.options.firstIndex(of: "option 3"))
            let sent = SaveAnswers(answers: [QuizRoom.single: .choice(place)]).inQuiz(hall.quiz, of: attempt)
            #expect(sent.answers[QuizRoom.single] == .some(.choice(3)))
            let submitted = try hall.submit(sent.answers)
            let feedback = try #require(Feedback(on: submitted, among: [submitted], of: hall.quiz, at: hall.now))
            let told = try #require(feedback.items.first { $0.question == QuizRoom.single })
            #expect(told.key == .singleChoice(place) && told.credit == .whole)
            let mine = try #require(
                Paper(submitted, of: hall.quiz, at: hall.now).items.first { $0.prompt.id == QuizRoom.single })
            #expect(mine.answer == .choice(place))
        }
    }
}

@Suite("Orders of attempts") struct ShuffleTests {
    @Test func `are the same for the same seed for ever`() {
        #expect(Shuffle(seed: 42).order(8, salt: 1) == [5, 6, 4, 3, 0, 2, 7, 1])
        #expect(Shuffle(seed: 42).order(8, salt: 1) != Shuffle(seed: 43).order(8, salt: 1))
        #expect(Shuffle(seed: 42).order(8, salt: 1) != Shuffle(seed: 42).order(8, salt: 2))
    }

    @Test func `have everything in them once, and everything everywhere about as often`() {
        var counts = [[Int]](repeating: [Int](repeating: 0, count: 5), count: 5)
        for seed in 0..<5_000 {
            let order = Shuffle(seed: UInt64(seed)).order(5, salt: 3)
            if order.sorted() != [0, 1, 2, 3, 4] { Issue.record("seed \(seed) gave \(order)") }
            for (shown, place) in order.enumerated() { counts[place][shown] += 1 }
        }
        // 1,000 expected, with a deviation of 28.
        #expect(counts.allSatisfy { $0.allSatisfy { (840...1_160).contains($0) } })
        #expect(Shuffle(seed: 1).order(0, salt: 0).isEmpty)
        #expect(Shuffle(seed: 1).order(1, salt: 0) == [0])
    }

    @Test func `refuse places that were not shown`() throws {
        var hall = QuizRoom(QuizRules(shufflesOptions: true))
        let attempt = try hall.start()
        for answer in [Answer.choice(4), .choice(-1)] {
            let sent = SaveAnswers(answers: [QuizRoom.single: answer]).inQuiz(hall.quiz, of: attempt)
            #expect(throws: CourseRefusal.self) { try hall.save(sent.answers) }
        }
    }
}
