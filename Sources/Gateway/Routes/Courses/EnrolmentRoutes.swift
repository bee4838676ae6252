internal import Auth
internal import Base
internal import Channels
public import Courses
public import REST
internal import Wire

/// Coming into courses and going, and what instructors say about it.
public struct EnrolmentRoutes: Sendable {
    private let courses: any CourseRosters

    public init(courses: any CourseRosters) { self.courses = courses }

    private static let enrol = "/api/v1/enroll/{course_id}"
    private static let roster = "/api/v1/courses/{id}/roster"

    public var routes: [Route] {
        [
            Route(
                .post, Self.enrol, access: .userOrKey(.courses), "The caller asks to come into a course",
                answers: [
                    .init(201, .enrolment, "the caller is a student now, and in the course's channel"),
                    .init(200, .enrolment, "the caller was one before"),
                    .init(202, .enrolment, "the caller waits for a seat, or for an instructor's word"), .noCourse,
                    .init(403, nil, "the course's rules say no"), .init(409, nil, "the course is full"),
                ], handler: enrol),
            Route(
                .delete, Self.enrol, access: .userOrKey(.courses), "The caller leaves a course and its channel",
                answers: [.init(204, nil, "the caller is no student of it"), .noCourse], handler: leave),
            Route(
                .get, Self.roster, access: .userOrKey(.courses),
                "Who is on a course's roster; as CSV where that is asked for, with all that fit into one file",
                query: [
                    .optional("state", .text(bytes: 1...64), "states between commas; active unless given"),
                    .optional("limit", .integer(1...Int64(CourseBounds.pageMax)), "people on a page"),
                    .optional("cursor", .text(bytes: 1...64), "next_cursor of the page before"),
                ], answers: [.init(200, .page(of: .enrolment), "people"), .noCourse, .notStaff], handler: roster),
            Route(
                .post, Self.roster, access: .userOrKey(.courses),
                "Takes a roster as CSV: user, username or email, and state",
                answers: [.init(200, nil, "what became of its lines"), .noCourse, .notStaff, .notValid],
                bodyBytesMax: CourseBounds.rosterBytesMax, streamsBody: true, handler: take),
            Route(
                .put, Self.roster + "/{uid}", access: .userOrKey(.courses), "Says something about somebody's place",
                body: Shape(
                    "RosterDecision",
                    [
                        .required(
                            "decision", .text(bytes: 1...16),
                            "invite, admit (who has asked), enrol (whether or not), or turn_away")
                    ]),
                answers: [
                    .init(200, .enrolment, "as it is now"), .noCourse, .notStaff, .init(409, nil, "the course is full"),
                ], handler: decide),
            Route(
                .get, "/api/v1/courses/{id}/waitlist", access: .userOrKey(.courses),
                "Who waits for a seat, in their order",
                query: [
                    .optional("limit", .integer(1...Int64(CourseBounds.pageMax)), "people on a page"),
                    .optional("cursor", .text(bytes: 1...64), "next_cursor of the page before"),
                ], answers: [.init(200, .page(of: .enrolment), "people"), .noCourse, .notStaff], handler: waitlist),
        ]
    }

    // MARK: Students

    @Sendable private func enrol(_ call: Call) async throws(APIError) -> HTTPResponse {
        let key = try call.courseKey("course_id")
        let answer = try await taught { () async throws(CourseRefusal) in
            try await courses.enrol(in: key, by: call.courseCaller)
        }
        let status =
            switch answer.enrolment.state {
            case .waiting, .requested: 202
            default: answer.isNew ? 201 : 200
            }
        return .json(status) { answer.enrolment.write(to: &$0, in: answer.channel) }
    }

    @Sendable private func leave(_ call: Call) async throws(APIError) -> HTTPResponse {
        let key = try call.courseKey("course_id")
        try await taught { () async throws(CourseRefusal) in try await courses.leave(key, by: call.courseCaller) }
        return HTTPResponse(status: 204)
    }

    // MARK: Instructors

    @Sendable private func roster(_ call: Call) async throws(APIError) -> HTTPResponse {
        let states = Set((call.head.query["state"] ?? "active").split(separator: ",").map(String.init)).sorted()
        let known: Set = ["invited", "requested", "waiting", "active", "left", "turned_away"]
        guard known.isSuperset(of: states), !states.isEmpty else {
            throw APIError(
                .invalid("?state", "not_supported", "state is some of " + known.sorted().joined(separator: ", ")))
        }
        if call.wantsCSV { return try await file(states, call) }
        return try await page(states, "roster", call)
    }

    @Sendable private func waitlist(_ call: Call) async throws(APIError) -> HTTPResponse {
        try await page(["waiting"], "waitlist", call)
    }

