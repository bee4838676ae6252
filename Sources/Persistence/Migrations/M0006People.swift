extension Migration {
    /// What users tell of themselves, how they come to be kept out or erased, and what is known of their logins.
    static let people = Migration(
        number: 6,
        sql: """
            ALTER TABLE users ADD COLUMN avatar TEXT;
            ALTER TABLE users ADD COLUMN bio TEXT;
            ALTER TABLE users ADD COLUMN locale TEXT;
            ALTER TABLE users ADD COLUMN time_zone TEXT;
            ALTER TABLE users ADD COLUMN date_of_birth TEXT;
            ALTER TABLE users ADD COLUMN suspended_at INTEGER;
            ALTER TABLE users ADD COLUMN suspension_reason TEXT;
            ALTER TABLE users ADD COLUMN deleted_at INTEGER;
            CREATE INDEX users_by_role ON users (role);
            CREATE INDEX users_by_display_name ON users (display_name COLLATE NOCASE);

            ALTER TABLE logins ADD COLUMN address TEXT;
            ALTER TABLE logins ADD COLUMN user_agent TEXT;
            ALTER TABLE logins ADD COLUMN last_seen_at INTEGER;
            CREATE INDEX logins_by_user ON logins (user);
            CREATE INDEX logins_by_expiry ON logins (expires_at);
            CREATE INDEX refresh_tokens_by_login ON refresh_tokens (login);

            CREATE TABLE erasures (
                user INTEGER PRIMARY KEY,
                deletes_messages INTEGER NOT NULL,
                position INTEGER NOT NULL,
                last INTEGER NOT NULL
            ) STRICT;
            """)
}
