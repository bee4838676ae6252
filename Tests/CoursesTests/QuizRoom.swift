import Base
@testable import Courses

/// A quiz with a question of each kind, and a student who goes through it.
struct QuizRoom {
    static let single: QuestionID = Classroom.id(1), multiple: QuestionID = Classroom.id(2)
    static let truth: QuestionID = Classroom.id(3), text: QuestionID = Classroom.id(4)
    static let number: QuestionID = Classroom.id(5), essay: QuestionID = Classroom.id(6)

    let room = Classroom()
    var quiz: Quiz
    var now = Classroom.start
    var attempts: [Attempt] = []

    init(_ rules: QuizRules = QuizRules(), _ questions: [Question]? = nil) {
        quiz = Quiz(
            id: Classroom.id(3), course: room.course.id, title: "What bees do", rules: rules,
            questions: questions ?? Self.questions, createdAt: Classroom.start, updatedAt: Classroom.start)
    }

    /// All but the one that is graded by hand.
    static let questions = [
        question(single, .singleChoice(2), ["ants", "wasps", "bees", "flies"]),
        question(multiple, .multipleChoice([0, 2]), ["nectar", "sand", "pollen", "wood"], weight: 2),
        question(truth, .trueFalse(true)), question(text, .shortText(["Apis mellifera", "honey bee"])),
        question(number, .numeric(value: exact("9.81"), tolerance: exact("0.01")), weight: 5),
    ]

    static let essayQuestion = question(essay, .shortText([]), weight: 10)

    static func question(
        _ id: QuestionID, _ key: AnswerKey, _ options: [String] = [], weight: Int = 1
    ) -> Question {
        Question(
            prompt: Prompt(id: id, kind: key.kind, text: "Question \(id)?", options: options, weight: weight), key: key,
            explanation: "because \(id)")
    }

    static func exact(_ text: String) -> ExactNumber { ExactNumber(text) ?? .zero }

    static let right: [QuestionID: Answer?] = [
        single: .choice(2), multiple: .choices([0, 2]), truth: .truth(true), text: .text(" APIS  mellifera "),
        number: .number(exact("9.80")),
    ]

    // MARK: Steps of the student

    mutating func start(seed: UInt64 = 42, as role: CourseRole = .student) throws(CourseRefusal) -> Attempt {
        let outcome = try StartAttempt().decide(
            in: quiz, of: room.course, as: role, by: Classroom.ann, attempts: attempts,
            id: Classroom.id(Int64(attempts.count) + 1), seed: seed, at: now)
        if let settled = outcome.settled { keep(settled) }
        keep(outcome.attempt)
        return outcome.attempt
    }

    mutating func save(_ answers: [QuestionID: Answer?], revision: Int64? = nil) throws(CourseRefusal) {
        guard let last = attempts.last else { throw .noSuchAttempt }
        keep(
            try SaveAnswers(answers: answers, revision: revision).decide(
                of: last, under: quiz, in: room.course, as: .student, by: Classroom.ann, at: now))
    }

    mutating func submit(_ answers: [QuestionID: Answer?]? = nil) throws(CourseRefusal) -> Attempt {
        guard let last = attempts.last else { throw .noSuchAttempt }
        let outcome = try SubmitAttempt(last: answers.map { SaveAnswers(answers: $0) }).decide(
            of: last, under: quiz, in: room.course, as: .student, by: Classroom.ann, at: now)
        keep(outcome.attempt)
        return outcome.attempt
    }

    mutating func keep(_ attempt: Attempt) {
        if let index = attempts.firstIndex(where: { $0.id == attempt.id }) {
            attempts[index] = attempt
        } else {
            attempts.append(attempt)
        }
    }
}
