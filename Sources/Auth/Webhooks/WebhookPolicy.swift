public import Base

/// Decides what becomes of an event and its webhook after a try. A value, without clock or socket.
///
/// A webhook is told one event after the other. One that fails stays at the head until it is answered well or too old,
/// and what is behind it waits: so events come in order, except that one that was left out is missing.
public struct WebhookPolicy: Sendable, Equatable {
    public var tries = JobPolicy(
        concurrencyMax: 1, firstWaitSeconds: 5, waitSecondsMax: 86_400, giveUpSeconds: 3 * 86_400)
    /// Seconds of failing after which a webhook is told nothing more.
    public var pauseSeconds: Int64 = 5 * 86_400

    public init() {}

    public enum Answer: Sendable, Equatable {
        case status(Int)
        case failed(String)
    }

    /// - Parameters:
    ///   - event: when the event happened.
    ///   - next: how far the webhook will have been told when this event is over.
    public func judge(
        _ answer: Answer, of webhook: Webhook, event: Timestamp, next: Webhook.Place, at now: Timestamp,
        random: inout RandomSource
    ) -> (outcome: WebhookDelivery.Outcome, progress: WebhookProgress) {
        if case .status(200..<300) = answer { return (.delivered, WebhookProgress(told: next)) }
        var progress = WebhookProgress(
            told: webhook.told, attempts: webhook.attempts + 1, failingSince: webhook.failingSince ?? now)
        // Gone (RFC 9110 section 15.5.11): the other side wants to hear nothing more.
        if case .status(410) = answer {
            progress.pausedBecause = "it answered 410 Gone"
            return (.failed, progress)
        }
        progress.dueAt = Timestamp(
            milliseconds: now.milliseconds + tries.wait(after: progress.attempts, random: &random))
        if let since = progress.failingSince, now >= since.adding(seconds: pauseSeconds) {
            progress.pausedBecause = "it failed for \(pauseSeconds / 86_400) days"
            return (.failed, progress)
        }
        guard progress.dueAt < event.adding(seconds: tries.giveUpSeconds) else {
            // The waits stay long: what is behind it will hardly fare better.
            progress.told = next
            return (.failed, progress)
        }
        return (.retried, progress)
    }
}
