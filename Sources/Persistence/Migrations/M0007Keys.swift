extension Migration {
    /// What other systems speak to the server with, and whom their users are here.
    static let keys = Migration(
        number: 7,
        sql: """
            CREATE TABLE api_keys (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                name TEXT NOT NULL,
                prefix TEXT NOT NULL UNIQUE,
                hash BLOB NOT NULL,
                scopes TEXT NOT NULL,
                user INTEGER REFERENCES users,
                login BLOB NOT NULL UNIQUE,
                created_at INTEGER NOT NULL,
                last_used_at INTEGER,
                expires_at INTEGER,
                revoked_at INTEGER
            ) STRICT;

            CREATE TABLE IF NOT EXISTS identities (
                issuer TEXT NOT NULL,
                subject TEXT NOT NULL,
                user INTEGER NOT NULL REFERENCES users,
                created_at INTEGER NOT NULL,
                PRIMARY KEY (issuer, subject)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX IF NOT EXISTS identities_by_user ON identities (user);

            CREATE INDEX IF NOT EXISTS logins_standing ON logins (user) WHERE ended_at IS NULL;
            """)
}
