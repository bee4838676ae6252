extension Migration {
    /// Uploaded files, and which messages refer to them. Whatever takes a reference or a file away, what hangs on it
    /// goes by itself: with its last reference a file, and with the last file of the same bytes those, by way of
    /// `orphans`. The table of files that was here before could not be filled.
    static let files = Migration(
        number: 4,
        sql: """
            DROP TABLE files;
            CREATE TABLE files (
                id TEXT PRIMARY KEY,
                user INTEGER NOT NULL REFERENCES users,
                name TEXT NOT NULL,
                byte_count INTEGER NOT NULL,
                content_type TEXT NOT NULL,
                sha256 BLOB NOT NULL,
                created_at INTEGER NOT NULL,
                is_used INTEGER NOT NULL DEFAULT 0
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX files_by_user ON files (user);
            CREATE INDEX files_by_hash ON files (sha256);
            CREATE INDEX files_unused ON files (created_at) WHERE is_used = 0;

            CREATE TABLE file_usage (
                user INTEGER PRIMARY KEY,
                byte_count INTEGER NOT NULL,
                file_count INTEGER NOT NULL
            ) STRICT;
            CREATE TRIGGER files_counted AFTER INSERT ON files BEGIN
                INSERT INTO file_usage VALUES (NEW.user, NEW.byte_count, 1) ON CONFLICT (user) DO UPDATE SET
                byte_count = byte_count + excluded.byte_count, file_count = file_count + 1;
            END;

            CREATE TABLE file_references (
                channel INTEGER NOT NULL,
                message_number INTEGER NOT NULL,
                file TEXT NOT NULL REFERENCES files ON DELETE CASCADE,
                PRIMARY KEY (channel, message_number, file)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX file_references_by_file ON file_references (file, channel, message_number);
            CREATE TRIGGER file_used AFTER INSERT ON file_references BEGIN
                UPDATE files SET is_used = 1 WHERE id = NEW.file AND is_used = 0;
            END;
            CREATE TRIGGER file_unused AFTER DELETE ON file_references
            WHEN NOT EXISTS (SELECT 1 FROM file_references WHERE file = OLD.file) BEGIN
                DELETE FROM files WHERE id = OLD.file;
            END;

            CREATE TABLE orphans (sha256 BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
            CREATE TRIGGER files_removed AFTER DELETE ON files BEGIN
                UPDATE file_usage SET byte_count = byte_count - OLD.byte_count, file_count = file_count - 1
                WHERE user = OLD.user;
                INSERT INTO orphans SELECT OLD.sha256
                WHERE NOT EXISTS (SELECT 1 FROM files WHERE sha256 = OLD.sha256) ON CONFLICT DO NOTHING;
            END;
            """)
}
