internal import Auth
internal import Base
internal import Channels

extension Transaction {
    func fileUsage(of user: UserID) throws(StoreFailure) -> FileUsage {
        try database.prepare(FileUsage.sql).bind(user).first { row throws(StoreFailure) in FileUsage(row) }
            ?? FileUsage(nil)
    }

    /// A token may outlive its user.
    func isThere(_ user: UserID) throws(StoreFailure) -> Bool {
        try database.prepare("SELECT 1 FROM users WHERE id = ? AND deleted_at IS NULL").bind(user)
            .first { _ throws(StoreFailure) in true } == true
    }

    /// The one way in which a file comes to be: its bytes are in their place. What it is, they say themselves.
    /// - Parameter image: how large it is, if it is one.
    mutating func addFile(
        of blob: Blob, as name: String, by owner: UserID, _ image: ImageSize?
    ) throws(StoreFailure) -> Result<StoredFile, FileFailure> {
        guard try isThere(owner) else { return .failure(.notFound) }
        var random = RandomSource.system
        let file = StoredFile(
            id: StoredFile.newID(&random), owner: owner, name: name, byteCount: blob.byteCount,
            contentType: blob.contentType, sha256: blob.sha256, createdAt: now, image: image)
        try database.prepare(
            """
            INSERT INTO files (id, user, name, byte_count, content_type, sha256, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """
        ).bind(file.id).bind(file.owner).bind(file.name).bind(file.byteCount).bind(file.contentType)
            .bind(blob: file.sha256).bind(file.createdAt).run()
        if let image { try note(image, of: file.sha256) }
        return .success(file)
    }
}