    private func page(_ states: [String], _ name: String, _ call: Call) async throws(APIError) -> HTTPResponse {
        let key = try call.courseKey()
        let limit = try call.number("limit", in: 1...Int64(CourseBounds.pageMax)).map { Int($0) }
        var search = RosterSearch(states: states, limit: limit ?? CourseBounds.pageUsual)
        if let text = call.head.query["cursor"] { search.after = try Self.place(text) }
        let wanted = search
        let page = try await taught { () async throws(CourseRefusal) in
            try await courses.roster(wanted, of: key, for: call.courseCaller)
        }
        let next = page.next.map { "\($0.state).\($0.place).\($0.user)" }
        let path = "/api/v1/courses/\(call.parameters["id"] ?? "")/\(name)?limit=\(wanted.limit)"
        return .page(page.rows, next: next, at: path + "&state=" + states.joined(separator: ",")) { row, json in
            row.write(to: &json)
        }
    }

    private static func place(_ text: String) throws(APIError) -> RosterPlace {
        let parts = text.split(separator: ".").map(String.init)
        guard parts.count == 3, let place = Int64(plainDecimal: parts[1]), let user = Int64(plainDecimal: parts[2])
        else { throw APIError(.invalid("?cursor", "invalid_format", "cursor is a next_cursor")) }
        return RosterPlace(state: parts[0], place: place, user: user)
    }

    /// All of it, as far as a file of a roster may go.
    private func file(_ states: [String], _ call: Call) async throws(APIError) -> HTTPResponse {
        let key = try call.courseKey()
        var file = RosterFile([]), search = RosterSearch(states: states, limit: CourseBounds.pageMax)
        repeat {
            let wanted = search
            let page = try await taught { () async throws(CourseRefusal) in
                try await courses.roster(wanted, of: key, for: call.courseCaller)
            }
            file.rows += page.rows
            search.after = page.next
        } while search.after != nil && file.rows.count < CourseBounds.rosterLinesMax
        return .csv(file.csv, named: "roster")
    }

    @Sendable private func decide(_ call: Call) async throws(APIError) -> HTTPResponse {
        let key = try call.courseKey(), user = try call.user("uid")
        let decision: RosterDecision
        switch call.body["decision"]?.string {
        case "invite": decision = .invite
        case "admit": decision = .admit
        case "enrol": decision = .enrol
        case "turn_away": decision = .turnAway
        default:
            throw APIError(.invalid("/decision", "not_supported", "it is invite, admit, enrol or turn_away"))
        }
        let enrolment = try await taught { () async throws(CourseRefusal) in
            try await courses.decide(decision, about: user, of: key, by: call.courseCaller)
        }
        return .json { enrolment.write(to: &$0, in: nil) }
    }

    @Sendable private func take(_ call: Call) async throws(APIError) -> HTTPResponse {
        let key = try call.courseKey()
        let body = try await call.wholeBody(bytesMax: CourseBounds.rosterBytesMax)
        var reader = try ruled { () throws(CourseRefusal) in try RosterReader(body) }
        var tally = RosterTally(), slice: [RosterLine] = [], isDone = false
        while !isDone {
            switch reader.next() {
            case .success(let line): slice.append(line)
            case .failure(let fault):
                tally.faults.append(.init(line: fault.line, code: "invalid_format", detail: fault.detail))
            case nil: isDone = true
            }
            guard isDone || slice.count == CourseBounds.rosterSliceMax else { continue }
            let lines = slice
            slice = []
            let part = try await taught { () async throws(CourseRefusal) in
                try await courses.take(lines, into: key, by: call.courseCaller)
            }
            tally.changed += part.changed
            tally.unchanged += part.unchanged
            tally.faults += part.faults
        }
        let whole = tally
        return .json { whole.write(to: &$0) }
    }
}

extension Enrolment {
    fileprivate func write(to json: inout JSONWriter, in channel: ChannelID?) {
        json.object { json in
            writeMembers(to: &json)
            json.name("channel")
            if let channel { json.value(channel) } else { json.null() }
        }
    }
}

extension RosterFile.Row {
    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            enrolment.writeMembers(to: &json)
            json.member("username", username)
            json.member("display_name", displayName)
            json.member("percent", percent)
            json.member("completed_at", orNull: completedAt)
        }
    }
}

extension RosterTally {
    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("changed", changed)
            json.member("unchanged", unchanged)
            json.member("failed", faults.count)
            json.array("errors") { json in
                for fault in faults.prefix(CourseBounds.rosterFaultsMax) {
                    json.object { json in
                        json.member("row", fault.line)
                        json.member("code", fault.code)
                        json.member("detail", fault.detail)
                    }
                }
            }
        }
    }
}
