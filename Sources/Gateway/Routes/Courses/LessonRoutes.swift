internal import Auth
internal import Base
internal import Channels
public import Courses
public import REST
internal import Wire

/// The lessons of courses.
public struct LessonRoutes: Sendable {
    private let courses: any CourseLessons
    private let isPublic: Bool

    public init(courses: any CourseLessons, isPublic: Bool) {
        self.courses = courses
        self.isPublic = isPublic
    }

    private static let list = "/api/v1/courses/{id}/lessons"
    private static let one = "/api/v1/lessons/{id}"

    private var looking: Route.Access { isPublic ? .guest(.courses) : .userOrKey(.courses) }

    public var routes: [Route] {
        [
            Route(
                .get, Self.list, access: looking,
                "The lessons of a course in their order: titles for everybody, all of them for its students",
                answers: [.init(200, .page(of: .lesson), "all of them"), .noCourse], handler: list),
            Route(
                .post, Self.list, access: .userOrKey(.courses), "Adds a lesson behind the others", body: .lessonBody,
                answers: [.init(201, .lesson, "it is there"), .noCourse, .notStaff, .notValid], handler: add),
            Route(
                .put, Self.list + "/order", access: .userOrKey(.courses), "Puts all lessons of a course into an order",
                body: Shape(
                    "LessonOrder",
                    [
                        .required(
                            "lessons", .list(of: .text(bytes: 1...20), countMax: CourseBounds.lessonsMax),
                            "each lesson of the course once")
                    ]),
                answers: [.init(200, .page(of: .lesson), "in the new order"), .noCourse, .notStaff, .notValid],
                handler: reorder),
            Route(
                .get, Self.one, access: looking, "A lesson",
                answers: [.init(200, .lesson, "for strangers its title"), .init(404, nil, "no such lesson")],
                handler: show),
            change(.put, "Gives a lesson other content; what is not there is as it is by itself", true),
            change(.patch, "Changes some members of a lesson", false),
            Route(
                .delete, Self.one, access: .userOrKey(.courses), "Takes a lesson out of its course",
                answers: [
                    .init(204, nil, "it is gone"), .init(404, nil, "no such lesson"), .notStaff, .changedMeanwhile,
                ], handler: remove),
        ]
    }

    private func change(_ method: HTTPMethod, _ summary: String, _ isWhole: Bool) -> Route {
        Route(
            method, Self.one, access: .userOrKey(.courses), summary, body: .lessonBody,
            answers: [
                .init(200, .lesson, "as it is now"), .init(404, nil, "no such lesson"), .notStaff, .changedMeanwhile,
                .notValid,
            ]
        ) { [courses] call async throws(APIError) in
            let id = try call.lessonID()
            let edit = ContentEdit(call.body, isWhole: isWhole, expecting: call.expectedVersion)
            return Self.answer(
                try await taught { () async throws(CourseRefusal) in
                    try await courses.change(id, edit, by: call.courseCaller)
                })
        }
    }

    @Sendable private func list(_ call: Call) async throws(APIError) -> HTTPResponse {
        let key = try call.courseKey()
        let lessons = try await taught { () async throws(CourseRefusal) in
            try await courses.lessons(of: key, for: call.courseCaller)
        }
        return .items(lessons) { $0.write(to: &$1) }
    }

    @Sendable private func show(_ call: Call) async throws(APIError) -> HTTPResponse {
        let id = try call.lessonID()
        return Self.answer(
            try await taught { () async throws(CourseRefusal) in try await courses.lesson(id, for: call.courseCaller) })
    }

    @Sendable private func add(_ call: Call) async throws(APIError) -> HTTPResponse {
        let key = try call.courseKey(), lesson = try ruled { () throws(CourseRefusal) in try AddLesson(call.body) }
        let view = try await taught { () async throws(CourseRefusal) in
            try await courses.add(lesson, to: key, by: call.courseCaller)
        }
        var response = Self.answer(view, status: 201)
        response.headers.set("Location", "/api/v1/lessons/\(view.lesson.id)")
        return response
    }

    @Sendable private func reorder(_ call: Call) async throws(APIError) -> HTTPResponse {
        let key = try call.courseKey()
        let order = (call.body["lessons"]?.elements ?? []).compactMap { $0.string.flatMap { LessonID($0) } }
        let lessons = try await taught { () async throws(CourseRefusal) in
            try await courses.reorder(order, of: key, by: call.courseCaller)
        }
        return .items(lessons) { $0.write(to: &$1) }
    }

    @Sendable private func remove(_ call: Call) async throws(APIError) -> HTTPResponse {
        let id = try call.lessonID()
        try await taught { () async throws(CourseRefusal) in
            try await courses.remove(id, expecting: call.expectedVersion, by: call.courseCaller)
        }
        return HTTPResponse(status: 204)
    }

    private static func answer(_ view: LessonView, status: Int = 200) -> HTTPResponse {
        HTTPResponse.json(status) { view.write(to: &$0) }.tagged(view.lesson.version)
    }
}
