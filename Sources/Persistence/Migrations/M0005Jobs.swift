extension Migration {
    /// What is done later, and what other services are told.
    ///
    /// A webhook's two cursors say how much of `outbox` and of the journal it has been told; what it is told of
    /// channels stands in the journal alone.
    static let jobs = Migration(
        number: 5,
        sql: """
            CREATE TABLE jobs (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                kind TEXT NOT NULL,
                key TEXT,
                state TEXT NOT NULL,
                user INTEGER,
                payload BLOB NOT NULL,
                result BLOB,
                errors BLOB,
                done INTEGER NOT NULL DEFAULT 0,
                total INTEGER NOT NULL DEFAULT 0,
                attempts INTEGER NOT NULL DEFAULT 0,
                due_at INTEGER NOT NULL,
                lease_until INTEGER,
                created_at INTEGER NOT NULL,
                updated_at INTEGER NOT NULL
            ) STRICT;
            CREATE UNIQUE INDEX jobs_by_key ON jobs (kind, key) WHERE key IS NOT NULL;
            CREATE INDEX jobs_queued ON jobs (due_at, kind) WHERE state = 'queued';
            CREATE INDEX jobs_running ON jobs (lease_until) WHERE state = 'running';
            CREATE INDEX jobs_ended ON jobs (updated_at) WHERE state IN ('done', 'failed', 'cancelled');

            CREATE TABLE outbox (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                type TEXT NOT NULL,
                at INTEGER NOT NULL,
                data BLOB NOT NULL,
                external_id TEXT UNIQUE
            ) STRICT;
            CREATE INDEX outbox_by_time ON outbox (at);

            CREATE TABLE webhooks (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                url TEXT NOT NULL,
                secret BLOB NOT NULL,
                events TEXT NOT NULL,
                active INTEGER NOT NULL,
                created_at INTEGER NOT NULL,
                outbox_cursor INTEGER NOT NULL,
                journal_cursor INTEGER NOT NULL,
                attempts INTEGER NOT NULL DEFAULT 0,
                due_at INTEGER NOT NULL DEFAULT 0,
                failing_since INTEGER
            ) STRICT;

            CREATE TABLE deliveries (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                webhook INTEGER NOT NULL REFERENCES webhooks ON DELETE CASCADE,
                event TEXT NOT NULL,
                type TEXT NOT NULL,
                attempt INTEGER NOT NULL,
                at INTEGER NOT NULL,
                status INTEGER,
                error TEXT,
                outcome TEXT NOT NULL,
                duration INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX deliveries_by_webhook ON deliveries (webhook, id);
            CREATE INDEX deliveries_by_time ON deliveries (at);
            """)
}
