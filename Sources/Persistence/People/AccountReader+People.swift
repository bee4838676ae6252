internal import Auth
internal import Base
internal import Channels

extension AccountReader {
    func isEmpty() throws(StoreFailure) -> Bool {
        try database.prepare("SELECT 1 FROM users LIMIT 1").first { _ throws(StoreFailure) in true } == nil
    }

    /// A page by number, and one more when there are more.
    func list(_ search: PeopleSearch) throws(StoreFailure) -> [Account] {
        var conditions = ["id > ?", "deleted_at IS NULL"]
        if search.username != nil { conditions.append("username_folded = ?") }
        if search.role != nil { conditions.append("role = ?") }
        if search.isActive != nil { conditions.append("is_active = ?") }
        let begins = "(username_folded >= ? AND username_folded < ?)"
        let isCalled = "(display_name COLLATE NOCASE >= ? AND display_name COLLATE NOCASE < ?)"
        let isWrittenTo = "(email_folded >= ? AND email_folded < ?)"
        if search.prefix != nil {
            let either = [begins, isCalled] + (search.isPublic ? [] : [isWrittenTo])
            conditions.append("(\(either.joined(separator: " OR ")))")
        }
        var statement = try database.prepare(
            """
            SELECT \(AccountRow.columns) FROM users WHERE \(conditions.joined(separator: " AND "))
            ORDER BY id LIMIT ?
            """
        ).bind(search.after?.rawValue ?? 0)
        if let username = search.username { statement = statement.bind(username) }
        if let role = search.role { statement = statement.bind(role.name) }
        if let isActive = search.isActive { statement = statement.bind(isActive) }
        if let prefix = search.prefix {
            for _ in 0..<(search.isPublic ? 2 : 3) { statement = statement.bind(prefix).bind(prefix + Self.last) }
        }
        return try statement.bind(search.limit + 1).all { row throws(StoreFailure) in
            try AccountRow.read(row).account
        }
    }

    /// Stands behind everything that can follow in a text.
    private static let last = "\u{10FFFF}"

    func sessions(of user: UserID, limit: Int) throws(StoreFailure) -> [LoginRecord] {
        try database.prepare(
            """
            SELECT id, device, address, user_agent, created_at, last_seen_at, expires_at FROM logins
            WHERE user = ? AND ended_at IS NULL ORDER BY coalesce(last_seen_at, created_at) DESC LIMIT ?
            """
        ).bind(user).bind(limit).all { row throws(StoreFailure) in
            guard let id = LoginID(bytes: row.bytes(0)) else { throw .broken("a login of user \(user) is damaged") }
            return LoginRecord(
                id: id, device: row.stringOrNull(1), address: row.stringOrNull(2), userAgent: row.stringOrNull(3),
                createdAt: row.time(4), lastSeenAt: row.timeOrNull(5) ?? row.time(4), expiresAt: row.time(6))
        }
    }
}
