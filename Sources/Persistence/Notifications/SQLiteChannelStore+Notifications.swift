internal import Base
internal import Channels

/// Users' feeds, as the ledger writes them.
extension SQLiteChannelStore {
    func insert(
        _ new: NewNotification, at now: Timestamp, countMax: Int
    ) throws(StoreFailure) -> Notification {
        try NotificationRow.insert(new, at: now, with: try statement(NotificationRow.insertion))
        let id = database.lastInsertedRow
        // Now and then is enough: so many more are no burden.
        if id % Self.trimInterval == 0 {
            try statement(
                """
                DELETE FROM notifications WHERE user = ?1 AND id <=
                (SELECT id FROM notifications WHERE user = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)
                """
            ).bind(new.user).bind(countMax).run()
        }
        return Notification(id: id, new, createdAt: now)
    }

    private static let trimInterval: Int64 = 16

    func wants(_ kind: Notification.Kind, _ user: UserID) throws(StoreFailure) -> Bool {
        let unwanted = try statement("SELECT unwanted FROM notification_preferences WHERE user = ?").bind(user)
            .first { row throws(StoreFailure) in row.string(0) }
        return unwanted.map { !$0.split(separator: " ").contains(Substring(kind.rawValue)) } ?? true
    }

    func setMark(_ mark: NotificationMark, of user: UserID, in channel: ChannelID) throws(StoreFailure) {
        try statement(
            """
            INSERT INTO notification_marks VALUES (?, ?, ?, ?)
            ON CONFLICT (channel, user) DO UPDATE SET number = excluded.number, is_open = excluded.is_open
            """
        ).bind(channel).bind(user).bind(mark.number).bind(mark.isOpen).run()
    }

    func marks(of channel: ChannelID) throws(StoreFailure) -> [UserID: NotificationMark] {
        let rows = try statement("SELECT user, number, is_open FROM notification_marks WHERE channel = ?").bind(channel)
            .all { row throws(StoreFailure) in
                (
                    user: UserID(rawValue: row.integer(0)),
                    mark: NotificationMark(number: row.integer(1), isOpen: row.integer(2) != 0)
                )
            }
        return rows.reduce(into: [:]) { marks, row in
            if let user = row.user { marks[user] = row.mark }
        }
    }

    func hasNotification(_ id: Int64, of user: UserID) throws(StoreFailure) -> Bool {
        try statement("SELECT 1 FROM notifications WHERE id = ? AND user = ?").bind(id).bind(user)
            .first { _ throws(StoreFailure) in true } ?? false
    }

    func read(
        _ which: ReadNotifications, of user: UserID, at now: Timestamp
    ) throws(StoreFailure) -> [Notification] {
        let (comparison, id) =
            switch which {
            case .one(let id): ("=", id)
            case .through(let id): ("<=", id)
            }
        return try statement(
            """
            UPDATE notifications SET read_at = ? WHERE user = ? AND read_at IS NULL AND id \(comparison) ?
            RETURNING \(NotificationRow.columns)
            """
        ).bind(now).bind(user).bind(id).all { row throws(StoreFailure) in try NotificationRow.read(row) }
    }

    func readNotifications(
        of user: UserID, in channel: ChannelID, through number: Int64, isAllRead: Bool, at now: Timestamp
    ) throws(StoreFailure) -> [Notification] {
        try statement(
            """
            UPDATE notifications SET read_at = ? WHERE user = ? AND channel = ? AND read_at IS NULL
            AND CASE type WHEN 'new_message' THEN ? WHEN 'mention' THEN message_number <= ? ELSE 1 END
            RETURNING \(NotificationRow.columns)
            """
        ).bind(now).bind(user).bind(channel).bind(isAllRead).bind(number).all { row throws(StoreFailure) in
            try NotificationRow.read(row)
        }
    }

    /// What is left of a channel or a message that is gone, for one user or for all.
    func removeNotifications(
        in channel: ChannelID, _ numbers: ClosedRange<Int64>? = nil, of user: UserID? = nil
    ) throws(StoreFailure) {
        let whose = user == nil ? "" : " AND user = ?"
        let which = numbers == nil ? "" : " AND message_number BETWEEN ? AND ?"
        var row = try statement("DELETE FROM notifications WHERE channel = ?\(whose)\(which)").bind(channel)
        if let user { row = row.bind(user) }
        if let numbers { row = row.bind(numbers.lowerBound).bind(numbers.upperBound) }
        try row.run()
        guard numbers == nil else { return }
        row = try statement("DELETE FROM notification_marks WHERE channel = ?\(whose)").bind(channel)
        if let user { row = row.bind(user) }
        try row.run()
    }

    // MARK: What was looked at

    func setNotified(through place: Int64) throws(StoreFailure) {
        try statement("UPDATE meta SET value = ? WHERE name = 'notified_through'").bind(place).run()
    }

    func saidSinceNotified() throws(StoreFailure) -> [(number: Int64, channel: ChannelID, sender: UserID)] {
        let rows = try statement(
            """
            SELECT message_number, channel, sender FROM journal WHERE kind = 1
            AND position > (SELECT value FROM meta WHERE name = 'notified_through') ORDER BY position
            """
        ).all { row throws(StoreFailure) in
            (
                number: row.integer(0), channel: ChannelID(rawValue: row.integer(1)),
                sender: UserID(rawValue: row.integer(2))
            )
        }
        return rows.compactMap { row in
            guard let channel = row.channel, let sender = row.sender else { return nil }
            return (row.number, channel, sender)
        }
    }
}
