public import Base

/// Where webhooks are kept, and what they are to be told. What changes anything returns only when it is durable.
public protocol Webhooks: Sendable {
    func all() async throws(WebhookFailure) -> [Webhook]

    /// Makes one, which is told of what happens from now on; `.full` when there are as many as may be.
    func create(
        url: String, events: [String], secret: Secret, by cause: Cause
    ) async throws(WebhookFailure) -> Webhook

    /// Changes what is given; `nil` when there is no such webhook. One that is made active begins where it was, and is
    /// asked at once.
    func change(
        _ id: Int64, url: String?, events: [String]?, isActive: Bool?, by cause: Cause
    ) async throws(WebhookFailure) -> Webhook?

    /// False when there is none.
    func delete(_ id: Int64, by cause: Cause) async throws(WebhookFailure) -> Bool

    /// The newest tries first, those before a number; `nil` when there is no such webhook.
    func deliveries(
        of id: Int64, before: Int64?, limit: Int
    ) async throws(WebhookFailure) -> [WebhookDelivery]?

    /// What its requests are signed with; `nil` when there is no such webhook.
    func secret(of id: Int64) async throws(WebhookFailure) -> Secret?

    /// What stands in the outbox behind a place, in order.
    func outbox(after position: Int64, limit: Int) async throws(WebhookFailure) -> [OutsideEvent]

    /// Puts an event of another service into the outbox; false when there was one of this id before.
    func publish(
        type: String, data: [UInt8], externalID: String, by cause: Cause
    ) async throws(WebhookFailure) -> Bool

    /// Notes what a try came to, and how far the webhook has been told. One that was deleted meanwhile is left alone.
    func record(_ delivery: WebhookDelivery?, _ progress: WebhookProgress, of id: Int64) async throws(WebhookFailure)

    /// Takes away what is older, a bounded number of rows; true when there may be more.
    func prune(before time: Timestamp) async throws(WebhookFailure) -> Bool
}

public enum WebhookFailure: Error, Equatable, Sendable {
    case full
    case storageFull
    case unavailable
}

/// Where a webhook stands after a try.
public struct WebhookProgress: Sendable, Equatable {
    public var told: Webhook.Place
    public var attempts: Int
    public var dueAt: Timestamp
    public var failingSince: Timestamp?
    /// Why it is told nothing more; `nil` while it is.
    public var pausedBecause: String?

    public init(
        told: Webhook.Place, attempts: Int = 0, dueAt: Timestamp = Timestamp(milliseconds: 0),
        failingSince: Timestamp? = nil, pausedBecause: String? = nil
    ) {
        self.told = told
        self.attempts = attempts
        self.dueAt = dueAt
        self.failingSince = failingSince
        self.pausedBecause = pausedBecause
    }
}
