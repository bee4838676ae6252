extension Migration {
    /// Uploads that go on where they were cut off: how much of each is on disk, and at last which file it has become.
    static let uploads = Migration(
        number: 12,
        sql: """
            CREATE TABLE uploads (
                id TEXT PRIMARY KEY,
                user INTEGER NOT NULL REFERENCES users,
                byte_count INTEGER NOT NULL,
                received INTEGER NOT NULL DEFAULT 0,
                name TEXT NOT NULL,
                metadata TEXT NOT NULL,
                file TEXT REFERENCES files ON DELETE CASCADE,
                expires_at INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX uploads_by_user ON uploads (user) WHERE file IS NULL;
            CREATE INDEX uploads_by_file ON uploads (file) WHERE file IS NOT NULL;
            CREATE INDEX uploads_by_end ON uploads (expires_at);
            """)
}
