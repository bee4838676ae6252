internal import Auth
internal import Base
internal import Channels
public import Courses
public import REST
internal import Wire

/// Students' ways through quizzes.
public struct AttemptRoutes: Sendable {
    private let courses: any CourseQuizzes

    public init(courses: any CourseQuizzes) { self.courses = courses }

    private static let list = "/api/v1/quizzes/{id}/attempts"
    private static let one = "/api/v1/attempts/{aid}"

    private static let refusals: [Route.Answer] = [
        .init(403, nil, "the attempt is closed, or its time is up"), .init(404, nil, "no such attempt"), .notValid,
    ]

    public var routes: [Route] {
        [
            Route(
                .post, Self.list, access: .user, "The caller begins with a quiz, or goes on with what was begun",
                answers: [
                    .init(201, .attempt, "a new attempt"), .init(200, .attempt, "the one that is open"),
                    .init(403, nil, "the caller is no student of the course, or the quiz is not open"),
                    .init(404, nil, "no such quiz"), .init(409, nil, "there are no attempts left"),
                ], handler: start),
            Route(
                .get, Self.list, access: .userOrKey(.courses),
                "The caller's attempts; everybody's for those who teach the course",
                query: [
                    .optional("limit", .integer(1...Int64(CourseBounds.pageMax)), "attempts on a page"),
                    .optional("cursor", .text(bytes: 1...20), "next_cursor of the page before"),
                ], answers: [.init(200, .page(of: .attempt), "attempts"), .init(404, nil, "no such quiz")],
                handler: list),
            Route(
                .get, Self.one, access: .userOrKey(.courses), "An attempt",
                answers: [
                    .init(200, .attempt, "with what was right, once the quiz's rule lets that be told"),
                    .init(404, nil, "no such attempt"),
                ], handler: show),
            Route(
                .put, Self.one, access: .user, "Keeps what is answered so far; what is not named stays",
                body: .answersBody, answers: [.init(200, .attempt, "as it is now")] + Self.refusals, handler: save),
            Route(
                .post, Self.one + "/submit", access: .user, "Closes an attempt and has it graded; twice is once",
                body: .answersBody, answers: [.init(200, .attempt, "closed")] + Self.refusals, handler: submit),
            Route(
                .put, Self.one + "/marks/{question}", access: .userOrKey(.courses),
                "Says what an answer is worth, whatever the key says",
                body: Shape(
                    "Mark",
                    [
                        .required("percent", .integer(0...100), "of the question's weight"),
                        .optional("comment", .text(bytes: 0...CourseBounds.commentBytesMax), "for the student"),
                    ]),
                answers: [
                    .init(200, .attempt, "as it is now"), .init(404, nil, "no such attempt or question"), .notStaff,
                ], handler: grade),
        ]
    }

    @Sendable private func start(_ call: Call) async throws(APIError) -> HTTPResponse {
        let id = try call.quizID()
        var random = RandomSource.system
        let seed = random.next()
        let answer = try await taught { () async throws(CourseRefusal) in
            try await courses.start(id, seed: seed, by: call.courseCaller)
        }
        return .json(answer.isNew ? 201 : 200) { answer.attempt.write(to: &$0) }
    }

    @Sendable private func list(_ call: Call) async throws(APIError) -> HTTPResponse {
        let id = try call.quizID()
        let limit =
            try call.number("limit", in: 1...Int64(CourseBounds.pageMax)).map { Int($0) }
            ?? CourseBounds.pageUsual
        let after = try call.number("cursor", in: 1...Int64.max).flatMap { AttemptID(rawValue: $0) }
        let attempts = try await taught { () async throws(CourseRefusal) in
            try await courses.attempts(of: id, after: after, limit: limit + 1, for: call.courseCaller)
        }
        let next = attempts.count > limit ? attempts[limit - 1].paper.attempt.description : nil
        return .page(attempts.prefix(limit), next: next, at: "/api/v1/quizzes/\(id)/attempts?limit=\(limit)") {
            $0.write(to: &$1)
        }
    }

    @Sendable private func show(_ call: Call) async throws(APIError) -> HTTPResponse {
        let id = try call.attemptID()
        return Self.answer(
            try await taught { () async throws(CourseRefusal) in
                try await courses.attempt(id, for: call.courseCaller)
            })
    }

    @Sendable private func save(_ call: Call) async throws(APIError) -> HTTPResponse {
        let id = try call.attemptID()
        return Self.answer(
            try await taught { () async throws(CourseRefusal) in
                try await courses.save(call.body, in: id, by: call.courseCaller)
            })
    }

    @Sendable private func submit(_ call: Call) async throws(APIError) -> HTTPResponse {
        let id = try call.attemptID(), body = call.body.present("answers") == nil ? nil : call.body
        return Self.answer(
            try await taught { () async throws(CourseRefusal) in
                try await courses.submit(body, in: id, by: call.courseCaller)
            })
    }

    @Sendable private func grade(_ call: Call) async throws(APIError) -> HTTPResponse {
        let id = try call.attemptID()
        guard let question = call.parameters["question"].flatMap({ QuestionID($0) }) else {
            throw APIError(course: .noSuchQuestion)
        }
        let grade = GradeByHand(
            question: question, percent: Int(call.body["percent"]?.integer ?? 0),
            comment: call.body.present("comment")?.string ?? "")
        return Self.answer(
            try await taught { () async throws(CourseRefusal) in
                try await courses.grade(grade, of: id, by: call.courseCaller)
            })
    }

    private static func answer(_ view: AttemptView) -> HTTPResponse { .json { view.write(to: &$0) } }
}
