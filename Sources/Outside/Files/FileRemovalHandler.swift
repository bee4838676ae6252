public import Auth
internal import Base

/// Removes the bytes of files that are gone from the service where they are kept, however long that is away.
public struct FileRemovalHandler: JobHandler {
    public let kind = FileRemovalJob.kind
    /// Many small requests one after the other. What is given up after a year is found by the look at the next start.
    public let policy = JobPolicy(
        priority: .bulk, concurrencyMax: 2, firstWaitSeconds: 5, waitSecondsMax: 600, giveUpSeconds: 365 * 86_400,
        leaseSeconds: 1_800)

    private let remove: @Sendable ([[UInt8]]) async -> Bool

    /// - Parameter remove: does it, for what no file has; false when it has to be tried again.
    public init(remove: @escaping @Sendable ([[UInt8]]) async -> Bool) { self.remove = remove }

    public func run(_ job: Job, _ progress: JobProgress) async -> JobOutcome {
        guard let hashes = FileRemovalJob.hashes(of: job) else {
            return .failed([Job.Fault(code: "malformed", detail: "there is nothing in it that could be removed")])
        }
        guard await remove(hashes) else {
            return .later(Job.Fault(code: "unavailable", detail: "not everything could be removed"))
        }
        return .done(result: nil)
    }
}
