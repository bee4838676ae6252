internal import Auth
internal import Base
internal import Channels

/// Members, invitations and blocks.
extension SQLiteChannelStore {
    func setMember(_ member: ChannelMember, as user: UserID, of channel: ChannelID) throws(StoreFailure) {
        try statement(
            """
            INSERT INTO members (channel, user, role, read_number, joined_at, start_seq, start_number, notifications,
            muted_until) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (channel, user) DO UPDATE SET
            role = excluded.role, read_number = max(read_number, excluded.read_number),
            joined_at = excluded.joined_at, start_seq = excluded.start_seq, start_number = excluded.start_number,
            notifications = excluded.notifications, muted_until = excluded.muted_until
            """
        ).bind(channel).bind(user).bind(member.role.rawValue).bind(member.readNumber).bind(member.joinedAt)
            .bind(member.start.seq).bind(member.start.number).bind(member.notifications.rawValue)
            .bind(member.mutedUntil).run()
    }

    func removeMember(_ user: UserID, of channel: ChannelID) throws(StoreFailure) {
        for table in ["members", "hidden", "mentions"] {
            try statement("DELETE FROM \(table) WHERE channel = ? AND user = ?").bind(channel).bind(user).run()
        }
        try removeNotifications(in: channel, of: user)
    }

    func setReadMarker(of user: UserID, in channel: ChannelID, to number: Int64) throws(StoreFailure) {
        try statement("UPDATE members SET read_number = ? WHERE channel = ? AND user = ?").bind(number).bind(channel)
            .bind(user).run()
    }

    func members(of channel: ChannelID) throws(StoreFailure) -> [(UserID, ChannelMember)] {
        try statement(
            """
            SELECT user, role, read_number, joined_at, start_seq, start_number, notifications, muted_until
            FROM members WHERE channel = ?
            """
        ).bind(channel).all { row throws(StoreFailure) in
            guard let user = UserID(rawValue: row.integer(0)), let role = MemberRole(rawValue: row.string(1)),
                let level = NotificationLevel(rawValue: row.string(6))
            else { throw .damaged("channel \(channel) has a damaged member") }
            var member = ChannelMember(
                role: role, readNumber: row.integer(2), joinedAt: row.time(3),
                start: LogPlace(seq: row.integer(4), number: row.integer(5)))
            member.notifications = level
            member.mutedUntil = row.timeOrNull(7)
            return (user, member)
        }
    }

    // MARK: Invitations

    func insert(_ invite: Invite, token: String) throws(StoreFailure) -> Invite {
        try statement(
            """
            INSERT INTO invites (channel, token_hash, role, uses_max, uses, expires_at, created_at, created_by)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """
        ).bind(invite.channel).bind(blob: Self.hash(token)).bind(invite.role.rawValue).bind(invite.usesMax)
            .bind(invite.uses).bind(invite.expiresAt).bind(invite.createdAt).bind(invite.createdBy).run()
        var made = invite
        made.id = database.lastInsertedRow
        return made
    }

    func invite(token: String) throws(StoreFailure) -> Invite? {
        try statement("\(Self.invites) WHERE token_hash = ?").bind(blob: Self.hash(token))
            .first { row throws(StoreFailure) in try Self.invite(row) }
    }

    func invites(of channel: ChannelID) throws(StoreFailure) -> [Invite] {
        try statement("\(Self.invites) WHERE channel = ? ORDER BY id").bind(channel)
            .all { row throws(StoreFailure) in try Self.invite(row) }
    }

    func useInvite(_ id: Int64) throws(StoreFailure) {
        try statement("UPDATE invites SET uses = uses + 1 WHERE id = ?").bind(id).run()
    }

    func removeInvite(_ id: Int64, of channel: ChannelID) throws(StoreFailure) -> Bool {
        try statement("DELETE FROM invites WHERE id = ? AND channel = ?").bind(id).bind(channel).run()
        return database.changes > 0
    }

    private static let invites =
        "SELECT id, channel, role, uses_max, uses, expires_at, created_at, created_by FROM invites"

    /// Whoever reads the file cannot come in by it.
    private static func hash(_ token: String) -> [UInt8] { Digest.sha256(Array(token.utf8)) }

    private static func invite(_ row: Statement) throws(StoreFailure) -> Invite {
        guard let channel = ChannelID(rawValue: row.integer(1)), let role = MemberRole(rawValue: row.string(2)),
            let user = UserID(rawValue: row.integer(7))
        else { throw .damaged("invitation \(row.integer(0)) is damaged") }
        return Invite(
            id: row.integer(0), channel: channel, role: role, usesMax: row.integer(3), uses: row.integer(4),
            expiresAt: row.time(5), createdAt: row.time(6), createdBy: user)
    }

    // MARK: Blocks

    func isBlocked(_ user: UserID, by other: UserID) throws(StoreFailure) -> Bool {
        // Who is gone takes nothing from anybody.
        try statement(
            """
            SELECT 1 FROM blocks WHERE user = ?1 AND blocked = ?2
            UNION ALL SELECT 1 FROM users WHERE id = ?1 AND deleted_at IS NOT NULL
            """
        ).bind(other).bind(user).first { _ throws(StoreFailure) in true } ?? false
    }

    func setBlock(
        of user: UserID, by other: UserID, isBlocked: Bool, at now: Timestamp
    ) throws(StoreFailure) -> Bool {
        if isBlocked {
            try statement("INSERT INTO blocks VALUES (?, ?, ?) ON CONFLICT DO NOTHING").bind(other).bind(user).bind(now)
                .run()
        } else {
            try statement("DELETE FROM blocks WHERE user = ? AND blocked = ?").bind(other).bind(user).run()
        }
        return database.changes > 0
    }

    func blocked(by user: UserID) throws(StoreFailure) -> [UserCard] {
        try statement(
            """
            SELECT u.id, u.username, u.display_name, u.deleted_at FROM blocks b JOIN users u ON u.id = b.blocked
            WHERE b.user = ? ORDER BY u.id
            """
        ).bind(user).all { row throws(StoreFailure) in try UserCard(row) }
    }
}
