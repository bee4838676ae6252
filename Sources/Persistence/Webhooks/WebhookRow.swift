internal import Auth
internal import Base
internal import Channels

/// Webhooks and what was tried with them, as rows.
enum WebhookRow {
    static let columns =
        "id, url, events, active, created_at, outbox_cursor, journal_cursor, attempts, due_at, failing_since"

    static func read(_ row: Statement) -> Webhook {
        Webhook(
            id: row.integer(0), url: row.string(1), events: row.string(2).split(separator: " ").map(String.init),
            isActive: row.integer(3) != 0, createdAt: row.time(4),
            told: Webhook.Place(outbox: row.integer(5), journal: row.integer(6)), attempts: Int(row.integer(7)),
            dueAt: row.time(8), failingSince: row.timeOrNull(9))
    }

    static func delivery(_ row: Statement) -> WebhookDelivery {
        WebhookDelivery(
            id: row.integer(0), event: row.string(1), type: row.string(2), attempt: Int(row.integer(3)),
            at: row.time(4), status: row.integerOrNull(5).map { Int($0) }, error: row.stringOrNull(6),
            outcome: WebhookDelivery.Outcome(rawValue: row.string(7)) ?? .failed,
            durationMilliseconds: Int(row.integer(8)))
    }
}
