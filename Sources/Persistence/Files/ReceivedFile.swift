internal import Auth
internal import Base
internal import Channels

/// A file that is being received: bytes first, their place on the disk next, and only then the row that says what they
/// are.
final class ReceivedFile: IncomingFile {
    private let files: SQLiteFiles
    private let blob: any IncomingBlob
    private let owner: UserID
    private let limits: Limits
    private let hasEnded = Guarded(false)

    init(files: SQLiteFiles, blob: any IncomingBlob, owner: UserID, limits: Limits) {
        self.files = files
        self.blob = blob
        self.owner = owner
        self.limits = limits
    }

    deinit { end() }

    func write(_ bytes: [UInt8]) async throws(FileFailure) {
        try await files.work { [blob] () throws(FileFailure) in try blob.write(bytes) }
    }

    func finish(as name: String) async throws(FileFailure) -> StoredFile {
        defer { end() }
        let keeper = files.keeper, verified = files.verified
        let placed = try await files.workFar { [blob] () throws(FileFailure) in
            let sealed = try blob.seal()
            keeper.hold(sealed.sha256)
            do throws(FileFailure) {
                try blob.place(sealed)
            } catch {
                keeper.letGo(sealed.sha256)
                throw error
            }
            if let placed = try? keeper.store.openAtHand(sealed.sha256) { verified.remember(sealed.sha256, placed) }
            return sealed
        }
        do throws(FileFailure) {
            let file = try await insert(placed, name)
            keeper.letGo(placed.sha256)
            return file
        } catch {
            keeper.letGo(placed.sha256)
            keeper.condemn([placed.sha256])
            throw error
        }
    }

    private func insert(_ blob: Blob, _ name: String) async throws(FileFailure) -> StoredFile {
        var random = RandomSource.system
        let id = StoredFile.newID(&random)
        let isWhole = Int64(blob.start.count) == blob.byteCount
        let type = ContentSignature.contentType(of: blob.start, isWhole: isWhole)
        return try await files.write { [owner, limits] transaction throws(StoreFailure) in
            let database = transaction.database
            // A token may outlive its user.
            let isThere = try database.prepare("SELECT 1 FROM users WHERE id = ? AND deleted_at IS NULL").bind(owner)
                .first { _ throws(StoreFailure) in true }
            guard isThere == true else { return .failure(.notFound) }
            let usage = try database.prepare(FileUsage.sql).bind(owner)
                .first { row throws(StoreFailure) in FileUsage(row) }
            guard (usage ?? FileUsage(nil)).isRoom(for: blob.byteCount, within: limits) else {
                return .failure(.overQuota)
            }
            let file = StoredFile(
                id: id, owner: owner, name: name, byteCount: blob.byteCount, contentType: type, sha256: blob.sha256,
                createdAt: transaction.now)
            try database.prepare(
                """
                INSERT INTO files (id, user, name, byte_count, content_type, sha256, created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """
            ).bind(file.id).bind(file.owner).bind(file.name).bind(file.byteCount).bind(file.contentType)
                .bind(blob: file.sha256).bind(file.createdAt).run()
            return .success(file)
        }
    }

    func discard() async {
        // Where no thread takes it, the last who has it throws it away.
        _ = try? await files.work { [blob] () throws(FileFailure) in blob.discard() }
        end()
    }

    private func end() {
        let isFirst = hasEnded.withLock { hasEnded in
            defer { hasEnded = true }
            return !hasEnded
        }
        if isFirst { files.ended(for: owner) }
    }
}
