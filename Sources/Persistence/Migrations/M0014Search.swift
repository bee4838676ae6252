extension Migration {
    /// Which parts of the search's index have words of messages that were changed or taken away, whoever did it: those
    /// parts are written anew (`SearchPass`). A part is so many places of the journal.
    static let search = Migration(
        number: 14,
        sql: """
            CREATE TABLE search_stale (
                part INTEGER PRIMARY KEY,
                version INTEGER NOT NULL
            ) STRICT;
            CREATE TRIGGER search_amended AFTER UPDATE OF body ON journal WHEN OLD.kind = 1 BEGIN
                INSERT INTO search_stale VALUES (OLD.position >> 16, 1)
                ON CONFLICT (part) DO UPDATE SET version = version + 1;
            END;
            CREATE TRIGGER search_removed AFTER DELETE ON journal WHEN OLD.kind = 1 BEGIN
                INSERT INTO search_stale VALUES (OLD.position >> 16, 1)
                ON CONFLICT (part) DO UPDATE SET version = version + 1;
            END;
            """)
}
