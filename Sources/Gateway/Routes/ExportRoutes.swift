public import Auth
internal import Base
internal import Channels
public import REST
internal import Wire

/// Asking for everything that the server has of oneself.
public struct ExportRoutes: Sendable {
    private let services: Services
    private let jobs: any Jobs

    public init(_ services: Services, jobs: any Jobs) {
        self.services = services
        self.jobs = jobs
    }

    public var routes: [Route] {
        [
            Route(
                .get, "/api/v1/users/me/export", access: .user,
                "Begins to gather all that the server has of the caller; the job's result names the file",
                answers: [
                    .init(202, .job, "begun; asked again within a minute it is the same job"),
                    .init(429, nil, "too many jobs of the caller have not ended"),
                ], handler: export)
        ]
    }

    /// Seconds for which asking again gives the same job.
    private static let repeatSeconds: Int64 = 60

    @Sendable private func export(_ call: Call) async throws(APIError) -> HTTPResponse {
        let user = try call.user(), minute = services.time.now().seconds / Self.repeatSeconds
        let new = NewJob(ExportHandler.kind, user: user, payload: [], key: "\(user):\(minute)")
        let job = try await queued { () throws(JobFailure) in try await jobs.enqueue(new) }
        try await stored { () async throws(AccountFailure) in
            try await services.accounts.note(
                .userExported, by: call.cause, target: AuditEntry.target(user), detail: nil)
        }
        var response = HTTPResponse.json(202) { json in job.write(to: &json) }
        response.headers.set("Location", "/api/v1/jobs/\(job.id)")
        return response
    }
}
