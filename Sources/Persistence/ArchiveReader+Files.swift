internal import Base
internal import Channels

extension ArchiveReader {
    func fileUsage(of user: UserID) throws(StoreFailure) -> FileUsage {
        try statement(FileUsage.sql).bind(user).first { row throws(StoreFailure) in FileUsage(row) } ?? FileUsage(nil)
    }

    /// Whether a course shows a file (`f`) to a user (`?2`): all of it to those who teach it, its picture to everybody
    /// once it is published, and published lessons to its students.
    private static let shownByCourse = """
        EXISTS (
            SELECT 1 FROM course_files r JOIN courses c ON c.id = r.course WHERE r.file = f.id AND c.deleted_at IS NULL
            AND (EXISTS (SELECT 1 FROM course_staff s WHERE s.course = c.id AND s.user = ?2)
            OR (r.lesson = 0 AND c.state = 'published')
            OR (c.state <> 'draft'
                AND (r.lesson = 0 OR EXISTS (SELECT 1 FROM lessons l WHERE l.id = r.lesson AND l.state = 'published'))
                AND EXISTS (SELECT 1 FROM enrolments e
                    WHERE e.course = c.id AND e.user = ?2 AND e.state = 'active')))
        )
        """

    /// A file that is the user's own, or to which a message refers that the user may see, or that a course shows them:
    /// in one statement, and so in one snapshot of members, messages, students and what is hidden.
    func file(_ id: String, for user: UserID) throws(StoreFailure) -> StoredFile? {
        try statement(
            """
            SELECT id, user, name, byte_count, content_type, f.sha256, created_at, width, height
            FROM files f LEFT JOIN images i ON i.sha256 = f.sha256 WHERE id = ?1
            AND (user = ?2 OR EXISTS (
                SELECT 1 FROM file_references r
                JOIN members m ON m.channel = r.channel AND m.user = ?2
                JOIN channels c ON c.id = r.channel
                WHERE r.file = f.id AND r.message_number > max(m.start_number, c.purged_number)
                AND r.message_number > coalesce(
                    (SELECT last FROM hidden h WHERE h.channel = r.channel AND h.user = ?2
                    AND h.first <= r.message_number ORDER BY h.first DESC LIMIT 1), 0)
            ) OR \(Self.shownByCourse))
            """
        ).bind(id).bind(user).first { row throws(StoreFailure) in
            guard let owner = UserID(rawValue: row.integer(1)) else { throw .damaged("a file's owner is damaged") }
            return StoredFile(
                id: row.string(0), owner: owner, name: row.string(2), byteCount: row.integer(3),
                contentType: row.string(4), sha256: row.bytes(5), createdAt: row.time(6),
                image: ImageSize(row, 7))
        }
    }
}

extension ImageSize {
    /// Two columns, both of which are null for what is no image.
    init?(_ row: Statement, _ column: CInt) {
        guard !row.isNull(column) else { return nil }
        self.init(width: Int(row.integer(column)), height: Int(row.integer(column + 1)))
    }
}
