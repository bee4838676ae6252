internal import Auth
internal import Base
internal import Channels
public import Courses
public import REST
internal import Wire

/// Whole courses as files, to be taken elsewhere or made anew.
public struct CourseFileRoutes: Sendable {
    private let courses: any CourseInsights

    public init(courses: any CourseInsights) { self.courses = courses }

    public var routes: [Route] {
        [
            Route(
                .get, "/api/v1/courses/{id}/export", access: .userOrKey(.courses),
                "A course as one JSON file, with the right answers and nothing of anybody who learns",
                answers: [.init(200, nil, "the file"), .noCourse, .notStaff], handler: export),
            Route(
                .post, "/api/v1/courses/import", access: .permittedOrKey(.teach, .courses),
                "Makes a course of such a file, as a draft of the caller's",
                answers: [.init(201, .course, "it is there"), .notValid],
                bodyBytesMax: CourseBounds.courseFileBytesMax, streamsBody: true, handler: take),
        ]
    }

    @Sendable private func export(_ call: Call) async throws(APIError) -> HTTPResponse {
        let key = try call.courseKey()
        let file = try await taught { () async throws(CourseRefusal) in
            try await courses.file(of: key, for: call.courseCaller)
        }
        return HTTPResponse(
            status: 200,
            headers: HTTPHeaders([
                ("Content-Type", "application/json"),
                ("Content-Disposition", "attachment; filename=\"course.json\""),
            ]), body: file.json)
    }

    @Sendable private func take(_ call: Call) async throws(APIError) -> HTTPResponse {
        let body = try await call.wholeBody(bytesMax: CourseBounds.courseFileBytesMax)
        let file = try ruled { () throws(CourseRefusal) in try CourseFile(body) }
        return CourseRoutes.made(
            try await taught { () async throws(CourseRefusal) in
                try await courses.take(file, by: call.courseCaller)
            })
    }
}
