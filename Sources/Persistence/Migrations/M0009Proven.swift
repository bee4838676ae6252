extension Migration {
    /// When the user of a login last showed who they are.
    static let proven = Migration(
        number: 9,
        sql: """
            ALTER TABLE logins ADD COLUMN proven_at INTEGER NOT NULL DEFAULT 0;
            UPDATE logins SET proven_at = created_at;
            """)
}
