extension Migration {
    /// What is pushed has two sides: something may wait under a topic (`is_pending`) under which devices show something
    /// already (`is_shown`), and both have an end. What is about no channel has a topic of its own, which goes with its
    /// notification.
    static let pushes = Migration(
        number: 19,
        sql: """
            DROP TABLE pushes;
            CREATE TABLE pushes (
                user INTEGER NOT NULL,
                topic TEXT NOT NULL,
                is_pending INTEGER NOT NULL,
                is_shown INTEGER NOT NULL,
                PRIMARY KEY (user, topic)
            ) STRICT, WITHOUT ROWID;
            CREATE TRIGGER pushes_of_gone_notification AFTER DELETE ON notifications WHEN OLD.channel IS NULL
            BEGIN DELETE FROM pushes WHERE user = OLD.user AND topic = 'notification-' || OLD.id; END;
            """)
}
