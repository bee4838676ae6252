extension Migration {
    /// What a channel is kept like, what becomes of messages, and who may come in. A message is found by its number
    /// through an index of its own, filled behind the commits like the others.
    static let channels = Migration(
        number: 2,
        sql: """
            ALTER TABLE journal ADD COLUMN extra TEXT;

            CREATE TABLE message_index (
                channel INTEGER NOT NULL,
                message_number INTEGER NOT NULL,
                position INTEGER NOT NULL,
                PRIMARY KEY (channel, message_number)
            ) STRICT, WITHOUT ROWID;
            INSERT INTO message_index SELECT channel, message_number, position FROM journal
            WHERE kind = 1 AND position <= (SELECT value FROM meta WHERE name = 'indexed_through') ORDER BY 1, 2;
            ALTER TABLE log_index DROP COLUMN last_message_number;

            INSERT INTO meta VALUES ('fingerprint_key', lower(hex(randomblob(32))));

            ALTER TABLE channels ADD COLUMN topic TEXT;
            ALTER TABLE channels ADD COLUMN visibility TEXT NOT NULL DEFAULT 'private';
            ALTER TABLE channels ADD COLUMN history TEXT NOT NULL DEFAULT 'all';
            ALTER TABLE channels ADD COLUMN retention_seconds INTEGER;
            ALTER TABLE channels ADD COLUMN archived_at INTEGER;
            ALTER TABLE channels ADD COLUMN updated_at INTEGER;
            ALTER TABLE channels ADD COLUMN deleted_at INTEGER;
            ALTER TABLE channels ADD COLUMN purged_seq INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE channels ADD COLUMN purged_number INTEGER NOT NULL DEFAULT 0;
            CREATE INDEX channels_public ON channels (id) WHERE visibility = 'public' AND deleted_at IS NULL;
            CREATE INDEX channels_to_purge ON channels (id) WHERE retention_seconds IS NOT NULL;

            ALTER TABLE members ADD COLUMN start_seq INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE members ADD COLUMN start_number INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE members ADD COLUMN notifications TEXT NOT NULL DEFAULT 'all';
            ALTER TABLE members ADD COLUMN muted_until INTEGER;

            CREATE TABLE deleted (
                channel INTEGER NOT NULL,
                first INTEGER NOT NULL,
                last INTEGER NOT NULL,
                PRIMARY KEY (channel, first)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE hidden (
                channel INTEGER NOT NULL,
                user INTEGER NOT NULL,
                first INTEGER NOT NULL,
                last INTEGER NOT NULL,
                PRIMARY KEY (channel, user, first)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE mentions (
                channel INTEGER NOT NULL,
                user INTEGER NOT NULL,
                message_number INTEGER NOT NULL,
                PRIMARY KEY (channel, user, message_number)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE reactions (
                channel INTEGER NOT NULL,
                message_number INTEGER NOT NULL,
                emoji TEXT NOT NULL,
                user INTEGER NOT NULL,
                at INTEGER NOT NULL,
                PRIMARY KEY (channel, message_number, emoji, user)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE pins (
                channel INTEGER NOT NULL,
                message_number INTEGER NOT NULL,
                user INTEGER NOT NULL,
                at INTEGER NOT NULL,
                PRIMARY KEY (channel, message_number)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE replies (
                channel INTEGER NOT NULL,
                message_number INTEGER NOT NULL,
                thread INTEGER NOT NULL,
                PRIMARY KEY (channel, message_number)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX replies_by_thread ON replies (channel, thread, message_number);

            CREATE TABLE files (
                id TEXT PRIMARY KEY,
                user INTEGER NOT NULL REFERENCES users,
                name TEXT,
                byte_count INTEGER NOT NULL,
                content_type TEXT NOT NULL,
                created_at INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE invites (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                channel INTEGER NOT NULL REFERENCES channels,
                token_hash BLOB NOT NULL UNIQUE,
                role TEXT NOT NULL,
                uses_max INTEGER NOT NULL,
                uses INTEGER NOT NULL DEFAULT 0,
                expires_at INTEGER NOT NULL,
                created_at INTEGER NOT NULL,
                created_by INTEGER NOT NULL REFERENCES users
            ) STRICT;
            CREATE INDEX invites_by_channel ON invites (channel);

            CREATE TABLE blocks (
                user INTEGER NOT NULL REFERENCES users,
                blocked INTEGER NOT NULL REFERENCES users,
                created_at INTEGER NOT NULL,
                PRIMARY KEY (user, blocked)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE reports (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                channel INTEGER NOT NULL,
                message_number INTEGER NOT NULL,
                reporter INTEGER NOT NULL REFERENCES users,
                reason TEXT NOT NULL,
                comment TEXT,
                created_at INTEGER NOT NULL,
                UNIQUE (channel, message_number, reporter)
            ) STRICT;
            """)
}
