internal import Base
internal import Channels

/// Messages and what becomes of them.
extension SQLiteChannelStore {
    func message(_ number: Int64, in channel: ChannelID) throws(StoreFailure) -> Message? {
        guard let position = try position(of: number, in: channel) else { return nil }
        guard let message = try message(at: position), message.channel == channel, message.number == number else {
            throw .damaged("the index points to the wrong row \(position) of the journal")
        }
        return message
    }

    func messages(_ range: ClosedRange<Int64>, in channel: ChannelID) throws(StoreFailure) -> [Message] {
        var messages: [Message] = []
        for number in range {
            if let message = try message(number, in: channel) { messages.append(message) }
        }
        return messages
    }

    mutating func erase(_ message: Message) throws(StoreFailure) {
        try amend(message)
        for table in ["reactions", "pins", "replies", "file_references", "notifications"] {
            try statement("DELETE FROM \(table) WHERE channel = ? AND message_number = ?").bind(message.channel)
                .bind(message.number).run()
        }
    }

    func addReply(_ number: Int64, to thread: Int64, in channel: ChannelID) throws(StoreFailure) {
        try statement("INSERT INTO replies VALUES (?, ?, ?)").bind(channel).bind(number).bind(thread).run()
    }

    // MARK: Reactions and pins

    func reactionKinds(
        of number: Int64, in channel: ChannelID, including emoji: String
    ) throws(StoreFailure) -> (count: Int, hasThis: Bool) {
        let kinds = try statement("SELECT DISTINCT emoji FROM reactions WHERE channel = ? AND message_number = ?")
            .bind(channel).bind(number).all { row throws(StoreFailure) in row.string(0) }
        return (kinds.count, kinds.contains(emoji))
    }

    func setReaction(
        _ emoji: String, of user: UserID, to number: Int64, in channel: ChannelID, isAdded: Bool, at now: Timestamp
    ) throws(StoreFailure) -> Bool {
        if isAdded {
            try statement("INSERT INTO reactions VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING").bind(channel)
                .bind(number).bind(emoji).bind(user).bind(now).run()
        } else {
            try statement(
                "DELETE FROM reactions WHERE channel = ? AND message_number = ? AND emoji = ? AND user = ?"
            ).bind(channel).bind(number).bind(emoji).bind(user).run()
        }
        guard database.changes > 0 else { return false }
        if !isAdded {
            try statement(
                """
                DELETE FROM notifications
                WHERE channel = ? AND message_number = ? AND type = 'reaction' AND actor = ? AND detail = ?
                """
            ).bind(channel).bind(number).bind(user).bind(emoji).run()
        }
        return true
    }

    func setPin(
        of number: Int64, in channel: ChannelID, isPinned: Bool, by user: UserID, at now: Timestamp
    ) throws(StoreFailure) -> Bool {
        if isPinned {
            try statement("INSERT INTO pins VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING").bind(channel).bind(number)
                .bind(user).bind(now).run()
        } else {
            try statement("DELETE FROM pins WHERE channel = ? AND message_number = ?").bind(channel).bind(number).run()
        }
        return database.changes > 0
    }

    func pinCount(in channel: ChannelID, besides number: Int64) throws(StoreFailure) -> Int {
        Int(
            try statement("SELECT count(*) FROM pins WHERE channel = ? AND message_number <> ?").bind(channel)
                .bind(number).first { row throws(StoreFailure) in row.integer(0) } ?? 0)
    }

    // MARK: Who sees what

    func changeDeleted(_ change: NumberRanges.Change, in channel: ChannelID) throws(StoreFailure) {
        for range in change.removed {
            try statement("DELETE FROM deleted WHERE channel = ? AND first = ?").bind(channel).bind(range.lowerBound)
                .run()
        }
        for range in change.added {
            try statement("INSERT INTO deleted VALUES (?, ?, ?)").bind(channel).bind(range.lowerBound)
                .bind(range.upperBound).run()
        }
    }

    func changeHidden(
        _ change: NumberRanges.Change, of user: UserID, in channel: ChannelID
    ) throws(StoreFailure) {
        for range in change.removed {
            try statement("DELETE FROM hidden WHERE channel = ? AND user = ? AND first = ?").bind(channel).bind(user)
                .bind(range.lowerBound).run()
        }
        for range in change.added {
            try statement("INSERT INTO hidden VALUES (?, ?, ?, ?)").bind(channel).bind(user).bind(range.lowerBound)
                .bind(range.upperBound).run()
            try removeNotifications(in: channel, range, of: user)
        }
    }

    func addMention(of user: UserID, by number: Int64, in channel: ChannelID) throws(StoreFailure) {
        try statement("INSERT INTO mentions VALUES (?, ?, ?) ON CONFLICT DO NOTHING").bind(channel).bind(user)
            .bind(number).run()
    }

    func removeMention(of user: UserID, by number: Int64, in channel: ChannelID) throws(StoreFailure) {
        try statement("DELETE FROM mentions WHERE channel = ? AND user = ? AND message_number = ?").bind(channel)
            .bind(user).bind(number).run()
        try removeNotifications(in: channel, number...number, of: user)
    }

