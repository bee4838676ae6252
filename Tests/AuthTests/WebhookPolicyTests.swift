import Base
import Testing

@testable import Auth

@Suite("What becomes of a webhook") struct WebhookPolicyTests {
    private let start = Timestamp(milliseconds: 1_790_000_000_000)
    private let here = Webhook.Place(outbox: 3, journal: 40)
    private let next = Webhook.Place(outbox: 3, journal: 41)

    private func webhook(attempts: Int = 0, failingSince: Timestamp? = nil) -> Webhook {
        Webhook(
            id: 1, url: "https://example.org/", events: ["*"], isActive: true, createdAt: start, told: here,
            attempts: attempts, failingSince: failingSince)
    }

    private func judge(
        _ answer: WebhookPolicy.Answer, _ webhook: Webhook, event: Timestamp, at now: Timestamp
    ) -> (outcome: WebhookDelivery.Outcome, progress: WebhookProgress) {
        var random = RandomSource(seed: 1)
        return WebhookPolicy().judge(answer, of: webhook, event: event, next: next, at: now, random: &random)
    }

    @Test(arguments: [200, 201, 202, 204, 299]) func `that answers well is told what comes next`(status: Int) {
        let (outcome, progress) = judge(
            .status(status), webhook(attempts: 4, failingSince: start), event: start, at: start)
        #expect(outcome == .delivered)
        #expect(progress == WebhookProgress(told: next))
    }

    @Test(arguments: [100, 199, 300, 301, 302, 400, 401, 404, 429, 500, 503])
    func `that answers otherwise is told the same again`(status: Int) {
        let (outcome, progress) = judge(.status(status), webhook(), event: start, at: start)
        #expect(outcome == .retried)
        #expect(progress.told == here)
        #expect(progress.attempts == 1)
        #expect(progress.failingSince == start)
        #expect((3_750...5_000).contains(progress.dueAt.milliseconds - start.milliseconds))
        #expect(progress.pausedBecause == nil)
    }

    @Test func `is asked less and less, once a day at last, and told nothing more after five days`() {
        var hook = webhook(), now = start, tries = 0, longest: Int64 = 0
        var failed = 0
        while true {
            let (outcome, progress) = judge(.failed("nobody is there"), hook, event: start, at: now)
            tries += 1
            if outcome == .failed { failed += 1 }
            if progress.pausedBecause != nil { break }
            longest = max(longest, progress.dueAt.milliseconds - now.milliseconds)
            hook.attempts = progress.attempts
            hook.failingSince = progress.failingSince
            now = progress.dueAt
        }
        #expect((15...25).contains(tries))
        #expect(longest <= 86_400_000)
        #expect(failed >= 2, "the event is left out after three days, and the webhook after five")
        #expect(now >= start.adding(seconds: 5 * 86_400))
        #expect(now <= start.adding(seconds: 6 * 86_400 + 60))
    }

    @Test func `leaves out an event that is three days old, and goes on behind it without hurry`() {
        let now = start.adding(seconds: 3 * 86_400)
        let (outcome, progress) = judge(
            .status(500), webhook(attempts: 3, failingSince: now.adding(seconds: -60)), event: start, at: now)
        #expect(outcome == .failed)
        #expect(progress.told == next)
        #expect(progress.attempts == 4)
        #expect(progress.dueAt > now)
    }

    @Test func `that answers Gone is told nothing more`() {
        let (outcome, progress) = judge(.status(410), webhook(), event: start, at: start)
        #expect(outcome == .failed)
        #expect(progress.pausedBecause != nil)
        #expect(progress.told == here, "made active again, it goes on where it was")
    }

    @Test func `asks for events by name, by family, or for all`() {
        for (pattern, type, isWanted) in [
            ("*", "message.created", true), ("message.*", "message.created", true),
            ("message.created", "message.created", true), ("message.created", "message.updated", false),
            ("message.*", "messages.created", false), ("message.*", "message", false), ("user.*", "message.x", false),
        ] {
            #expect(Webhook.matches(pattern, type) == isWanted, "\(pattern) \(type)")
        }
        for pattern in ["*", "message.*", "message.created", "user.role_changed", "a"] {
            #expect(Webhook.isPattern(pattern), "\(pattern)")
        }
        for pattern in ["", "**", "*.created", ".", "a.", ".a", "a..b", "A", "a b", "message.*.x", "é"] {
            #expect(!Webhook.isPattern(pattern), "\(pattern)")
        }
    }
}
