import Base
@testable import Courses
import Testing

@Suite("Quizzes") struct QuizTests {
    private let hall = QuizRoom()

    private func wrong(_ change: (inout Question) -> Void, in place: Int = 0) -> String? {
        var questions = QuizRoom.questions
        change(&questions[place])
        return fault { try WriteQuiz(title: "Bees", questions: questions).validate() }
    }

    @Test func `are refused where a question cannot be answered or graded`() {
        #expect(wrong { $0.prompt.text = "" } == "/questions/0/text required")
        #expect(wrong { $0.prompt.weight = 0 } == "/questions/0/weight out_of_range")
        #expect(wrong { $0.prompt.options = ["one"] } == "/questions/0/options out_of_range")
        #expect(wrong { $0.prompt.options = ["a", "b", "b"] } == "/questions/0/options duplicate")
        #expect(wrong { $0.prompt.options[0] = "" } == "/questions/0/options invalid_length")
        #expect(wrong { $0.key = .singleChoice(4) } == "/questions/0/answer invalid_format")
        #expect(wrong { $0.key = .singleChoice(-1) } == "/questions/0/answer invalid_format")
        #expect(wrong { $0.key = .trueFalse(true) } == "/questions/0/answer invalid_format")
        #expect(wrong({ $0.key = .multipleChoice([]) }, in: 1) == "/questions/1/answer invalid_format")
        #expect(wrong({ $0.key = .multipleChoice([2, 0]) }, in: 1) == "/questions/1/answer invalid_format")
        #expect(wrong({ $0.key = .multipleChoice([0, 4]) }, in: 1) == "/questions/1/answer invalid_format")
        #expect(wrong({ $0.prompt.options = ["yes", "no"] }, in: 2) == "/questions/2/options not_supported")
        #expect(wrong({ $0.key = .shortText([" "]) }, in: 3) == "/questions/3/answer invalid_format")
        let below = AnswerKey.numeric(value: .zero, tolerance: QuizRoom.exact("-0.1"))
        #expect(wrong({ $0.key = below }, in: 4) == "/questions/4/answer invalid_format")
        #expect(wrong { _ in } == nil)
        #expect(fault { try WriteQuiz(title: "Bees", questions: []).validate() } == "/questions out_of_range")
        let twice = WriteQuiz(title: "Bees", questions: [QuizRoom.questions[0], QuizRoom.questions[0]])
        #expect(fault { try twice.validate() } == "/questions duplicate")
    }

    @Test func `are refused with rules that contradict one another`() {
        let now = Classroom.start
        #expect(fault { try QuizRules(passMark: 101).validate() } == "/pass_mark out_of_range")
        #expect(fault { try QuizRules(attemptsMax: 0).validate() } == "/attempts_max out_of_range")
        #expect(fault { try QuizRules(timeLimitSeconds: 9).validate() } == "/time_limit_s out_of_range")
        #expect(fault { try QuizRules(opensAt: now, closesAt: now).validate() } == "/closes_at out_of_range")
        #expect(fault { try QuizRules(feedback: .afterClosing).validate() } == "/feedback not_supported")
    }

    @Test func `keep questions and options under attempts and let the rest be changed`() throws {
        func change(_ edit: (inout WriteQuiz) -> Void) throws -> WriteQuiz.Change {
            var write = WriteQuiz(title: hall.quiz.title, rules: hall.quiz.rules, questions: hall.quiz.questions)
            edit(&write)
            return try write.decide(of: hall.quiz, in: hall.room.course, as: .staff, hasAttempts: true, at: hall.now)
        }
        let same = try change { _ in }
        #expect(same.quiz == hall.quiz && !same.regrades)
        let reworded = try change { $0.questions[0].prompt.text = "Who?" }
        #expect(reworded.quiz.version == 2 && !reworded.regrades)
        #expect(try change { $0.questions[0].key = .singleChoice(1) }.regrades)
        #expect(try change { $0.questions[0].prompt.weight = 3 }.regrades)
        #expect(try change { $0.rules.passMark = 80 }.regrades)
        for edit in [
            { $0.questions.removeLast() }, { $0.questions[0].prompt.options.append("more") },
            { $0.questions.swapAt(0, 1) }, { $0.rules.shufflesOptions = true },
        ] as [(inout WriteQuiz) -> Void] {
            #expect(throws: CourseRefusal.hasAttempts) { try change(edit) }
        }
    }

