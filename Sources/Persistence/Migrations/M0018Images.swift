extension Migration {
    /// How large images are, and the small ones that were made of them: bytes of the store like those of files, that go
    /// with the last file of the content that they were made of.
    static let images = Migration(
        number: 18,
        sql: """
            CREATE TABLE images (
                sha256 BLOB PRIMARY KEY,
                width INTEGER NOT NULL,
                height INTEGER NOT NULL,
                thumbnail BLOB,
                thumbnail_byte_count INTEGER NOT NULL DEFAULT 0
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX images_by_thumbnail ON images (thumbnail) WHERE thumbnail IS NOT NULL;
            CREATE TRIGGER images_removed AFTER DELETE ON files
            WHEN NOT EXISTS (SELECT 1 FROM files WHERE sha256 = OLD.sha256) BEGIN
                INSERT INTO orphans SELECT thumbnail FROM images
                WHERE sha256 = OLD.sha256 AND length(thumbnail) > 0 ON CONFLICT DO NOTHING;
                DELETE FROM images WHERE sha256 = OLD.sha256;
            END;
            """)
}
