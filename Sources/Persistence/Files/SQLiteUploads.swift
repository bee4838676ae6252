internal import Auth
internal import Base
internal import Channels

/// Uploads that go on where they were cut off. A part is written first and synced, and only then its row says how much
/// of it counts: whatever else lies in the part has never come.
final class SQLiteUploads: ResumableUploads {
    let files: SQLiteFiles
    /// `nil` where there is no directory for them.
    private let kept: UploadParts?
    let holds = UploadHolds()
    private let time: TimeSource

    init(files: SQLiteFiles, parts: UploadParts?, time: TimeSource) {
        self.files = files
        kept = parts
        self.time = time
    }

    func parts() throws(FileFailure) -> UploadParts {
        guard let kept else { throw .broken }
        return kept
    }

    // MARK: The port

    func create(_ new: NewUpload, within limits: Limits) async throws(FileFailure) -> ResumableUpload {
        try files.checkRoom()
        _ = try parts()
        var random = RandomSource.system
        let id = ResumableUpload.newID(&random)
        return try await files.write { transaction throws(StoreFailure) in
            guard try transaction.isThere(new.owner) else { return .failure(.notFound) }
            guard try transaction.openUploads(of: new.owner) < limits.openUploadsPerUserMax else {
                return .failure(.tooManyOpenUploads)
            }
            guard try transaction.fileUsage(of: new.owner).isRoom(for: new.byteCount, within: limits) else {
                return .failure(.overQuota)
            }
            let upload = ResumableUpload(
                id: id, owner: new.owner, byteCount: new.byteCount, received: 0, name: new.name,
                metadata: new.metadata, expiresAt: transaction.now.adding(seconds: Int64(limits.openUploadSeconds)))
            try transaction.insert(upload)
            return .success(upload)
        }
    }

    func upload(_ id: String, of owner: UserID) async throws(FileFailure) -> ResumableUpload {
        let now = time.now(), parts = try parts()
        let found = try await files.read { archive throws(StoreFailure) in try archive.upload(id, of: owner) }
        guard let found, found.expiresAt > now else { throw .notFound }
        // Where a backup was restored, the parts are not there.
        let isThere = try await files.work { () throws(FileFailure) in
            found.file != nil || parts.holds(found.received, of: id)
        }
        guard isThere else { throw .notFound }
        return found
    }

    func interrupt(_ id: String, of owner: UserID) async throws(FileFailure) {
        _ = try await upload(id, of: owner)
        await holds.interrupt(id)
    }

    func resume(
        _ id: String, of owner: UserID, at offset: Int64, within limits: Limits, stop: @escaping @Sendable () -> Void
    ) async throws(FileFailure) -> any IncomingPiece {
        try files.checkRoom()
        _ = try await upload(id, of: owner)
        try files.places.take(for: owner, within: limits)
        guard holds.take(id, stop: stop) else {
            files.places.free(of: owner)
            throw .inUse
        }
        let upload: ResumableUpload, part: PartFile?
        do throws(FileFailure) {
            (upload, part) = try await open(id, of: owner, at: offset)
        } catch {
            release(id, of: owner)
            throw error
        }
        let piece = ReceivedPiece(uploads: self, upload: upload, part: part, limits: limits)
        guard part?.isPlaced == true else { return piece }
        // All of it had come, and only the word of it was lost.
        let whole = try await piece.complete()
        throw .notAtEnd(received: whole.received)
    }

    func remove(_ id: String, of owner: UserID) async throws(FileFailure) {
        let parts = try parts()
        try await interrupt(id, of: owner)
        try await files.write { transaction throws(StoreFailure) -> Result<Void, FileFailure> in
            try transaction.database.prepare("DELETE FROM uploads WHERE id = ? AND user = ?").bind(id).bind(owner).run()
            transaction.hasErased = true
            return transaction.database.changes > 0 ? .success(()) : .failure(.notFound)
        }
        holds.forget(id)
        try await files.work { () throws(FileFailure) in parts.remove(id) }
    }

    // MARK: Steps

    /// Under the hold of the upload: what is read now stays so. There is no part of what is whole.
    private func open(
        _ id: String, of owner: UserID, at offset: Int64
    ) async throws(FileFailure) -> (ResumableUpload, PartFile?) {
        let upload = try await upload(id, of: owner), parts = try parts()
        guard offset == upload.received else { throw .notAtEnd(received: upload.received) }
        guard upload.file == nil else { return (upload, nil) }
        let part = try await files.work { () throws(FileFailure) in
            let part = try parts.open(id, holding: upload.received)
            if !part.isPlaced { try part.cut(to: upload.received) }
            return part
        }
        return (upload, part)
    }

    func release(_ id: String, of owner: UserID) {
        holds.free(id)
        files.places.free(of: owner)
    }
}
