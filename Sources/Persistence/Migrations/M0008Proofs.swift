extension Migration {
    /// What users prove who they are with, besides a password. Of everything that opens a door only hashes are kept,
    /// and those of short codes are made with a key that is not in here. An address is verified as long as the account
    /// has it.
    static let proofs = Migration(
        number: 8,
        sql: """
            CREATE TABLE proofs (
                id INTEGER PRIMARY KEY,
                kind TEXT NOT NULL,
                user INTEGER REFERENCES users,
                target TEXT NOT NULL,
                hash BLOB NOT NULL,
                detail TEXT,
                address TEXT,
                attempts INTEGER NOT NULL DEFAULT 0,
                created_at INTEGER NOT NULL,
                expires_at INTEGER NOT NULL,
                used_at INTEGER
            ) STRICT;
            CREATE INDEX proofs_by_hash ON proofs (hash);
            CREATE INDEX proofs_by_target ON proofs (kind, target, created_at);
            CREATE INDEX proofs_by_address ON proofs (address, created_at) WHERE address IS NOT NULL;
            CREATE INDEX proofs_by_age ON proofs (created_at);

            CREATE TABLE verified_addresses (
                user INTEGER NOT NULL REFERENCES users,
                address TEXT NOT NULL,
                verified_at INTEGER NOT NULL,
                PRIMARY KEY (user, address)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE totp (
                user INTEGER PRIMARY KEY REFERENCES users,
                salt BLOB NOT NULL,
                is_active INTEGER NOT NULL DEFAULT 0,
                spent_step INTEGER NOT NULL DEFAULT 0,
                failures INTEGER NOT NULL DEFAULT 0,
                failures_since INTEGER NOT NULL DEFAULT 0
            ) STRICT;

            CREATE TABLE recovery_codes (
                user INTEGER NOT NULL REFERENCES users,
                hash BLOB NOT NULL,
                used_at INTEGER,
                PRIMARY KEY (user, hash)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE invitations (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                hash BLOB NOT NULL UNIQUE,
                role TEXT NOT NULL,
                uses_max INTEGER NOT NULL,
                uses INTEGER NOT NULL DEFAULT 0,
                maker INTEGER NOT NULL REFERENCES users,
                created_at INTEGER NOT NULL,
                expires_at INTEGER NOT NULL
            ) STRICT;

            CREATE TABLE IF NOT EXISTS identities (
                issuer TEXT,
                subject TEXT,
                user INTEGER,
                created_at INTEGER,
                PRIMARY KEY (issuer, subject)
            );

            CREATE INDEX IF NOT EXISTS logins_by_user ON logins (user) WHERE ended_at IS NULL;
            """)
}
