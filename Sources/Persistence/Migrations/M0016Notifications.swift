extension Migration {
    /// Users' feeds, and the devices to which some of it is pushed. A device goes with the login that named it, however
    /// that ends.
    ///
    /// A notification names what it is about and holds none of its text. All unread messages of a channel share one,
    /// and `notification_marks` says up to where; `notified_through` is how far the journal has been looked at for
    /// that. A row of `pushes` is something that is to be pushed (`is_sent` 0), or that devices show (1).
    static let notifications = Migration(
        number: 16,
        sql: """
            CREATE TABLE notifications (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                user INTEGER NOT NULL,
                type TEXT NOT NULL,
                actor INTEGER,
                channel INTEGER,
                message_number INTEGER,
                reference_type TEXT,
                reference_id TEXT,
                detail TEXT,
                created_at INTEGER NOT NULL,
                read_at INTEGER
            ) STRICT;
            CREATE INDEX notifications_by_user ON notifications (user, id);
            CREATE INDEX notifications_unread ON notifications (user, channel) WHERE read_at IS NULL;
            CREATE INDEX notifications_by_message ON notifications (channel, message_number)
            WHERE channel IS NOT NULL;

            CREATE TABLE notification_marks (
                channel INTEGER NOT NULL,
                user INTEGER NOT NULL,
                number INTEGER NOT NULL,
                is_open INTEGER NOT NULL,
                PRIMARY KEY (channel, user)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE notification_preferences (
                user INTEGER PRIMARY KEY,
                unwanted TEXT NOT NULL,
                unpushed TEXT NOT NULL
            ) STRICT;

            INSERT INTO meta SELECT 'notified_through', coalesce(max(position), 0) FROM journal;

            CREATE TABLE devices (
                user INTEGER NOT NULL,
                device TEXT NOT NULL,
                login BLOB NOT NULL,
                kind TEXT NOT NULL,
                address TEXT NOT NULL,
                public_key BLOB,
                auth_secret BLOB,
                created_at INTEGER NOT NULL,
                updated_at INTEGER NOT NULL,
                PRIMARY KEY (user, device)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX devices_by_login ON devices (login);
            CREATE UNIQUE INDEX devices_by_address ON devices (kind, address);
            CREATE TRIGGER devices_of_ended_login AFTER UPDATE OF ended_at ON logins WHEN NEW.ended_at IS NOT NULL
            BEGIN DELETE FROM devices WHERE login = NEW.id; END;
            CREATE TRIGGER devices_of_gone_login AFTER DELETE ON logins
            BEGIN DELETE FROM devices WHERE login = OLD.id; END;
            CREATE TRIGGER devices_of_revoked_key AFTER UPDATE OF revoked_at ON api_keys
            WHEN NEW.revoked_at IS NOT NULL BEGIN DELETE FROM devices WHERE login = NEW.login; END;

            CREATE TABLE pushes (
                user INTEGER NOT NULL,
                topic TEXT NOT NULL,
                is_sent INTEGER NOT NULL,
                PRIMARY KEY (user, topic)
            ) STRICT, WITHOUT ROWID;
            """)
}
