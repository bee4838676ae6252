import Base
@testable import Courses
import Testing

@Suite("Attempts on the wire") struct AttemptWireTests {
    private let hall = QuizRoom()

    private func read(_ json: String) throws -> SaveAnswers {
        try SaveAnswers(JSONDocument(parsing: json).root, for: hall.quiz)
    }

    @Test func `are read by the types of their questions`() throws {
        let save = try read(
            #"""
            {"answers":[{"question":"1","answer":2},{"question":"2","answer":[2,0]},{"question":"3","answer":false},
            {"question":"4","answer":"Apis"},{"question":"5","answer":9.810}],"revision":3}
            """#)
        #expect(save.revision == 3)
        #expect(
            save.answers == [
                QuizRoom.single: .choice(2), QuizRoom.multiple: .choices([0, 2]), QuizRoom.truth: .truth(false),
                QuizRoom.text: .text("Apis"), QuizRoom.number: .number(QuizRoom.exact("9.81")),
            ])
        #expect(try read(#"{"answers":[{"question":"1","answer":null}]}"#).answers == [QuizRoom.single: nil])
        #expect(try read("{}").answers.isEmpty)
    }

    @Test(arguments: [
        (#"{"answers":{}}"#, "/answers invalid_type"), (#"{"answers":[1]}"#, "/answers/0 invalid_type"),
        (#"{"answers":[{"question":"9","answer":1}]}"#, "/answers/0/question not_found"),
        (#"{"answers":[{"question":1,"answer":1}]}"#, "/answers/0/question invalid_type"),
        (#"{"answers":[{"question":"1"}]}"#, "/answers/0/answer required"),
        (#"{"answers":[{"question":"1","answer":"2"}]}"#, "/answers/0/answer invalid_type"),
        (#"{"answers":[{"question":"5","answer":"9.81"}]}"#, "/answers/0/answer invalid_type"),
        (#"{"answers":[{"question":"1","answer":1},{"question":"1","answer":2}]}"#, "/answers/1/question duplicate"),
        (#"{"answers":[{"question":"1","answer":null},{"question":"1","answer":2}]}"#, "/answers/1/question duplicate"),
        ("[]", " invalid_type"),
    ])
    func `say where what they are read from is wrong`(json: String, expected: String) {
        #expect(fault { try read(json) } == expected)
    }

    @Test func `are written as they are read`() throws {
        for (id, answer) in QuizRoom.right {
            guard let answer, let prompt = hall.quiz[id]?.prompt else { continue }
            var json = JSONWriter()
            answer.write(to: &json)
            #expect(try Answer(JSONDocument(parsing: json.bytes).root, kind: prompt.kind) == answer)
        }
    }

    @Test func `have the members that clients rely on`() throws {
        var hall = QuizRoom()
        _ = try hall.start()
        let closed = try hall.submit([QuizRoom.single: .choice(2), QuizRoom.truth: .truth(true)])
        var json = JSONWriter()
        Paper(closed, of: hall.quiz, at: hall.now).write(to: &json)
        let root = try JSONDocument(parsing: json.bytes).root
        #expect(root["id"]?.string == "1" && root["quiz"]?.string == "3" && root["state"]?.string == "graded")
        #expect(root["score"]?.raw.elementsEqual("20".utf8) == true && root["passed"]?.bool == false)
        #expect(root["answers"]?.elements.map { $0["question"]?.string } == ["1", "3"])
        #expect(root["started_at"]?.string == hall.now.rfc3339 && root["submitted_at"]?.string == hall.now.rfc3339)
    }
}
