public import Auth
public import Base
public import Channels

/// Takes away what is too old of jobs, of what webhooks were told, of the outbox, and of users' feeds. It puts itself
/// into the queue again, so that its row is its schedule.
public struct PruneHandler: JobHandler {
    public let kind: JobKind = "prune"
    public let policy = JobPolicy(priority: .bulk, concurrencyMax: 1, giveUpSeconds: 365 * 86_400)

    private let jobs: any Jobs
    private let webhooks: any Webhooks
    private let notifications: any NotificationFeed
    private let notificationDays: Int
    private let time: TimeSource

    /// Seconds for which what has ended is kept, and between two looks.
    static let keptSeconds: Int64 = 7 * 86_400
    static let everySeconds: Int64 = 3_600

    public init(
        _ jobs: any Jobs, _ webhooks: any Webhooks, _ notifications: any NotificationFeed, notificationDays: Int,
        time: TimeSource
    ) {
        self.jobs = jobs
        self.webhooks = webhooks
        self.notifications = notifications
        self.notificationDays = notificationDays
        self.time = time
    }

    /// The job that comes after this time: one for each hour, however often it is asked for.
    public static func next(after now: Timestamp) -> NewJob {
        let hour = now.seconds / everySeconds + 1
        return NewJob(
            "prune", payload: [], key: "\(hour)", dueAt: Timestamp(milliseconds: hour * everySeconds * 1_000))
    }

    public func run(_ job: Job, _ progress: JobProgress) async -> JobOutcome {
        let before = time.now().adding(seconds: -Self.keptSeconds)
        do {
            while try await jobs.prune(before: before) {}
            while try await webhooks.prune(before: before) {}
            let oldest = time.now().adding(seconds: -Int64(notificationDays) * 86_400)
            while try await notifications.prune(before: oldest) {}
            _ = try await jobs.enqueue(Self.next(after: time.now()))
            return .done(result: nil)
        } catch {
            return .later(Job.Fault(code: "unavailable", detail: "\(error)"))
        }
    }
}
