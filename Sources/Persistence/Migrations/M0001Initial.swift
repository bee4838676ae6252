extension Migration {
    /// The journal is written at its end only: a random second index costs five times as much per row as the row. What
    /// finds events by channel or by retry key is filled from it in sorted batches behind the commits (`Indexer`), and
    /// so are the heads; `indexed_through` says how far.
    static let initial = Migration(
        number: 1,
        sql: """
            CREATE TABLE meta (
                name TEXT PRIMARY KEY,
                value ANY NOT NULL
            ) STRICT, WITHOUT ROWID;
            INSERT INTO meta VALUES ('epoch', lower(hex(randomblob(8)))), ('indexed_through', 0);

            CREATE TABLE users (
                id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 2147483648),
                uuid TEXT NOT NULL UNIQUE,
                username TEXT,
                username_folded TEXT UNIQUE,
                email TEXT,
                email_folded TEXT UNIQUE,
                phone TEXT UNIQUE,
                display_name TEXT,
                role TEXT NOT NULL,
                password_hash TEXT,
                is_active INTEGER NOT NULL DEFAULT 1,
                created_at INTEGER NOT NULL,
                updated_at INTEGER NOT NULL,
                last_seen_at INTEGER
            ) STRICT;

            CREATE TABLE logins (
                id BLOB PRIMARY KEY,
                user INTEGER NOT NULL REFERENCES users,
                device TEXT,
                is_remembered INTEGER NOT NULL,
                created_at INTEGER NOT NULL,
                expires_at INTEGER NOT NULL,
                absolute_expiry INTEGER NOT NULL,
                ended_at INTEGER
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX logins_by_end ON logins (ended_at) WHERE ended_at IS NOT NULL;

            CREATE TABLE refresh_tokens (
                hash BLOB PRIMARY KEY,
                login BLOB NOT NULL REFERENCES logins,
                created_at INTEGER NOT NULL,
                spent_at INTEGER
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE channels (
                id INTEGER PRIMARY KEY,
                kind TEXT NOT NULL,
                name TEXT,
                created_at INTEGER NOT NULL
            ) STRICT;

            CREATE TABLE members (
                channel INTEGER NOT NULL REFERENCES channels,
                user INTEGER NOT NULL REFERENCES users,
                role TEXT NOT NULL,
                read_number INTEGER NOT NULL,
                joined_at INTEGER NOT NULL,
                PRIMARY KEY (channel, user)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX members_by_user ON members (user, channel);

            CREATE TABLE journal (
                position INTEGER PRIMARY KEY,
                channel INTEGER NOT NULL,
                seq INTEGER NOT NULL,
                kind INTEGER NOT NULL,
                at INTEGER NOT NULL,
                message_number INTEGER,
                sender INTEGER,
                client_msg_id TEXT,
                body TEXT NOT NULL,
                checksum INTEGER NOT NULL
            ) STRICT;

            CREATE TABLE heads (
                channel INTEGER PRIMARY KEY,
                seq INTEGER NOT NULL,
                last_message_number INTEGER NOT NULL,
                last_message_at INTEGER
            ) STRICT;

            CREATE TABLE log_index (
                channel INTEGER NOT NULL,
                seq INTEGER NOT NULL,
                last_message_number INTEGER NOT NULL,
                position INTEGER NOT NULL,
                PRIMARY KEY (channel, seq)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE retry_index (
                channel INTEGER NOT NULL,
                sender INTEGER NOT NULL,
                client_msg_id TEXT NOT NULL,
                position INTEGER NOT NULL,
                PRIMARY KEY (channel, sender, client_msg_id)
            ) STRICT, WITHOUT ROWID;
            """)
}
