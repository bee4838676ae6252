internal import Auth
internal import Base
internal import Channels

/// What is to be pushed, written in the transaction that makes it so.
extension SQLiteChannelStore {
    func hasDevices(_ user: UserID) -> Bool { owners.contains(user) }

    /// Has a job look after a while whether the user is there; until then what comes to the same topic adds nothing.
    mutating func push(
        _ kind: Notification.Kind, to user: UserID, _ topic: PushTopic, at due: Timestamp, at now: Timestamp
    ) throws(StoreFailure) {
        guard owners.contains(user), try pushes(kind, user) else { return }
        try statement(
            """
            INSERT INTO pushes VALUES (?, ?, 1, 0)
            ON CONFLICT (user, topic) DO UPDATE SET is_pending = 1 WHERE is_pending = 0
            """
        ).bind(user).bind(topic.name).run()
        guard database.changes > 0 else { return }
        try enqueue(PushOrder(user: user, topic: topic), at: due, at: now)
    }

    /// What was pushed and is read now is taken back; what was not pushed yet is not pushed any more.
    mutating func takeBack(_ topic: PushTopic, from user: UserID, at now: Timestamp) throws(StoreFailure) {
        guard owners.contains(user) else { return }
        let wasShown = try statement("DELETE FROM pushes WHERE user = ? AND topic = ? RETURNING is_shown").bind(user)
            .bind(topic.name).all { row throws(StoreFailure) in row.integer(0) != 0 }
        guard wasShown.first == true else { return }
        try enqueue(PushOrder(user: user, topic: topic, isClosing: true), at: now, at: now)
    }

    private func pushes(_ kind: Notification.Kind, _ user: UserID) throws(StoreFailure) -> Bool {
        let unpushed = try statement("SELECT unpushed FROM notification_preferences WHERE user = ?").bind(user)
            .first { row throws(StoreFailure) in row.string(0) }
        return unpushed.map { !$0.split(separator: " ").contains(Substring(kind.rawValue)) } ?? true
    }

    private mutating func enqueue(
        _ order: PushOrder, at due: Timestamp, at now: Timestamp
    ) throws(StoreFailure) {
        _ = try JobWriter(database, at: now).add(NewJob(PushOrder.kind, payload: order.payload, dueAt: due))
        hasQueuedJobs = true
    }
}
