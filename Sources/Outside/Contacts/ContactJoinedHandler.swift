public import Auth
internal import Base

/// Tells those who have somebody among their contacts that they are here now. They may be many, so that it is done some
/// at a time; each is told in the commit that notes it.
public struct ContactJoinedHandler: JobHandler {
    public let kind: JobKind = JoiningOrder.kind
    public let policy = JobPolicy(concurrencyMax: 2, leaseSeconds: Self.leaseSeconds)

    private let contacts: any ContactBook

    private static let leaseSeconds: Int64 = 120

    public init(_ contacts: any ContactBook) { self.contacts = contacts }

    public func run(_ job: Job, _ progress: JobProgress) async -> JobOutcome {
        do throws(ContactFailure) {
            while try await contacts.tellOfJoining(job, leaseSeconds: Self.leaseSeconds) {}
            return .done(result: nil)
        } catch {
            return .later(Job.Fault(code: "unavailable", detail: "\(error)"))
        }
    }
}
