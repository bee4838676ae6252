internal import Base
internal import Channels

extension ArchiveReader {
    func upload(_ id: String, of owner: UserID) throws(StoreFailure) -> ResumableUpload? {
        try statement(
            """
            SELECT u.byte_count, u.received, u.name, u.metadata, u.expires_at,
            f.id, f.name, f.byte_count, f.content_type, f.sha256, f.created_at, i.width, i.height
            FROM uploads u LEFT JOIN files f ON f.id = u.file LEFT JOIN images i ON i.sha256 = f.sha256
            WHERE u.id = ? AND u.user = ?
            """
        ).bind(id).bind(owner).first { row throws(StoreFailure) in
            var upload = ResumableUpload(
                id: id, owner: owner, byteCount: row.integer(0), received: row.integer(1), name: row.string(2),
                metadata: row.string(3), expiresAt: row.time(4))
            if let file = row.stringOrNull(5) {
                upload.file = StoredFile(
                    id: file, owner: owner, name: row.string(6), byteCount: row.integer(7),
                    contentType: row.string(8), sha256: row.bytes(9), createdAt: row.time(10),
                    image: ImageSize(row, 11))
            }
            return upload
        }
    }
}

extension Transaction {
    /// Those that are not whole.
    func openUploads(of owner: UserID) throws(StoreFailure) -> Int64 {
        try database.prepare("SELECT count(*) FROM uploads WHERE user = ? AND file IS NULL").bind(owner)
            .first { row throws(StoreFailure) in row.integer(0) } ?? 0
    }

    func insert(_ upload: ResumableUpload) throws(StoreFailure) {
        try database.prepare(
            "INSERT INTO uploads (id, user, byte_count, name, metadata, expires_at) VALUES (?, ?, ?, ?, ?, ?)"
        ).bind(upload.id).bind(upload.owner).bind(upload.byteCount).bind(upload.name).bind(upload.metadata)
            .bind(upload.expiresAt).run()
    }

    /// Whether something can become of it still.
    func isOpen(_ upload: ResumableUpload) throws(StoreFailure) -> Bool {
        try database.prepare("SELECT 1 FROM uploads WHERE id = ? AND file IS NULL").bind(upload.id)
            .first { _ throws(StoreFailure) in true } == true
    }

    /// Writes down how far an upload is, and what it has become.
    func update(_ upload: ResumableUpload) throws(StoreFailure) {
        try database.prepare("UPDATE uploads SET received = ?, expires_at = ?, file = ? WHERE id = ?")
            .bind(upload.received).bind(upload.expiresAt).bind(upload.file?.id).bind(upload.id).run()
    }
}

/// Takes away the uploads that nothing was added to for too long; their parts go when that is on disk.
struct UploadSweep {
    /// Rows that are taken away at once.
    private static let countMax = 1_000

    /// How many went.
    static func run(on database: Database, at now: Timestamp) throws(StoreFailure) -> Int {
        try database.prepare(
            """
            DELETE FROM uploads WHERE id IN
            (SELECT id FROM uploads WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)
            """
        ).bind(now).bind(countMax).run()
        return database.changes
    }
}
