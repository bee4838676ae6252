internal import Auth
internal import Base
internal import Channels

extension Transaction {
    /// Tables with rows that are about one user alone: what they prove themselves with, and whom they do not want to
    /// hear. These rows go when the user is erased.
    private static let personal: [(table: String, column: String)] = [
        ("blocks", "user"), ("blocks", "blocked"), ("verified_addresses", "user"), ("proofs", "user"),
        ("totp", "user"), ("recovery_codes", "user"), ("identities", "user"),
        ("notifications", "user"), ("notification_marks", "user"), ("notification_preferences", "user"),
        ("devices", "user"), ("pushes", "user"),
        ("contact_counts", "owner"),
    ]

    /// Takes everything personal out of an account, and has the rest follow: the ledger ends the memberships, and the
    /// sweep goes through the journal behind this.
    mutating func erase(_ account: Account, isDeletingMessages: Bool) throws(StoreFailure) {
        var random = RandomSource.system
        let user = account.id
        try endLogins(of: user, .blocked)
        try database.prepare(
            """
            UPDATE users SET uuid = ?, username = NULL, username_folded = NULL, email = NULL, email_folded = NULL,
            phone = NULL, display_name = NULL, role = ?, password_hash = NULL, is_active = 0, last_seen_at = NULL,
            avatar = NULL, bio = NULL, locale = NULL,
            time_zone = NULL, date_of_birth = NULL, suspended_at = NULL, suspension_reason = NULL, updated_at = ?,
            deleted_at = ? WHERE id = ?
            """
        ).bind(UserUUID.make(random: &random)).bind(Role.member.name).bind(now).bind(now).bind(user).run()
        try database.prepare("UPDATE logins SET device = NULL, address = NULL, user_agent = NULL WHERE user = ?")
            .bind(user).run()
        try database.prepare("DELETE FROM refresh_tokens WHERE login IN (SELECT id FROM logins WHERE user = ?)")
            .bind(user).run()
        for (table, column) in Self.personal {
            try database.prepare("DELETE FROM \(table) WHERE \(column) = ?").bind(user).run()
        }
        try eraseCourses(of: user)
        try JobWriter(self).forget(user)
        let last = try database.integer("SELECT coalesce(max(position), 0) FROM journal")
        try database.prepare("INSERT INTO erasures VALUES (?, ?, 0, ?)").bind(user).bind(isDeletingMessages).bind(last)
            .run()
        commands.append(Proposal(user: user, command: .eraseUser(EraseUser(user: user))))
        hasErased = true
    }
}
