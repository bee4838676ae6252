internal import Base
internal import Channels

/// Notifications as rows, both ways.
enum NotificationRow {
    static let columns =
        "id, user, type, actor, channel, message_number, reference_type, reference_id, detail, created_at, read_at"

    static func insert(_ new: NewNotification, at now: Timestamp, with statement: Statement) throws(StoreFailure) {
        let row = statement.bind(new.user).bind(new.kind.rawValue).bind(new.actor?.rawValue)
            .bind(new.channel?.rawValue).bind(new.messageNumber)
        switch new.reference {
        case .channel, .message: _ = row.bindNull().bindNull()
        case .user, .other: _ = row.bind(new.reference.type).bind(new.reference.id)
        }
        try row.bind(new.detail).bind(now).run()
    }

    static let insertion =
        """
        INSERT INTO notifications
        (user, type, actor, channel, message_number, reference_type, reference_id, detail, created_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    static func read(_ row: Statement) throws(StoreFailure) -> Notification {
        guard let user = UserID(rawValue: row.integer(1)), let kind = Notification.Kind(rawValue: row.string(2)),
            let reference = reference(row)
        else { throw .damaged("the notification \(row.integer(0)) is damaged") }
        let content = NewNotification(
            kind, to: user, from: row.integerOrNull(3).flatMap { UserID(rawValue: $0) }, about: reference,
            detail: row.stringOrNull(8))
        return Notification(id: row.integer(0), content, createdAt: row.time(9), readAt: row.timeOrNull(10))
    }

    private static func reference(_ row: Statement) -> NewNotification.Reference? {
        if let raw = row.integerOrNull(4) {
            guard let channel = ChannelID(rawValue: raw) else { return nil }
            return row.integerOrNull(5).map { .message(channel, $0) } ?? .channel(channel)
        }
        guard let type = row.stringOrNull(6), let id = row.stringOrNull(7) else { return nil }
        guard type == "user" else { return .other(type, id: id) }
        return UserID(id).map { .user($0) }
    }
}
