internal import Auth
internal import Base
internal import Channels
public import Courses
public import REST
internal import Wire

/// Courses: finding them, making them, changing them.
public struct CourseRoutes: Sendable {
    private let courses: any CourseCatalogue
    private let isPublic: Bool

    /// - Parameter isPublic: whether who has not said who they are sees published courses.
    public init(courses: any CourseCatalogue, isPublic: Bool) {
        self.courses = courses
        self.isPublic = isPublic
    }

    private static let path = "/api/v1/courses"

    private var looking: Route.Access { isPublic ? .guest(.courses) : .userOrKey(.courses) }

    public var routes: [Route] { reading + writing }

    private var reading: [Route] {
        [
            Route(
                .get, Self.path, access: looking, "Published courses, or the caller's own, the newest first",
                query: [
                    .optional(
                        "q", .text(bytes: 0...CourseBounds.searchBytesMax), "how words of title, summary and tags begin"
                    ),
                    .optional("tag", .text(bytes: 1...CourseBounds.tagBytesMax), "what it is about"),
                    .optional("instructor", .userID, "who teaches it"),
                    .optional("mine", .boolean, "those that the caller teaches, drafts too, or is enrolled in"),
                    .optional("deleted", .boolean, "those of the caller that can be restored"),
                    .optional("limit", .integer(1...Int64(CourseBounds.pageMax)), "courses on a page"),
                    .optional("cursor", .text(bytes: 1...20), "next_cursor of the page before"),
                ], answers: [.init(200, .page(of: .course), "courses")], handler: list),
            Route(
                .get, Self.path + "/{id}", access: looking, "A course, by its number or its slug",
                answers: [.init(200, .course, "as the caller sees it, its description as HTML too"), .noCourse],
                handler: show),
        ]
    }

    private var writing: [Route] {
        [
            Route(
                .post, Self.path, access: .permittedOrKey(.teach, .courses),
                "Makes a course, as a draft, and its channel", body: .courseBody,
                answers: [
                    .init(201, .course, "it is there"), .init(409, nil, "another course has the slug"), .notValid,
                ], handler: create),
            change(.put, "Gives a course other content and rules; what is not there is as it is by itself", true),
            change(.patch, "Changes some members of a course", false),
            Route(
                .delete, Self.path + "/{id}", access: .userOrKey(.courses), "Takes a course away; it can be restored",
                answers: [.init(204, nil, "it is gone"), .noCourse, .notStaff, .changedMeanwhile], handler: delete),
            Route(
                .post, Self.path + "/{id}/restore", access: .userOrKey(.courses), "Brings a deleted course back",
                answers: [.init(200, .course, "as it was"), .noCourse], handler: restore),
        ]
    }

    private func change(_ method: HTTPMethod, _ summary: String, _ isWhole: Bool) -> Route {
        Route(
            method, Self.path + "/{id}", access: .userOrKey(.courses), summary, body: .courseBody,
            answers: [
                .init(200, .course, "as it is now"), .noCourse, .notStaff,
                .init(409, nil, "another course has the slug, or it has students"), .changedMeanwhile, .notValid,
            ]
        ) { [courses] call async throws(APIError) in
            let key = try call.courseKey()
            let edit = ContentEdit(call.body, isWhole: isWhole, expecting: call.expectedVersion)
            let view = try await taught { () async throws(CourseRefusal) in
                try await courses.change(key, edit, by: call.courseCaller)
            }
            return Self.answer(view)
        }
    }

    // MARK: Handlers

    @Sendable private func list(_ call: Call) async throws(APIError) -> HTTPResponse {
        let limit = try call.number("limit", in: 1...Int64(CourseBounds.pageMax)).map { Int($0) }
        var search = CourseSearch(limit: limit ?? CourseBounds.pageUsual)
        search.words = try Self.words(call.head.query["q"] ?? "")
        search.tag = call.head.query["tag"].map { $0.lowercased() }
        if let text = call.head.query["instructor"] {
            guard let user = UserID(text) else {
                throw APIError(.invalid("?instructor", "invalid_format", "instructor is a user's id"))
            }
            search.instructor = user
        }
        search.isMine = call.head.query["mine"] == "true"
        search.isDeleted = call.head.query["deleted"] == "true"
        if let text = call.head.query["cursor"] {
            guard let id = CourseID(text) else {
                throw APIError(.invalid("?cursor", "invalid_format", "cursor is a next_cursor"))
            }
            search.before = id
        }
        let wanted = search
        let page = try await taught { () async throws(CourseRefusal) in
            try await courses.list(wanted, for: call.courseCaller)
        }
        let form = call.head.query.pairs.filter { $0.name != "cursor" }.map { ($0.name, $0.value) }
        return .page(page.courses, next: page.next?.description, at: Self.path + "?" + URLText.form(form)) {
            $0.write(to: &$1)
        }
    }

    static func words(_ text: String) throws(APIError) -> [String] {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard text.utf8.count <= CourseBounds.searchBytesMax, words.count <= CourseBounds.searchWordsMax else {
            throw APIError(
                .invalid("?q", "too_long", "at most \(CourseBounds.searchWordsMax) words are looked for"))
        }
        return words
    }

    @Sendable private func show(_ call: Call) async throws(APIError) -> HTTPResponse {
        let key = try call.courseKey()
        return Self.answer(
            try await taught { () async throws(CourseRefusal) in
                try await courses.course(key, for: call.courseCaller)
            })
    }

    @Sendable private func create(_ call: Call) async throws(APIError) -> HTTPResponse {
        let create = try ruled { () throws(CourseRefusal) in try CreateCourse(call.body) }
        let view = try await taught { () async throws(CourseRefusal) in
            try await courses.create(create, by: call.courseCaller)
        }
        return Self.made(view)
    }

    @Sendable private func delete(_ call: Call) async throws(APIError) -> HTTPResponse {
        let key = try call.courseKey()
        try await taught { () async throws(CourseRefusal) in
            try await courses.delete(key, expecting: call.expectedVersion, by: call.courseCaller)
        }
        return HTTPResponse(status: 204)
    }

    @Sendable private func restore(_ call: Call) async throws(APIError) -> HTTPResponse {
        let key = try call.courseKey()
        return Self.answer(
            try await taught { () async throws(CourseRefusal) in
                try await courses.restore(key, by: call.courseCaller)
            })
    }

    static func answer(_ view: CourseView, status: Int = 200) -> HTTPResponse {
        HTTPResponse.json(status) { json in view.write(to: &json, isWhole: true) }.tagged(view.course.version)
    }

    static func made(_ view: CourseView) -> HTTPResponse {
        var response = answer(view, status: 201)
        response.headers.set("Location", "\(path)/\(view.course.id)")
        return response
    }
}
