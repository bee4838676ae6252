internal import Base
internal import Channels

/// Channels and users.
extension SQLiteChannelStore {
    func insert(_ channel: ChannelState) throws(StoreFailure) {
        let profile = channel.profile
        try statement(
            """
            INSERT INTO channels (id, kind, name, created_at, topic, visibility, history, retention_seconds,
            archived_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        ).bind(channel.id).bind(channel.kind.rawValue).bind(profile.name).bind(channel.createdAt).bind(profile.topic)
            .bind(profile.visibility.rawValue).bind(profile.history.rawValue).bind(profile.retentionSeconds)
            .bind(profile.archivedAt).bind(channel.updatedAt).run()
        for (user, member) in channel.members { try setMember(member, as: user, of: channel.id) }
    }

    mutating func update(
        _ channel: ChannelID, _ profile: ChannelProfile, at now: Timestamp
    ) throws(StoreFailure) {
        try statement(
            """
            UPDATE channels SET name = ?, topic = ?, visibility = ?, history = ?, retention_seconds = ?,
            archived_at = ?, updated_at = ? WHERE id = ?
            """
        ).bind(profile.name).bind(profile.topic).bind(profile.visibility.rawValue).bind(profile.history.rawValue)
            .bind(profile.retentionSeconds).bind(profile.archivedAt).bind(now).bind(channel).run()
        erased()
    }

    mutating func delete(_ channel: ChannelID, at now: Timestamp) throws(StoreFailure) {
        // The row stays, so that its number is never given again; keeping nothing, it is soon emptied.
        try statement(
            "UPDATE channels SET deleted_at = ?, retention_seconds = 0, name = NULL, topic = NULL WHERE id = ?"
        ).bind(now).bind(channel).run()
        try statement("DELETE FROM members WHERE channel = ?").bind(channel).run()
        try statement("DELETE FROM invites WHERE channel = ?").bind(channel).run()
        try statement("DELETE FROM file_references WHERE channel = ?").bind(channel).run()
        try statement("DELETE FROM hidden WHERE channel = ?").bind(channel).run()
        try statement("DELETE FROM mentions WHERE channel = ?").bind(channel).run()
        try removeNotifications(in: channel)
        erased()
    }

    /// The last number of a channel for many that was given.
    static let lastGroupSQL = "SELECT coalesce(max(id), 0) FROM channels WHERE id < 1 << 60"

    func nextGroupID() throws(StoreFailure) -> ChannelID {
        let last = try statement(Self.lastGroupSQL)
            .first { row throws(StoreFailure) in row.integer(0) }
        guard let id = ChannelID(rawValue: (last ?? 0) + 1) else {
            throw .broken("there are no more channel numbers")
        }
        return id
    }

    mutating func channel(_ id: ChannelID) throws(StoreFailure) -> ChannelState? {
        let found = try statement(
            """
            SELECT kind, name, created_at, topic, visibility, history, retention_seconds, archived_at, updated_at,
            purged_seq, purged_number FROM channels WHERE id = ? AND deleted_at IS NULL
            """
        ).bind(id).first { row throws(StoreFailure) -> ChannelState? in
            guard let kind = ChannelState.Kind(rawValue: row.string(0)),
                let visibility = ChannelProfile.Visibility(rawValue: row.string(4)),
                let history = ChannelProfile.History(rawValue: row.string(5))
            else { throw .damaged("channel \(id) is damaged") }
            var profile = ChannelProfile(name: row.stringOrNull(1))
            profile.topic = row.stringOrNull(3)
            profile.visibility = visibility
            profile.history = history
            profile.retentionSeconds = row.integerOrNull(6)
            profile.archivedAt = row.timeOrNull(7)
            var state = ChannelState(
                id: id, kind: kind, profile: profile, createdAt: row.time(2), updatedAt: row.timeOrNull(8),
                members: [:])
            state.purged = LogPlace(seq: row.integer(9), number: row.integer(10))
            return state
        }
        guard var state = found ?? nil else { return nil }
        state.head = try head(of: id)
        for (user, member) in try members(of: id) { state.add(member, as: user) }
        try readMarks(into: &state)
        // Sending moves one's marker; the tables learn of it when the message is indexed.
        for stored in recent.events(of: id) + appended where stored.event.channel == id {
            guard case .messageCreated(let message) = stored.event.fact else { continue }
            state.members[message.sender]?.readNumber.raise(to: message.number)
        }
        return state
    }

    /// What has become of messages for all or for some.
    private func readMarks(into state: inout ChannelState) throws(StoreFailure) {
        let id = state.id
        let deleted = try statement("SELECT first, last FROM deleted WHERE channel = ? ORDER BY first").bind(id)
            .all { row throws(StoreFailure) in try row.range(0) }
        state.deleted = NumberRanges(deleted)
        let hidden = try statement("SELECT user, first, last FROM hidden WHERE channel = ?").bind(id)
            .all { row throws(StoreFailure) in (UserID(rawValue: row.integer(0)), try row.range(1)) }
        for case (let user?, let range) in hidden { state.hidden[user, default: NumberRanges()].insert(range) }
        let mentions = try statement(
            "SELECT user, message_number FROM mentions WHERE channel = ? ORDER BY user, message_number"
        ).bind(id).all { row throws(StoreFailure) in (UserID(rawValue: row.integer(0)), row.integer(1)) }
        for case (let user?, let number) in mentions { state.mentions[user, default: []].append(number) }
        state.marks = try marks(of: id)
        guard let pair = id.members else { return }
        for (one, other) in [(pair.low, pair.high), (pair.high, pair.low)]
        where try isBlocked(other, by: one) {
            state.blockers.insert(one)
        }
    }

    func channels(of user: UserID) throws(StoreFailure) -> [ChannelID] {
        try statement("SELECT channel FROM members WHERE user = ?").bind(user).all { row throws(StoreFailure) in
            guard let id = ChannelID(rawValue: row.integer(0)) else {
                throw .damaged("user \(user) has a damaged channel")
            }
            return id
        }
    }

    // MARK: Users

    func user(_ id: UserID) throws(StoreFailure) -> UserCard? {
        try statement("SELECT id, username, display_name, deleted_at FROM users WHERE id = ?").bind(id)
            .first { row throws(StoreFailure) in try UserCard(row) }
    }

    func user(named folded: String) throws(StoreFailure) -> UserCard? {
        try statement("SELECT id, username, display_name, deleted_at FROM users WHERE username_folded = ?").bind(folded)
            .first { row throws(StoreFailure) in try UserCard(row) }
    }

    func isEnded(_ login: LoginID) throws(StoreFailure) -> Bool {
        // An API key is a login too.
        try statement(
            "SELECT ended_at FROM logins WHERE id = ? UNION ALL SELECT revoked_at FROM api_keys WHERE login = ?"
        ).bind(blob: login.bytes).bind(blob: login.bytes)
            .first { row throws(StoreFailure) in !row.isNull(0) } ?? true
    }

    // MARK: Files

    func refer(to files: [String], by number: Int64, in channel: ChannelID) throws(StoreFailure) {
        for file in files {
            try statement("INSERT OR IGNORE INTO file_references SELECT ?, ?, id FROM files WHERE id = ?")
                .bind(channel).bind(number).bind(file).run()
        }
    }

    mutating func removeUnusedFiles(before time: Timestamp, limit: Int) throws(StoreFailure) -> Int {
        try statement(
            """
            DELETE FROM files WHERE id IN
            (SELECT id FROM files WHERE is_used = 0 AND created_at < ? ORDER BY created_at LIMIT ?)
            """
        ).bind(time).bind(limit).run()
        return database.changes
    }

    /// Takes out what the open transaction has left without any file: the bytes of these hashes are nobody's once it is
    /// on disk.
    mutating func takeOrphans() throws(StoreFailure) -> [[UInt8]] {
        let hashes = try statement("DELETE FROM orphans RETURNING sha256").all { row throws(StoreFailure) in
            row.bytes(0)
        }
        // With the file's row its name is gone too.
        if !hashes.isEmpty { erased() }
        return hashes
    }

    func file(_ id: String, of user: UserID) throws(StoreFailure) -> MessageDetails.Attachment? {
        try statement(
            """
            SELECT id, name, byte_count, content_type, width, height FROM files LEFT JOIN images USING (sha256)
            WHERE id = ? AND user = ?
            """
        ).bind(id).bind(user).first { row throws(StoreFailure) in
            MessageDetails.Attachment(
                file: row.string(0), name: row.stringOrNull(1), byteCount: row.integer(2), contentType: row.string(3),
                image: ImageSize(row, 4))
        }
    }
}

extension UserCard {
    /// A row that begins with a user's number, username and display name, and the time of their end.
    init(_ row: Statement) throws(StoreFailure) {
        guard let id = UserID(rawValue: row.integer(0)) else { throw .damaged("a user's number is damaged") }
        self.init(id: id, username: row.stringOrNull(1), displayName: row.stringOrNull(2), isGone: !row.isNull(3))
    }
}

extension Statement {
    /// Two columns that are the ends of a range.
    func range(_ column: CInt) throws(StoreFailure) -> ClosedRange<Int64> {
        let first = integer(column), last = integer(column + 1)
        guard first <= last else { throw .damaged("a range of messages is damaged") }
        return first...last
    }
}
