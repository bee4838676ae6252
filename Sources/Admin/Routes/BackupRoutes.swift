public import Auth
public import Base
internal import Channels
public import REST
internal import Wire

/// Copies of everything, and where the disk goes.
public struct BackupRoutes: Sendable {
    private let backups: any Backups
    private let jobs: any Jobs
    private let accounts: any Accounts
    private let time: TimeSource

    public init(_ backups: any Backups, jobs: any Jobs, accounts: any Accounts, time: TimeSource) {
        self.backups = backups
        self.jobs = jobs
        self.accounts = accounts
        self.time = time
    }

    public var routes: [Route] {
        [
            Route(
                .post, "/api/v1/admin/backup", access: .permitted(.writeServer),
                "Begins a backup in the directory for them; the job's result names the file",
                answers: [.init(202, nil, "begun; asked again within a minute it is the same job")], handler: begin),
            Route(
                .get, "/api/v1/admin/backups", access: .permitted(.readServer),
                "The backups that are kept, newest first",
                answers: [.init(200, nil, "items with name, size and made_at")], handler: list),
            Route(
                .get, "/api/v1/admin/storage", access: .permitted(.readServer),
                "Where the disk goes; counted at most every five minutes",
                answers: [
                    .init(
                        200, nil, "bytes of the database and its parts, the log, files, uploads, backups and the disk")
                ],
                handler: usage),
            Route(
                .post, "/operator/backup", access: .operatorOnly, "Makes a backup under a path of this machine",
                body: Shape(
                    "BackupOrder", [.required("path", .text(bytes: 1...4_096), "from the root; not there yet")]),
                answers: [.init(200, nil, "it is made: name, size, made_at and what was found damaged")],
                handler: make),
        ]
    }

    @Sendable private func begin(_ call: Call) async throws(APIError) -> HTTPResponse {
        let user = try call.user()
        let job: Job
        do throws(JobFailure) {
            job = try await jobs.enqueue(BackupJob.asked(by: user, at: time.now()))
        } catch {
            throw APIError(error == .storageFull ? .storageFull : .overloaded)
        }
        try await APIError.stored { () async throws(AccountFailure) in
            try await accounts.note(.backupAsked, by: call.cause, target: "job:\(job.id)", detail: nil)
        }
        var response = HTTPResponse.json(202) { json in job.write(to: &json) }
        response.headers.set("Location", "/api/v1/jobs/\(job.id)")
        return response
    }

    @Sendable private func list(_ call: Call) async throws(APIError) -> HTTPResponse {
        let all = try await asking { () async throws(BackupFailure) in try await backups.list() }
        return .page(all, next: nil, at: "/api/v1/admin/backups") { backup, json in backup.write(to: &json) }
    }

    @Sendable private func usage(_ call: Call) async throws(APIError) -> HTTPResponse {
        let usage = try await asking { () async throws(BackupFailure) in try await backups.usage() }
        return .json { json in json.object { json in usage.write(to: &json) } }
    }

    @Sendable private func make(_ call: Call) async throws(APIError) -> HTTPResponse {
        let path = call.body["path"]?.string ?? ""
        guard path.hasPrefix("/"), !path.utf8.contains(0) else {
            throw APIError(.invalid("/path", "invalid_format", "the path begins at the root"))
        }
        let made = try await asking { () async throws(BackupFailure) in
            try await backups.make(at: path, by: call.cause) { _, _ in !Task.isCancelled }
        }
        return .json { json in
            json.object { json in
                json.member("name", made.name)
                json.member("size", made.byteCount)
                json.member("made_at", made.madeAt)
                json.array("faults") { json in
                    for fault in made.faults { json.value(fault) }
                }
            }
        }
    }

    private func asking<Value>(
        _ body: () async throws(BackupFailure) -> Value
    ) async throws(APIError) -> Value {
        do throws(BackupFailure) {
            return try await body()
        } catch {
            switch error {
            case .full: throw APIError(.storageFull)
            case .busy, .cancelled: throw APIError(Rejection(.overloaded, error.detail))
            case .exists: throw APIError(Rejection(.preconditionFailed, error.detail))
            case .failed: throw APIError(Rejection(.internal, error.detail))
            }
        }
    }
}
