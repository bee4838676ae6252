extension Migration {
    /// Address books; where long jobs are; and whether users let themselves be found by who has their address.
    ///
    /// A contact's addresses are folded, so that looking for who has one is one look, from either side. `job` is the
    /// import that it was last in, and `told` the user of whom its owner knows that it is them.
    static let contacts = Migration(
        number: 15,
        sql: """
            ALTER TABLE users ADD COLUMN is_findable INTEGER NOT NULL DEFAULT 1;
            ALTER TABLE jobs ADD COLUMN cursor BLOB;

            CREATE TABLE contacts (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                owner INTEGER NOT NULL REFERENCES users,
                name TEXT,
                email TEXT,
                phone TEXT,
                job INTEGER,
                told INTEGER,
                created_at INTEGER NOT NULL,
                updated_at INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX contacts_by_owner ON contacts (owner, id);
            CREATE INDEX contacts_told ON contacts (owner, told) WHERE told IS NOT NULL;

            CREATE TABLE contact_addresses (
                address TEXT NOT NULL,
                owner INTEGER NOT NULL,
                contact INTEGER NOT NULL,
                PRIMARY KEY (address, owner, contact)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX contact_addresses_by_contact ON contact_addresses (contact);

            CREATE TABLE contact_counts (
                owner INTEGER PRIMARY KEY,
                count INTEGER NOT NULL,
                day INTEGER NOT NULL,
                added INTEGER NOT NULL
            ) STRICT;
            """)
}
