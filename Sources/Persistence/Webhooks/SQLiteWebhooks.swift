internal import Auth
internal import Base
internal import Channels
internal import Reactor

/// Webhooks on disk: found by the readers, changed by the committer.
struct SQLiteWebhooks: Webhooks {
    let readers: WorkPool<Reader>
    let committer: Committer
    let bells: Bells

    /// Rows taken away in one transaction.
    private static let pruneMax = 1_000
    /// Tries that are kept of one webhook.
    private static let deliveriesMax: Int64 = 10_000

    // MARK: Reading

    func all() async throws(WebhookFailure) -> [Webhook] {
        try await readers.look(or: WebhookFailure.self) { archive, _ throws(StoreFailure) in
            try archive.statement("SELECT \(WebhookRow.columns) FROM webhooks ORDER BY id")
                .all { row throws(StoreFailure) in WebhookRow.read(row) }
        }
    }

    func deliveries(
        of id: Int64, before: Int64?, limit: Int
    ) async throws(WebhookFailure) -> [WebhookDelivery]? {
        try await readers.look(or: WebhookFailure.self) { archive, _ throws(StoreFailure) in
            let isThere = try archive.statement("SELECT 1 FROM webhooks WHERE id = ?").bind(id)
                .first { _ throws(StoreFailure) in true }
            guard isThere != nil else { return nil }
            return try archive.statement(
                """
                SELECT id, event, type, attempt, at, status, error, outcome, duration FROM deliveries
                WHERE webhook = ? AND id < ? ORDER BY id DESC LIMIT ?
                """
            ).bind(id).bind(before ?? .max).bind(limit).all { row throws(StoreFailure) in WebhookRow.delivery(row) }
        }
    }

    func secret(of id: Int64) async throws(WebhookFailure) -> Secret? {
        try await readers.look(or: WebhookFailure.self) { archive, _ throws(StoreFailure) in
            try archive.statement("SELECT secret FROM webhooks WHERE id = ?").bind(id)
                .first { row throws(StoreFailure) in Secret(row.bytes(0)) }
        }
    }

    func outbox(after position: Int64, limit: Int) async throws(WebhookFailure) -> [OutsideEvent] {
        try await readers.look(or: WebhookFailure.self) { archive, _ throws(StoreFailure) in
            try archive.statement("SELECT id, type, at, data FROM outbox WHERE id > ? ORDER BY id LIMIT ?").bind(
                position
            )
            .bind(limit).all { row throws(StoreFailure) in OutboxRow.read(row) }
        }
    }

    // MARK: Changing

    func create(
        url: String, events: [String], secret: Secret, by cause: Cause
    ) async throws(WebhookFailure) -> Webhook {
        let made = try await committer.change(or: WebhookFailure.self) { [bells] transaction throws(StoreFailure) in
            let database = transaction.database
            guard try database.integer("SELECT count(*) FROM webhooks") < Int64(Webhook.countMax) else {
                return nil as Webhook?
            }
            try database.prepare(
                """
                INSERT INTO webhooks (url, secret, events, active, created_at, outbox_cursor, journal_cursor)
                VALUES (?, ?, ?, 1, ?, (SELECT coalesce(max(id), 0) FROM outbox),
                (SELECT coalesce(max(position), 0) FROM journal))
                """
            ).bind(url).bind(blob: secret.withBytes { Array($0) }).bind(events.joined(separator: " "))
                .bind(transaction.now).run()
            let id = database.lastInsertedRow
            try transaction.record(.webhookCreated, by: cause, target: "webhook:\(id)", detail: url)
            return try Self.changed(id, &transaction, bells)
        }
        guard let made else { throw .full }
        return made
    }

    func change(
        _ id: Int64, url: String?, events: [String]?, isActive: Bool?, by cause: Cause
    ) async throws(WebhookFailure) -> Webhook? {
        try await committer.change(or: WebhookFailure.self) { [bells] transaction throws(StoreFailure) in
            try transaction.database.prepare(
                """
                UPDATE webhooks SET url = coalesce(?2, url), events = coalesce(?3, events),
                active = coalesce(?4, active), attempts = 0, due_at = 0, failing_since = NULL WHERE id = ?1
                """
            ).bind(id).bind(url).bind(events?.joined(separator: " ")).bind(isActive.map { $0 ? 1 : 0 as Int64 }).run()
            guard transaction.database.changes == 1 else { return nil }
            try transaction.record(.webhookChanged, by: cause, target: "webhook:\(id)", detail: url)
            return try Self.changed(id, &transaction, bells)
        }
    }

