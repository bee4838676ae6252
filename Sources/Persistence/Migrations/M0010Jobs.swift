extension Migration {
    /// Whose jobs there are, for bounding and for ending them; and how many text messages of a day have been spent on
    /// numbers that begin alike.
    static let usersJobs = Migration(
        number: 10,
        sql: """
            CREATE INDEX jobs_by_user ON jobs (user) WHERE user IS NOT NULL;

            CREATE TABLE text_budget (
                prefix TEXT PRIMARY KEY,
                day INTEGER NOT NULL,
                spent INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            """)
}