    @Test func `are written by those who teach, who have read them last`() throws {
        let write = WriteQuiz(expected: 1, title: "Bees", questions: QuizRoom.questions)
        let made = try write.decide(as: Classroom.id(8), in: hall.room.course, as: .staff, beside: 0, at: hall.now)
        #expect(made.version == 1)
        #expect(throws: CourseRefusal.notStaff) {
            try write.decide(as: Classroom.id(8), in: hall.room.course, as: .student, beside: 0, at: hall.now)
        }
        #expect(throws: CourseRefusal.tooMany(what: "quizzes in a course", max: 200)) {
            try write.decide(as: Classroom.id(8), in: hall.room.course, as: .staff, beside: 200, at: hall.now)
        }
        var read = hall.quiz
        read.version = 2
        #expect(throws: CourseRefusal.changedMeanwhile) {
            try write.decide(of: read, in: hall.room.course, as: .staff, hasAttempts: false, at: hall.now)
        }
    }

    @Test func `are read from what they are written as`() throws {
        var json = JSONWriter()
        hall.quiz.writeForStaff(to: &json)
        let read = try WriteQuiz(JSONDocument(parsing: json.bytes).root)
        #expect(read.title == hall.quiz.title && read.rules == hall.quiz.rules && read.questions == hall.quiz.questions)
    }

    @Test func `give numbers to questions that have none`() throws {
        let text = #"""
            {"title":"q","questions":[{"type":"true_false","text":"a","answer":true},
            {"id":"7","type":"numeric","text":"b","answer":{"value":1.50}},
            {"type":"short_text","text":"c","answer":[],"weight":2}]}
            """#
        let read = try WriteQuiz(JSONDocument(parsing: text).root)
        #expect(read.questions.map(\.id.rawValue) == [8, 7, 9])
        #expect(read.questions[1].key == .numeric(value: QuizRoom.exact("1.5"), tolerance: .zero))
        #expect(read.questions[2].key.isGradedByHand)
    }

    @Test(arguments: [
        (#"{"type":"essay","text":"a","answer":1}"#, "/questions/0/type invalid_type"),
        (#"{"type":"true_false","text":"a"}"#, "/questions/0/answer required"),
        (#"{"type":"true_false","text":"a","answer":1}"#, "/questions/0/answer invalid_type"),
        (#"{"type":"numeric","text":"a","answer":{"value":"1"}}"#, "/questions/0/answer invalid_type"),
        (#"{"type":"numeric","text":"a","answer":{"value":1e999}}"#, "/questions/0/answer invalid_type"),
        (#"{"type":"single_choice","text":"a","options":["a","b"],"answer":1.5}"#, "/questions/0/answer invalid_type"),
        (
            #"{"type":"multiple_choice","text":"a","options":["a","b"],"answer":[0,"1"]}"#,
            "/questions/0/answer invalid_type"
        ),
        (#"{"type":"short_text","text":"a","answer":"a"}"#, "/questions/0/answer invalid_type"),
        (#"{"id":"0","type":"true_false","text":"a","answer":true}"#, "/questions/0/id invalid_type"),
        (#"{"id":"9223372036854775807","type":"true_false","text":"a","answer":true}"#, "/questions out_of_range"),
        (
            #"{"type":"true_false","text":"a","answer":true,"weight":9223372036854775807}"#,
            "/questions/0/weight out_of_range"
        ),
        (#"7"#, "/questions/0 invalid_type"),
    ])
    func `say where what they are read from is wrong`(question: String, expected: String) throws {
        let document = try JSONDocument(parsing: #"{"title":"q","questions":["# + question + "]}")
        #expect(fault { try WriteQuiz(document.root) } == expected)
    }
}
