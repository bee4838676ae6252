extension Migration {
    /// What the server came to, by minutes, hours and days: `span` is how many seconds each has.
    static let series = Migration(
        number: 22,
        sql: """
            CREATE TABLE series (
                span INTEGER NOT NULL,
                at INTEGER NOT NULL,
                users INTEGER NOT NULL,
                active INTEGER NOT NULL,
                online INTEGER NOT NULL,
                sockets INTEGER NOT NULL,
                messages INTEGER NOT NULL,
                deliveries INTEGER NOT NULL,
                commands INTEGER NOT NULL,
                requests INTEGER NOT NULL,
                failures INTEGER NOT NULL,
                refusals INTEGER NOT NULL,
                errors INTEGER NOT NULL,
                commits INTEGER NOT NULL,
                commit_us INTEGER NOT NULL,
                commit_p99_us INTEGER NOT NULL,
                replies INTEGER NOT NULL,
                reply_us INTEGER NOT NULL,
                reply_p99_us INTEGER NOT NULL,
                storage_bytes INTEGER NOT NULL,
                free_bytes INTEGER NOT NULL,
                memory_bytes INTEGER NOT NULL,
                cpu_ms INTEGER NOT NULL,
                courses INTEGER NOT NULL,
                enrolments INTEGER NOT NULL,
                PRIMARY KEY (span, at)
            ) STRICT, WITHOUT ROWID;
            """)
}