    func delete(_ id: Int64, by cause: Cause) async throws(WebhookFailure) -> Bool {
        try await committer.change(or: WebhookFailure.self) { [bells] transaction throws(StoreFailure) in
            try transaction.database.prepare("DELETE FROM webhooks WHERE id = ?").bind(id).run()
            guard transaction.database.changes == 1 else { return false }
            try transaction.record(.webhookDeleted, by: cause, target: "webhook:\(id)")
            _ = try Self.changed(id, &transaction, bells)
            return true
        }
    }

    func publish(
        type: String, data: [UInt8], externalID: String, by cause: Cause
    ) async throws(WebhookFailure) -> Bool {
        try await committer.change(or: WebhookFailure.self) { transaction throws(StoreFailure) in
            let found = try transaction.database.prepare("SELECT 1 FROM outbox WHERE external_id = ?").bind(externalID)
                .first { _ throws(StoreFailure) in true }
            guard found == nil else { return false }
            try OutboxRow.insert(
                type, data, externalID: externalID, at: transaction.now, in: transaction.database)
            transaction.rings.insert(.events)
            return true
        }
    }

    func record(
        _ delivery: WebhookDelivery?, _ progress: WebhookProgress, of id: Int64
    ) async throws(WebhookFailure) {
        try await committer.change(or: WebhookFailure.self) { [bells] transaction throws(StoreFailure) in
            let database = transaction.database
            try database.prepare(
                """
                UPDATE webhooks SET outbox_cursor = ?, journal_cursor = ?, attempts = ?, due_at = ?, failing_since = ?,
                active = active AND ? WHERE id = ?
                """
            ).bind(progress.told.outbox).bind(progress.told.journal).bind(progress.attempts).bind(progress.dueAt)
                .bind(progress.failingSince).bind(progress.pausedBecause == nil).bind(id).run()
            guard database.changes == 1 else { return }
            if let delivery { try Self.keep(delivery, of: id, in: database) }
            guard let why = progress.pausedBecause else { return }
            try transaction.record(.webhookPaused, by: .server, target: "webhook:\(id)", detail: why)
            _ = try Self.changed(id, &transaction, bells)
        }
    }

    func prune(before time: Timestamp) async throws(WebhookFailure) -> Bool {
        try await committer.change(or: WebhookFailure.self) { transaction throws(StoreFailure) in
            var hasMore = false
            for table in ["outbox", "deliveries"] {
                try transaction.database.prepare(
                    "DELETE FROM \(table) WHERE id IN (SELECT id FROM \(table) WHERE at < ? LIMIT ?)"
                ).bind(time).bind(Self.pruneMax).run()
                hasMore = hasMore || transaction.database.changes == Self.pruneMax
            }
            return hasMore
        }
    }

    // MARK: Steps

    private static func keep(
        _ delivery: WebhookDelivery, of id: Int64, in database: Database
    ) throws(StoreFailure) {
        try database.prepare(
            """
            INSERT INTO deliveries (webhook, event, type, attempt, at, status, error, outcome, duration)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        ).bind(id).bind(delivery.event).bind(delivery.type).bind(delivery.attempt).bind(delivery.at)
            .bind(delivery.status.map { Int64($0) }).bind(delivery.error).bind(delivery.outcome.rawValue)
            .bind(delivery.durationMilliseconds).run()
        try database.prepare(
            """
            DELETE FROM deliveries WHERE id = (
                SELECT id FROM deliveries WHERE webhook = ? ORDER BY id DESC LIMIT 1 OFFSET ?)
            """
        ).bind(id).bind(deliveriesMax).run()
    }

    /// The webhook as it is now; wakes who tells them.
    private static func changed(
        _ id: Int64, _ transaction: inout Transaction, _ bells: Bells
    ) throws(StoreFailure) -> Webhook? {
        bells.hasListeners = try transaction.database.integer("SELECT count(*) FROM webhooks WHERE active = 1") > 0
        transaction.rings.insert(.events)
        return try transaction.database.prepare("SELECT \(WebhookRow.columns) FROM webhooks WHERE id = ?").bind(id)
            .first { row throws(StoreFailure) in WebhookRow.read(row) }
    }
}
