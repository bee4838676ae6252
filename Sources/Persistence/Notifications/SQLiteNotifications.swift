internal import Base
internal import Channels
internal import Reactor

/// Users' feeds, as they are read, and what users want of them.
struct SQLiteNotifications: NotificationFeed {
    let readers: WorkPool<Reader>
    let committer: Committer

    /// Rows taken away in one transaction.
    private static let pruneMax = 1_000

    func page(
        of user: UserID, before id: Int64?, isUnreadOnly: Bool, limit: Int
    ) async throws(Rejection) -> [NotificationView] {
        try await read { reader throws(StoreFailure) in
            try reader.notifications(of: user, before: id ?? .max, isUnreadOnly: isUnreadOnly, limit: limit)
        }
    }

    func some(_ ids: [Int64], of user: UserID) async throws(Rejection) -> [NotificationView] {
        try await read { reader throws(StoreFailure) in try reader.notifications(ids, of: user) }
    }

    func unread(of user: UserID) async throws(Rejection) -> UnreadNotifications {
        try await read { reader throws(StoreFailure) in try reader.unreadNotifications(of: user) }
    }

    func preferences(of user: UserID) async throws(Rejection) -> NotificationPreferences {
        try await read { reader throws(StoreFailure) in try reader.notificationPreferences(of: user) }
    }

    func set(_ preferences: NotificationPreferences, of user: UserID) async throws(Rejection) {
        try await change { transaction throws(StoreFailure) in
            try transaction.database.prepare(
                """
                INSERT INTO notification_preferences SELECT id, ?, ? FROM users WHERE id = ? AND deleted_at IS NULL
                ON CONFLICT (user) DO UPDATE SET unwanted = excluded.unwanted, unpushed = excluded.unpushed
                """
            ).bind(Self.stored(preferences.unwanted)).bind(Self.stored(preferences.unpushed)).bind(user).run()
        }
    }

    func prune(before time: Timestamp) async throws(Rejection) -> Bool {
        try await change { transaction throws(StoreFailure) in
            // The numbers rise with the time.
            try transaction.database.prepare(
                """
                DELETE FROM notifications WHERE created_at < ?
                AND id IN (SELECT id FROM notifications ORDER BY id LIMIT ?)
                """
            ).bind(time).bind(Self.pruneMax).run()
            return transaction.database.changes == Self.pruneMax
        }
    }

    private static func stored(_ kinds: Set<Notification.Kind>) -> String {
        kinds.map(\.rawValue).sorted().joined(separator: " ")
    }

    private func read<Value: Sendable>(
        _ body: @escaping @Sendable (ArchiveReader) throws(StoreFailure) -> Value
    ) async throws(Rejection) -> Value {
        switch await readers.run({ reader in reader.use { archive, _ throws(StoreFailure) in try body(archive) } }) {
        case nil: throw .overloaded
        case .failure(.unreadable): throw .unreadable
        case .failure: throw Rejection(.internal, "the notifications cannot be read")
        case .success(let value): return value
        }
    }

    private func change<Value: Sendable>(
        _ body: @escaping @Sendable (inout Transaction) throws(StoreFailure) -> Value
    ) async throws(Rejection) -> Value {
        switch await committer.transact(body) {
        case .success(let value): return value
        case .failure(.overloaded): throw .overloaded
        case .failure(.full): throw .storageFull
        }
    }
}

extension ArchiveReader {
    /// A page of a user's feed, the newest first, each with what may be seen now of what it is about.
    func notifications(
        of user: UserID, before id: Int64, isUnreadOnly: Bool, limit: Int
    ) throws(StoreFailure) -> [NotificationView] {
        let rows = try statement(
            """
            SELECT \(NotificationRow.columns) FROM notifications WHERE user = ? AND id < ?
            \(isUnreadOnly ? "AND read_at IS NULL" : "") ORDER BY id DESC LIMIT ?
            """
        ).bind(user).bind(id).bind(limit).all { row throws(StoreFailure) in try NotificationRow.read(row) }
        var views: [NotificationView] = []
        for row in rows { views.append(try view(row)) }
        return views
    }

    /// Those of a user's that are there, likewise.
    func notifications(_ ids: [Int64], of user: UserID) throws(StoreFailure) -> [NotificationView] {
        var views: [NotificationView] = []
        for id in ids {
            let row = try statement("SELECT \(NotificationRow.columns) FROM notifications WHERE id = ? AND user = ?")
                .bind(id).bind(user).first { row throws(StoreFailure) in try NotificationRow.read(row) }
            if let row { views.append(try view(row)) }
        }
        return views
    }

    private func view(_ notification: Notification) throws(StoreFailure) -> NotificationView {
        let content = notification.content
        var subject: UserCard?
        if case .user(let user) = content.reference { subject = try card(of: user) }
        return NotificationView(
            notification, actor: try content.actor.flatMap { user throws(StoreFailure) in try card(of: user) },
            subject: subject, message: try shown(content))
    }

    /// The message that it is about; of a channel the last one.
    private func shown(_ content: NewNotification) throws(StoreFailure) -> Message? {
        guard let channel = content.channel else { return nil }
        let waiting = recent.events(of: channel)
        return try snapshot { () throws(StoreFailure) in
            guard let sight = try sight(of: channel, for: content.user) else { return nil }
            var number = content.messageNumber
            if number == nil, content.kind == .newMessage { number = try lastNumber(in: channel, waiting) }
            guard let number, sight.sees(number), let message = try message(number, in: channel, waiting),
                !message.isDeleted
            else { return nil }
            return message
        }
    }

    private func lastNumber(in channel: ChannelID, _ waiting: [StoredEvent]) throws(StoreFailure) -> Int64? {
        for stored in waiting.reversed() {
            if case .messageCreated(let message) = stored.event.fact { return message.number }
        }
        return try statement("SELECT last_message_number FROM heads WHERE channel = ?").bind(channel)
            .first { row throws(StoreFailure) in row.integer(0) }
    }

    private func card(of user: UserID) throws(StoreFailure) -> UserCard? {
        try statement("SELECT id, username, display_name, deleted_at FROM users WHERE id = ?").bind(user)
            .first { row throws(StoreFailure) in try UserCard(row) }
    }

    func unreadNotifications(of user: UserID) throws(StoreFailure) -> UnreadNotifications {
        let rows = try statement(
            "SELECT type = 'new_message', channel FROM notifications WHERE user = ? AND read_at IS NULL"
        ).bind(user).all { row throws(StoreFailure) in
            (isShared: row.integer(0) != 0, channel: row.integerOrNull(1).flatMap { ChannelID(rawValue: $0) })
        }
        return UnreadNotifications(
            singleCount: Int64(rows.count { !$0.isShared }),
            channels: rows.compactMap { $0.isShared ? $0.channel : nil })
    }

    func notificationPreferences(of user: UserID) throws(StoreFailure) -> NotificationPreferences {
        let kinds = { (text: String) in
            Set(text.split(separator: " ").compactMap { Notification.Kind(rawValue: String($0)) })
        }
        return try statement("SELECT unwanted, unpushed FROM notification_preferences WHERE user = ?").bind(user)
            .first { row throws(StoreFailure) in
                NotificationPreferences(unwanted: kinds(row.string(0)), unpushed: kinds(row.string(1)))
            } ?? NotificationPreferences()
    }
}
