internal import Auth
public import Base
internal import Channels
public import Courses
public import REST
internal import Wire

/// Figures about courses. They are kept for a while, and whether somebody may see them is asked each time.
public struct AnalyticsRoutes: Sendable {
    private let courses: any CourseCatalogue & CourseInsights
    private let isPublic: Bool
    private let cacheSeconds: Int
    private let time: TimeSource
    private let reports: Guarded<KeptFigures<ReportKey, [CourseReport]>>
    private let rankings: Guarded<KeptFigures<RankingKey, [PopularCourse]>>

    /// One course, or all that somebody teaches.
    private struct ReportKey: Hashable {
        var course: CourseID?
        var user: UserID?
        var seconds: Int64
    }

    /// As a stranger sees it.
    private struct RankingKey: Hashable {
        var seconds: Int64
        var limit: Int
    }

    /// - Parameter cacheSeconds: for which figures are kept.
    public init(
        courses: any CourseCatalogue & CourseInsights, isPublic: Bool, cacheSeconds: Int, time: TimeSource
    ) {
        self.courses = courses
        self.isPublic = isPublic
        self.cacheSeconds = cacheSeconds
        self.time = time
        reports = Guarded(KeptFigures(seconds: Int64(cacheSeconds)))
        rankings = Guarded(KeptFigures(seconds: Int64(cacheSeconds)))
    }

    private static let window = Shape.Field.optional(
        "window", .text(bytes: 2...8), "a time until now such as 24h, 30d or 12w; 30d unless given")

    public var routes: [Route] {
        [
            Route(
                .get, "/api/v1/analytics", access: .userOrKey(.courses),
                "How courses go: of one, or of all that the caller teaches; as CSV where that is asked for",
                query: [
                    .optional("course", .text(bytes: 1...80), "one course, by its number or its slug"),
                    .optional("student", .userID, "one student of that course, as they are now"), Self.window,
                ],
                answers: [.init(200, nil, "reports, as old as Cache-Control lets them be"), .noCourse, .notStaff],
                handler: analytics),
            Route(
                .get, "/api/v1/courses/popular", access: isPublic ? .guest(.courses) : .userOrKey(.courses),
                "What is popular: who came, who was at it and who got through within the window, later counting more",
                query: [
                    Self.window, .optional("limit", .integer(1...Int64(CourseBounds.pageMax)), "courses"),
                ], answers: [.init(200, .page(of: .course), "the most popular first")], handler: popular),
        ]
    }

    // MARK: Reports

    @Sendable private func analytics(_ call: Call) async throws(APIError) -> HTTPResponse {
        if let text = call.head.query["student"] { return try await student(text, call) }
        let window = try window(of: call), caller = call.courseCaller, now = time.now()
        var key: CourseKey?, course: CourseID?
        if let text = call.head.query["course"] {
            guard let known = CourseKey(text) else { throw APIError(course: .noSuchCourse) }
            let view = try await taught { () async throws(CourseRefusal) in
                try await courses.course(known, for: caller)
            }
            try ruled { () throws(CourseRefusal) in try view.role.requireStaff(of: view.course) }
            (key, course) = (known, view.course.id)
        } else if call.caller?.permissions.contains(.teach) != true, call.key == nil {
            throw APIError(course: .notStaff)
        }
        let place = ReportKey(
            course: course, user: course == nil ? caller.user : nil, seconds: window.seconds)
        var found = reports.withLock { $0.figures(for: place, at: now) }
        if found == nil {
            let wanted = key
            let made = try await taught { () async throws(CourseRefusal) in
                try await courses.reports(of: wanted, in: window, for: caller)
            }
            reports.withLock { $0.keep(made, for: place, at: now) }
            found = made
        }
        return kept(answer(found ?? [], to: call))
    }

    /// One student's figures read few rows, and are made anew whenever they are asked for.
    private func student(_ text: String, _ call: Call) async throws(APIError) -> HTTPResponse {
        guard let course = call.head.query["course"] else {
            throw APIError(.invalid("?course", "required", "a student's figures are those of one course"))
        }
        guard let key = CourseKey(course) else { throw APIError(course: .noSuchCourse) }
        guard let user = UserID(text) else {
            throw APIError(.invalid("?student", "invalid_format", "student is a user's id"))
        }
        let report = try await taught { () async throws(CourseRefusal) in
            try await courses.report(on: user, in: key, for: call.courseCaller)
        }
        return Self.answer(call, csv: { report.csv }, otherwise: { .items([report]) { $0.write(to: &$1) } })
    }

    private func answer(_ all: [CourseReport], to call: Call) -> HTTPResponse {
        Self.answer(call, csv: { CourseReport.csv(all) }, otherwise: { .items(all) { $0.write(to: &$1) } })
    }

    private static func answer(
        _ call: Call, csv: () -> [UInt8], otherwise json: () -> HTTPResponse
    ) -> HTTPResponse {
        var response = call.wantsCSV ? HTTPResponse.csv(csv(), named: "analytics") : json()
        response.headers.set("Vary", "Accept")
        return response
    }

    // MARK: What is popular

    @Sendable private func popular(_ call: Call) async throws(APIError) -> HTTPResponse {
        let window = try window(of: call), now = time.now()
        let limit = try call.number("limit", in: 1...Int64(CourseBounds.pageMax)).map { Int($0) }
        let place = RankingKey(seconds: window.seconds, limit: limit ?? CourseBounds.pageUsual)
        var found = rankings.withLock { $0.figures(for: place, at: now) }
        if found == nil {
            let made = try await taught { () async throws(CourseRefusal) in
                try await courses.popular(in: window, limit: place.limit, for: CourseCaller(user: nil))
            }
            rankings.withLock { $0.keep(made, for: place, at: now) }
            found = made
        }
        return kept(
            .items(found ?? []) { popular, json in
                json.object { json in
                    json.member("score_thousandths", popular.score.thousandths)
                    json.name("course")
                    popular.view.write(to: &json)
                }
            })
    }

    private func window(of call: Call) throws(APIError) -> FigureWindow {
        guard let text = call.head.query["window"] else { return .usual }
        return try ruled { () throws(CourseRefusal) in try FigureWindow(text) }
    }

    /// Whoever asks may keep it as long as we do. The tag is made of the bytes.
    private func kept(_ response: HTTPResponse) -> HTTPResponse {
        var kept = response
        kept.headers.set("Cache-Control", "private, max-age=\(cacheSeconds)")
        return kept
    }
}
