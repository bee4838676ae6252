internal import Auth
internal import Base
internal import Channels
public import Courses
public import REST
internal import Wire

/// How far students are.
public struct ProgressRoutes: Sendable {
    private let courses: any CourseLearning

    public init(courses: any CourseLearning) { self.courses = courses }

    private static let one = "/api/v1/progress/{lesson_id}"

    public var routes: [Route] {
        [
            Route(
                .get, "/api/v1/progress", access: .user, "How far the caller is: in each lesson, and in each course",
                query: [.optional("course", .text(bytes: 1...80), "one course, by its number or its slug")],
                answers: [
                    .init(200, .page(of: .lessonProgress), "lessons that were begun, and the courses as a whole"),
                    .noCourse,
                ], handler: mine),
            Route(
                .put, Self.one, access: .user, "Says how far the caller is in a lesson; what says less changes nothing",
                body: .progressBody,
                answers: [
                    .init(200, .lessonProgress, "as it is now"), .init(404, nil, "no such lesson"), .notStudent,
                    .notValid,
                ], handler: report),
            Route(
                .delete, Self.one, access: .user, "The caller begins a lesson anew",
                answers: [.init(204, nil, "nothing of it is done"), .init(404, nil, "no such lesson"), .notStudent],
                handler: reset),
            Route(
                .get, "/api/v1/courses/{id}/progress", access: .userOrKey(.courses), "How far the students are",
                query: [
                    .optional("limit", .integer(1...Int64(CourseBounds.pageMax)), "students on a page"),
                    .optional("cursor", .text(bytes: 1...20), "next_cursor of the page before"),
                ], answers: [.init(200, nil, "students, by their numbers"), .noCourse, .notStaff], handler: all),
        ]
    }

    @Sendable private func mine(_ call: Call) async throws(APIError) -> HTTPResponse {
        let user = try call.user()
        var key: CourseKey?
        if let text = call.head.query["course"] {
            guard let known = CourseKey(text) else { throw APIError(course: .noSuchCourse) }
            key = known
        }
        let wanted = key
        let all = try await taught { () async throws(CourseRefusal) in
            try await courses.progress(of: user, in: wanted)
        }
        return .json { json in
            json.object { json in
                json.array("items") { json in
                    for progress in all {
                        for lesson in progress.lessons { lesson.write(to: &json, of: progress.course) }
                    }
                }
                json.array("courses") { json in
                    for progress in all { progress.writeSummary(to: &json) }
                }
                json.member("next_cursor", orNull: nil as String?)
            }
        }
    }

    @Sendable private func report(_ call: Call) async throws(APIError) -> HTTPResponse {
        let lesson = try call.lessonID("lesson_id")
        let report = ReportProgress(
            lesson: lesson, report: try ruled { () throws(CourseRefusal) in try LessonProgress.Report(call.body) })
        let progress = try await taught { () async throws(CourseRefusal) in
            try await courses.report(report, by: call.courseCaller)
        }
        let known = progress.lessons.first { $0.lesson == lesson }
        return .json { progress.writeEvent(about: known, to: &$0) }
    }

    @Sendable private func reset(_ call: Call) async throws(APIError) -> HTTPResponse {
        let lesson = try call.lessonID("lesson_id")
        try await taught { () async throws(CourseRefusal) in try await courses.reset(lesson, by: call.courseCaller) }
        return HTTPResponse(status: 204)
    }

    @Sendable private func all(_ call: Call) async throws(APIError) -> HTTPResponse {
        let key = try call.courseKey()
        let limit = try call.number("limit", in: 1...Int64(CourseBounds.pageMax)).map { Int($0) }
        let after = try call.number("cursor", in: 1...Int64.max).flatMap { UserID(rawValue: $0) }
        let page = try await taught { () async throws(CourseRefusal) in
            try await courses.progress(
                ofAllIn: key, after: after, limit: limit ?? CourseBounds.pageUsual, for: call.courseCaller)
        }
        let path = "/api/v1/courses/\(call.parameters["id"] ?? "")/progress?limit=\(limit ?? CourseBounds.pageUsual)"
        return .page(page.rows, next: page.next?.description, at: path) { row, json in
            row.progress.write(to: &json, called: row.username, displayName: row.displayName)
        }
    }
}
