public import Auth
public import Base
public import Channels
public import Courses
public import Outside

/// Makes the file in which a user finds all that the server has of them. It is a file of their own like any other:
/// nobody else may read it, and it goes after a day when nothing refers to it.
public struct ExportHandler: JobHandler {
    public let kind: JobKind = Self.kind
    public let policy = JobPolicy(
        priority: .bulk, concurrencyMax: 1, giveUpSeconds: 3_600, leaseSeconds: 600)

    static let kind: JobKind = "export"

    private let people: any People
    private let devices: any Devices
    private let roles: RoleBook
    private let journal: any Journal
    private let archive: any Archive
    private let feed: any NotificationFeed
    private let contacts: any ContactBook
    private let courses: any CourseLearning
    private let files: any UploadedFiles
    private let limits: Limits

    public init(
        people: any People, devices: any Devices, roles: RoleBook, journal: any Journal, archive: any Archive,
        feed: any NotificationFeed, contacts: any ContactBook, courses: any CourseLearning,
        files: any UploadedFiles, limits: Limits
    ) {
        self.feed = feed
        self.people = people
        self.devices = devices
        self.roles = roles
        self.journal = journal
        self.archive = archive
        self.contacts = contacts
        self.courses = courses
        self.files = files
        self.limits = limits
    }

    public func run(_ job: Job, _ progress: JobProgress) async -> JobOutcome {
        guard let user = job.user else {
            return .failed([Job.Fault(code: "not_found", detail: "an export is a user's")])
        }
        do {
            let file = try await export(user, progress)
            return .done(
                result: JSONWriter.object { json in
                    json.member("file_id", file.id)
                    json.member("url", "/api/v1/files/\(file.id)")
                    json.member("size", file.byteCount)
                })
        } catch is PersonalExport.NoUser {
            return .failed([Job.Fault(code: "not_found", detail: "there is no such user any more")])
        } catch FileFailure.overQuota {
            return .failed([Job.Fault(code: "quota_exceeded", detail: "the export has no room among your files")])
        } catch {
            return .later(Job.Fault(code: "unavailable", detail: "it could not be written; it is tried again"))
        }
    }

    private func export(_ user: UserID, _ progress: JobProgress) async throws -> StoredFile {
        let export = PersonalExport(
            user: user, people: people, devices: devices, roles: roles, journal: journal, archive: archive,
            feed: feed, contacts: contacts, courses: courses)
        let file = try await files.receive(for: user, byteCount: nil, within: limits)
        do {
            try await export.write { piece in
                try await file.write(piece)
            } _: { done, total in
                await progress(done, of: total)
            }
            return try await file.finish(as: "export.json")
        } catch {
            await file.discard()
            throw error
        }
    }
}
