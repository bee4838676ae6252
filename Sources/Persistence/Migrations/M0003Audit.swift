extension Migration {
    /// Who did what, each row holding on to the one before; and the roles that administrators make.
    static let audit = Migration(
        number: 3,
        sql: """
            CREATE TABLE audit (
                id INTEGER PRIMARY KEY,
                at INTEGER NOT NULL,
                actor INTEGER,
                address TEXT,
                action TEXT NOT NULL,
                target TEXT,
                detail TEXT,
                code BLOB NOT NULL
            ) STRICT;

            CREATE TABLE roles (
                name TEXT PRIMARY KEY,
                permissions TEXT NOT NULL
            ) STRICT, WITHOUT ROWID;
            """)
}
