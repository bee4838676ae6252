import Glibc
import TestClient
import TestSupport
import Testing

/// What is right is planted in every key, and looked for in every answer and event that a student gets, in their
/// export, and in the server's log.
@Suite("Right answers on a running server") struct AnswerSecrecyTests {
    private static let planted = "PLANTED"
    private static let number = "271828"

    private static let quiz = #"""
        {"title":"q","attempts_max":1,"shuffle_options":true,"feedback":"when_spent","questions":[
        {"type":"short_text","text":"a","answer":["PLANTED text"],"explanation":"PLANTED because"},
        {"type":"numeric","text":"b","answer":{"value":271828,"tolerance":1}},
        {"type":"single_choice","text":"c","options":["x","y","z"],"answer":2,"explanation":"PLANTED too"},
        {"type":"short_text","text":"d","answer":[],"explanation":"PLANTED essay"}]}
        """#

    @Test func `reach no student before their attempt is closed, by any answer, event, export or log line`() throws {
        let academy = try Academy(["CONFAB_LOG_LEVEL": "debug"]), teacher = academy.teacher,
            (id, lesson) = try academy.course()
        let quiz = try academy.found(try teacher.call("POST", "/courses/\(id)/quizzes", Self.quiz).json()["id"])
        #expect(try teacher.call("GET", "/quizzes/\(quiz)").text.contains(Self.planted), "it was never planted")
        let ann = try academy.student("ann", in: id), eve = try Person("eve", on: academy.server)
        let socket = try ann.socket()
        var seen = ""
        func ask(_ method: String, _ path: String, _ body: String? = nil, by person: Person? = nil) throws -> HTTPAnswer
        {
            let answer = try (person ?? ann).call(method, path, body)
            seen += answer.text + "\n"
            return answer
        }
        let begun = try ask("POST", "/quizzes/\(quiz)/attempts").json()
        let attempt = try academy.found(begun["id"])
        _ = try ask("PUT", "/attempts/\(attempt)", #"{"answers":[{"question":"1","answer":"wrong"}],"revision":1}"#)
        // What cannot be kept is refused without a word of what is right.
        _ = try ask("PUT", "/attempts/\(attempt)", #"{"answers":[{"question":"2","answer":"no number"}]}"#)
        _ = try ask("PUT", "/attempts/\(attempt)", #"{"answers":[{"question":"3","answer":9}]}"#)
        _ = try ask("PUT", "/attempts/\(attempt)/marks/1", #"{"percent":100}"#)
        for person in [ann, eve] {
            for path in [
                "/courses", "/courses/\(id)", "/courses/\(id)/lessons", "/courses/\(id)/quizzes", "/quizzes/\(quiz)",
                "/quizzes/\(quiz)/attempts", "/attempts/\(attempt)", "/quizzes/\(quiz)/queue",
                "/courses/\(id)/export", "/courses/\(id)/progress", "/analytics?course=\(id)", "/courses/popular",
                "/search?q=planted", "/search?q=bees", "/notifications", "/progress", "/lessons/\(lesson)",
            ] {
                _ = try ask("GET", path, by: person)
            }
        }
        _ = try ask("PUT", "/progress/\(lesson)", #"{"completed":true}"#)
        seen += try socket.pending().compactMap { $0[""] }.joined()
        seen += try export(of: ann)
        #expect(!Self.tells(seen))
        #expect(!Self.tells(academy.server.log))
        // And when it is closed, they do: the test would see them.
        let closed = try ask("POST", "/attempts/\(attempt)/submit", "{}")
        #expect(Self.tells(closed.text))
        #expect(try ask("POST", "/attempts/\(attempt)/submit", "{}").text == closed.text, "twice is once")
        #expect(!Self.tells(academy.server.log))
    }

    private static func tells(_ text: String) -> Bool { text.contains(planted) || text.contains(number) }

    private func export(of person: Person) throws -> String {
        let asked = try person.call("GET", "/users/me/export")
        let job = try #require(try asked.json()["id"])
        for _ in 1...200 {
            let answer = try person.call("GET", "/jobs/\(job)").json()
            if let file = answer["result.file_id"] { return try person.call("GET", "/files/\(file)").text }
            usleep(50_000)
        }
        Issue.record("the export was never made")
        return ""
    }
}
