internal import Auth
internal import Base
internal import Channels
public import Courses
public import REST
internal import Wire

/// Quizzes, for those who teach and those who learn. A student's view has no place for a right answer.
public struct QuizRoutes: Sendable {
    private let courses: any CourseQuizzes

    public init(courses: any CourseQuizzes) { self.courses = courses }

    private static let list = "/api/v1/courses/{id}/quizzes"
    private static let one = "/api/v1/quizzes/{id}"

    public var routes: [Route] {
        [
            Route(
                .get, Self.list, access: .userOrKey(.courses), "The quizzes of a course",
                answers: [.init(200, .page(of: .quiz), "for those who teach it with the right answers"), .noCourse],
                handler: list),
            Route(
                .post, Self.list, access: .userOrKey(.courses), "Makes a quiz", body: .quizBody,
                answers: [.init(201, .quiz, "it is there"), .noCourse, .notStaff, .notValid], handler: add),
            Route(
                .get, Self.one, access: .userOrKey(.courses), "A quiz",
                answers: [
                    .init(200, .quiz, "for those who teach it with the right answers"),
                    .init(403, nil, "it takes a student of the course"), .init(404, nil, "no such quiz"),
                ], handler: show),
            Route(
                .put, Self.one, access: .userOrKey(.courses),
                "Gives a quiz other questions, answers or rules; what was submitted is graded again", body: .quizBody,
                answers: [
                    .init(200, .quiz, "as it is now"), .init(404, nil, "no such quiz"), .notStaff,
                    .init(409, nil, "there are attempts at questions that would be others"), .changedMeanwhile,
                    .notValid,
                ], handler: change),
            Route(
                .delete, Self.one, access: .userOrKey(.courses), "Takes a quiz away that nobody has begun",
                answers: [
                    .init(204, nil, "it is gone"), .init(404, nil, "no such quiz"), .notStaff,
                    .init(409, nil, "there are attempts"), .changedMeanwhile,
                ], handler: remove),
            Route(
                .get, Self.one + "/queue", access: .userOrKey(.courses),
                "Answers that wait for somebody to read them, those of whoever submitted first before the others",
                answers: [.init(200, nil, "some of them"), .init(404, nil, "no such quiz"), .notStaff], handler: queue),
        ]
    }

    @Sendable private func list(_ call: Call) async throws(APIError) -> HTTPResponse {
        let key = try call.courseKey()
        let quizzes = try await taught { () async throws(CourseRefusal) in
            try await courses.quizzes(of: key, for: call.courseCaller)
        }
        return .items(quizzes) { $0.write(to: &$1) }
    }

    @Sendable private func show(_ call: Call) async throws(APIError) -> HTTPResponse {
        let id = try call.quizID()
        return Self.answer(
            try await taught { () async throws(CourseRefusal) in try await courses.quiz(id, for: call.courseCaller) })
    }

    @Sendable private func add(_ call: Call) async throws(APIError) -> HTTPResponse {
        let key = try call.courseKey(), write = try ruled { () throws(CourseRefusal) in try WriteQuiz(call.body) }
        return Self.answer(
            try await taught { () async throws(CourseRefusal) in
                try await courses.add(write, to: key, by: call.courseCaller)
            }, status: 201)
    }

    @Sendable private func change(_ call: Call) async throws(APIError) -> HTTPResponse {
        let id = try call.quizID()
        var write = try ruled { () throws(CourseRefusal) in try WriteQuiz(call.body) }
        write.expected = call.expectedVersion
        let wanted = write
        return Self.answer(
            try await taught { () async throws(CourseRefusal) in
                try await courses.change(id, wanted, by: call.courseCaller)
            })
    }

    @Sendable private func remove(_ call: Call) async throws(APIError) -> HTTPResponse {
        let id = try call.quizID()
        try await taught { () async throws(CourseRefusal) in
            try await courses.remove(id, expecting: call.expectedVersion, by: call.courseCaller)
        }
        return HTTPResponse(status: 204)
    }

    @Sendable private func queue(_ call: Call) async throws(APIError) -> HTTPResponse {
        let id = try call.quizID()
        let items = try await taught { () async throws(CourseRefusal) in
            try await courses.queue(of: id, for: call.courseCaller)
        }
        return .items(items) { item, json in
            json.object { json in
                json.member("attempt", item.attempt.description)
                json.member("student", item.student)
                json.member("question", item.question.description)
                json.member("answer", item.answer)
                json.member("submitted_at", item.submittedAt)
            }
        }
    }

    private static func answer(_ view: QuizView, status: Int = 200) -> HTTPResponse {
        let response = HTTPResponse.json(status) { view.write(to: &$0) }
        return view.version.map { response.tagged($0) } ?? response
    }
}