    func removeMentions(of user: UserID, through number: Int64, in channel: ChannelID) throws(StoreFailure) {
        try statement("DELETE FROM mentions WHERE channel = ? AND user = ? AND message_number <= ?").bind(channel)
            .bind(user).bind(number).run()
    }

    func insertReport(
        _ report: ReportMessage, by user: UserID, at now: Timestamp
    ) throws(StoreFailure) -> Int64 {
        try statement(
            """
            INSERT INTO reports (channel, message_number, reporter, reason, comment, created_at)
            VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (channel, message_number, reporter) DO UPDATE SET
            reason = excluded.reason, comment = excluded.comment
            """
        ).bind(report.channel).bind(report.number).bind(user).bind(report.reason).bind(report.comment).bind(now).run()
        return try statement(
            "SELECT id FROM reports WHERE channel = ? AND message_number = ? AND reporter = ?"
        ).bind(report.channel).bind(report.number).bind(user)
            .first { row throws(StoreFailure) in row.integer(0) } ?? 0
    }

    // MARK: Retention

    func channelsToPurge(after channel: Int64, limit: Int) throws(StoreFailure) -> [RetainingChannel] {
        try statement(
            """
            SELECT id, retention_seconds FROM channels WHERE retention_seconds IS NOT NULL AND id > ?
            ORDER BY id LIMIT ?
            """
        ).bind(channel).bind(limit).all { row throws(StoreFailure) in
            guard let id = ChannelID(rawValue: row.integer(0)) else { throw .damaged("a channel's number is damaged") }
            return RetainingChannel(id: id, seconds: row.integer(1))
        }
    }

    /// Only what is indexed is taken away: what is not is minutes old at most, and its places in the indexes are still
    /// to be written.
    mutating func purge(
        _ channel: ChannelID, before time: Timestamp, limit: Int
    ) throws(StoreFailure) -> (place: LogPlace, count: Int)? {
        let described = try statement("SELECT purged_seq, purged_number, deleted_at FROM channels WHERE id = ?")
            .bind(channel).first { row throws(StoreFailure) in
                (place: LogPlace(seq: row.integer(0), number: row.integer(1)), isDeleted: !row.isNull(2))
            }
        guard let (before, isDeleted) = described else { return nil }
        var place = before
        let waiting = recent.events(of: channel).first ?? appended.first { $0.event.channel == channel }
        let end = waiting?.event.seq ?? .max
        let rows = try statement(
            """
            SELECT i.seq, i.position, j.at, j.message_number, j.sender, j.client_msg_id, j.kind FROM log_index i
            JOIN journal j ON j.position = i.position WHERE i.channel = ? AND i.seq > ? AND i.seq < ?
            ORDER BY i.seq LIMIT ?
            """
        ).bind(channel).bind(before.seq).bind(end).bind(limit).all { row throws(StoreFailure) in
            (
                seq: row.integer(0), position: row.integer(1), at: row.time(2), number: row.integer(3),
                sender: row.integer(4), name: row.bytes(5), isMessage: row.integer(6) == 1
            )
        }
        let old = rows.prefix { $0.at < time }
        if isDeleted, rows.isEmpty, waiting == nil {
            // Nothing is left of it, and there is nothing more to look for.
            try statement("UPDATE channels SET retention_seconds = NULL WHERE id = ?").bind(channel).run()
        }
        guard let last = old.last else { return nil }
        for row in old {
            try statement("DELETE FROM journal WHERE position = ?").bind(row.position).run()
            guard row.isMessage else { continue }
            place.number = row.number
            try statement("DELETE FROM retry_index WHERE channel = ? AND sender = ? AND client_msg_id = ?")
                .bind(channel).bind(row.sender).bind(text: row.name).run()
        }
        place.seq = last.seq
        try statement("DELETE FROM log_index WHERE channel = ? AND seq <= ?").bind(channel).bind(place.seq).run()
        for table in ["message_index", "reactions", "pins", "replies", "file_references", "notifications"] {
            try statement("DELETE FROM \(table) WHERE channel = ? AND message_number <= ?").bind(channel)
                .bind(place.number).run()
        }
        try purgeMarks(of: channel, through: place.number)
        try statement("UPDATE channels SET purged_seq = ?, purged_number = ? WHERE id = ?").bind(place.seq)
            .bind(place.number).bind(channel).run()
        erased()
        return (place, old.count)
    }

    private func purgeMarks(of channel: ChannelID, through number: Int64) throws(StoreFailure) {
        try statement("DELETE FROM mentions WHERE channel = ? AND message_number <= ?").bind(channel).bind(number).run()
        for table in ["deleted", "hidden"] {
            try statement("DELETE FROM \(table) WHERE channel = ? AND last <= ?").bind(channel).bind(number).run()
            try statement("UPDATE \(table) SET first = ? WHERE channel = ? AND first <= ?").bind(number + 1).bind(
                channel
            )
            .bind(number).run()
        }
    }
}
