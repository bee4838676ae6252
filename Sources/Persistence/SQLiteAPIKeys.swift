internal import Auth
internal import Base
internal import Channels

/// API keys on disk, and those that stand in the book.
struct SQLiteAPIKeys: APIKeys {
    let committer: Committer
    let book: APIKeyBook

    func create(_ new: NewAPIKey, by cause: Cause) async throws(AccountFailure) -> APIKey {
        let key = try await committer.change { transaction throws(StoreFailure) -> Result<APIKey, AccountFailure> in
            try Self.insert(new, by: cause, in: transaction)
        }.get()
        book.insert(key, hash: new.text.hash)
        return key
    }

    private static func insert(
        _ new: NewAPIKey, by cause: Cause, in transaction: Transaction
    ) throws(StoreFailure) -> Result<APIKey, AccountFailure> {
        let database = transaction.database
        if let user = new.user {
            let isActive = try database.prepare("SELECT is_active FROM users WHERE id = ?").bind(user)
                .first { row throws(StoreFailure) in row.integer(0) != 0 }
            guard isActive == true else { return .failure(.notFound) }
        }
        let count = try database.integer("SELECT count(*) FROM api_keys WHERE revoked_at IS NULL")
        guard count < APIKey.countMax else { return .failure(.taken(field: "limit")) }
        let scopes = KeyScope.allCases.filter(new.scopes.contains).map(\.rawValue).joined(separator: " ")
        try database.prepare(
            """
            INSERT INTO api_keys (name, prefix, hash, scopes, user, login, created_at, expires_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """
        ).bind(new.name).bind(new.text.prefix).bind(blob: new.text.hash).bind(scopes).bind(new.user?.rawValue)
            .bind(blob: new.login.bytes).bind(new.createdAt).bind(new.expiresAt).run()
        let key = APIKey(
            id: database.lastInsertedRow, name: new.name, prefix: new.text.prefix, scopes: new.scopes, user: new.user,
            login: new.login, createdAt: new.createdAt, expiresAt: new.expiresAt)
        try transaction.record(.keyCreated, by: cause, target: key.target, detail: "\(key.name): \(scopes)")
        return .success(key)
    }

    func revoke(_ id: Int64, by cause: Cause) async throws(AccountFailure) {
        let isFound = try await committer.change { transaction throws(StoreFailure) in
            let database = transaction.database
            let login = try database.prepare("SELECT login FROM api_keys WHERE id = ? AND revoked_at IS NULL").bind(id)
                .first { row throws(StoreFailure) in LoginID(bytes: row.bytes(0)) }
            guard let login = login ?? nil else { return false }
            try database.prepare("UPDATE api_keys SET revoked_at = ? WHERE id = ?").bind(transaction.now).bind(id).run()
            transaction.announcements.append(.loginEnded(login, .revoked))
            try transaction.record(.keyRevoked, by: cause, target: "api_key:\(id)")
            return true
        }
        guard isFound else { throw .notFound }
    }

    func touch(_ id: Int64, at time: Timestamp) async throws(AccountFailure) {
        try await committer.change { transaction throws(StoreFailure) in
            try transaction.database.prepare(
                "UPDATE api_keys SET last_used_at = max(coalesce(last_used_at, 0), ?) WHERE id = ?"
            ).bind(time).bind(id).run()
        }
    }

    /// Fills the book at start.
    static func recall(into book: APIKeyBook, from database: Database) throws(StoreFailure) {
        let rows = try database.prepare(
            """
            SELECT id, name, prefix, hash, scopes, user, login, created_at, last_used_at, expires_at FROM api_keys
            WHERE revoked_at IS NULL
            """
        ).all { row throws(StoreFailure) in
            guard let login = LoginID(bytes: row.bytes(6)) else { throw .broken("an API key is damaged") }
            let key = APIKey(
                id: row.integer(0), name: row.string(1), prefix: row.string(2),
                scopes: Set(row.string(4).split(separator: " ").compactMap { KeyScope(rawValue: String($0)) }),
                user: row.integerOrNull(5).flatMap { UserID(rawValue: $0) }, login: login, createdAt: row.time(7),
                lastUsedAt: row.timeOrNull(8), expiresAt: row.timeOrNull(9))
            return (key: key, hash: row.bytes(3))
        }
        for row in rows { book.insert(row.key, hash: row.hash) }
    }
}
