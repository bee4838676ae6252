public import Auth
internal import Base
internal import Channels
public import REST
internal import Wire

/// What was asked for and takes a while: how far it is.
public struct JobRoutes: Sendable {
    private let jobs: any Jobs

    public init(_ jobs: any Jobs) { self.jobs = jobs }

    public var routes: [Route] {
        let missing = Route.Answer(404, nil, "there is no such job, or it is somebody else's")
        return [
            Route(
                .get, "/api/v1/jobs", access: .user, "The caller's own jobs, the newest first", query: Self.filters,
                answers: [.init(200, .page(of: .job), "jobs")], handler: listOwn),
            Route(
                .get, "/api/v1/admin/jobs", access: .permitted(.readServer),
                "All jobs, the newest first: the server's own and everybody's",
                query: Self.filters + [.optional("user", .userID, "whose")],
                answers: [.init(200, .page(of: .job), "jobs")], handler: listAll),
            Route(
                .get, "/api/v1/jobs/{id}", access: .user, "How far a job is: one's own, or any with server.read",
                answers: [.init(200, .job, "the job"), missing], handler: get),
            Route(
                .delete, "/api/v1/jobs/{id}", access: .user, "Ends a job that has not ended",
                answers: [.init(200, .job, "as it is now; one that had ended is as it was"), missing],
                handler: cancel),
        ]
    }

    private static let pageMax: Int64 = 200
    private static let pageDefault = 50
    private static let filters: [Shape.Field] = [
        .optional("kind", .text(bytes: 1...64), "of this kind"),
        .optional("state", .text(bytes: 4...9), "queued, running, done, failed or cancelled"),
        .optional("limit", .integer(1...pageMax), "jobs on a page"),
        .optional("cursor", .text(bytes: 1...20), "next_cursor of the page before"),
    ]

    @Sendable private func listOwn(_ call: Call) async throws(APIError) -> HTTPResponse {
        try await list(call, of: try call.user(), at: "/api/v1/jobs")
    }

    @Sendable private func listAll(_ call: Call) async throws(APIError) -> HTTPResponse {
        var user: UserID?
        if let text = call.head.query["user"] {
            guard let named = UserID(text) else {
                throw APIError(.invalid("?user", "invalid_format", "user is a user's number"))
            }
            user = named
        }
        return try await list(call, of: user, at: "/api/v1/admin/jobs")
    }

    private func list(_ call: Call, of user: UserID?, at place: String) async throws(APIError) -> HTTPResponse {
        let limit = try call.number("limit", in: 1...Self.pageMax).map { Int($0) } ?? Self.pageDefault
        var search = JobSearch(user: user, limit: limit + 1), path = "\(place)?limit=\(limit)"
        search.before = try call.number("cursor", in: 1...Int64.max) ?? .max
        search.kind = call.head.query["kind"].map { JobKind($0) }
        if let text = call.head.query["state"] {
            guard let state = Job.State(rawValue: text) else {
                throw APIError(.invalid("?state", "invalid_format", "there is no such state"))
            }
            search.state = state
        }
        for name in ["kind", "state"] + (place.hasSuffix("/admin/jobs") ? ["user"] : []) {
            if let value = call.head.query[name] { path += "&\(name)=\(URLText.percentEncoded(value))" }
        }
        let found = try await queued { () throws(JobFailure) in try await jobs.list(search) }
        let next = found.count > limit ? "\(found[limit - 1].id)" : nil
        return .page(found.prefix(limit), next: next, at: path) { job, json in
            job.write(to: &json, faultsMax: Job.toldFaultsMax)
        }
    }

    @Sendable private func get(_ call: Call) async throws(APIError) -> HTTPResponse {
        let job = try await find(call)
        return .json { json in job.write(to: &json) }
    }

    @Sendable private func cancel(_ call: Call) async throws(APIError) -> HTTPResponse {
        let job = try await find(call)
        guard job.user == call.caller?.user || call.caller?.permissions.contains(.writeServer) == true else {
            throw APIError(Rejection(.permissionDenied, "only who asked for it may end it"))
        }
        let ended = try await queued { () throws(JobFailure) in try await jobs.cancel(job.id, by: call.cause) }
        guard let ended else { throw Self.missing }
        return .json { json in ended.write(to: &json) }
    }

    private static let missing = APIError(Rejection(.notFound, "no such job"))

    private func find(_ call: Call) async throws(APIError) -> Job {
        guard let id = call.parameters["id"].flatMap({ Int64(plainDecimal: Array($0.utf8)[...]) }) else {
            throw Self.missing
        }
        let job = try await queued { () throws(JobFailure) in try await jobs.find(id) }
        let maySeeAll = call.caller?.permissions.contains(.readServer) == true
        guard let job, job.user.map({ $0 == call.caller?.user }) ?? false || maySeeAll else { throw Self.missing }
        return job
    }
}

/// What the queue of jobs comes to, as a request is told of it.
func queued<Value>(_ body: () async throws(JobFailure) -> Value) async throws(APIError) -> Value {
    do throws(JobFailure) {
        return try await body()
    } catch {
        switch error {
        case .tooMany:
            throw APIError(
                Rejection(
                    .rateLimited, "too much that you have asked for is not done yet; wait for it, or end some of it",
                    retryAfterMilliseconds: 10_000))
        case .storageFull: throw APIError(.storageFull)
        case .full, .unavailable: throw APIError(.overloaded)
        }
    }
}

extension Shape {
    static let job = Shape(
        "Job",
        [
            .required("id", .text(bytes: 1...20), "the job's number"),
            .required("kind", .text(bytes: 1...64), "what is done"),
            .required("state", .text(bytes: 4...9), "queued, running, done, failed or cancelled"),
            .required(
                "progress",
                .object(
                    Shape(
                        "JobProgress",
                        [
                            .required("done", .integer(0...Int64.max), "how much of it is done"),
                            .required("total", .integer(0...Int64.max), "of how much; 0 while that is not known"),
                        ])), "how far it is"),
            .optional("result", .object(Shape("JobResult", [])), "what came of it; its form is the kind's"),
            .required("errors", .list(of: .object(.jobFault), countMax: Job.faultsMax), "what went wrong"),
            .required("created_at", .time, "when it was asked for"),
            .required("updated_at", .time, "when it was last heard of"),
        ])

    private static let jobFault = Shape(
        "JobError",
        [
            .required("row", .integer(0...Int64.max), "which of many; 0 for the whole"),
            .required("code", .text(bytes: 1...64), "a stable name"),
            .required("detail", .text(bytes: 0...1_024), "in words"),
        ])
}
