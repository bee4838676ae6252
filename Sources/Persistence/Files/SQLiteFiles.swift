internal import Auth
internal import Base
internal import Channels
internal import Reactor
internal import Telemetry

/// Uploaded files: their bytes in a `FileStore`, and what is known of them in the database.
final class SQLiteFiles: UploadedFiles {
    let keeper: BlobKeeper
    let committer: Committer
    let verified: VerifiedFiles
    private let integrity: Integrity
    private let readers: WorkPool<Reader>
    private let room: DiskRoom?
    /// `nil` where none are made.
    let maker: ThumbnailMaker?
    let log: Logger
    let places = UploadPlaces()

    init(
        keeper: BlobKeeper, readers: WorkPool<Reader>, committer: Committer, verified: VerifiedFiles,
        integrity: Integrity, room: DiskRoom?, maker: ThumbnailMaker?, log: Logger
    ) {
        self.room = room
        self.maker = maker
        self.keeper = keeper
        self.verified = verified
        self.integrity = integrity
        self.readers = readers
        self.committer = committer
        self.log = log
    }

    // MARK: Receiving

    func receive(
        for owner: UserID, byteCount: Int?, within limits: Limits
    ) async throws(FileFailure) -> any IncomingFile {
        try checkRoom()
        let usage = try await read { archive throws(StoreFailure) in try archive.fileUsage(of: owner) }
        guard usage.isRoom(for: Int64(byteCount ?? 0), within: limits) else { throw .overQuota }
        try places.take(for: owner, within: limits)
        do throws(FileFailure) {
            let blob = try await work { [keeper] () throws(FileFailure) in try keeper.store.begin()
            }
            return ReceivedFile(files: self, blob: blob, owner: owner, limits: limits)
        } catch {
            places.free(of: owner)
            throw error
        }
    }

    /// What is held back of the disk is not for files.
    func checkRoom() throws(FileFailure) {
        if room?.isShort == true { throw .full }
    }

    /// Bytes to their place, and then what stands for them in the database. Nobody removes them meanwhile; without a
    /// row they are removed.
    /// - Parameter row: is handed the size of what is an image.
    func settle<Value: Sendable>(
        _ blob: Blob, place: @escaping @Sendable (any FileStore) throws(FileFailure) -> Void,
        row: @escaping @Sendable (inout Transaction, ImageSize?) throws(StoreFailure) -> Result<Value, FileFailure>
    ) async throws(FileFailure) -> Value {
        let image = try await workFar { [keeper, verified] () throws(FileFailure) -> ImageSize? in
            keeper.hold(blob.sha256)
            do throws(FileFailure) {
                try place(keeper.store)
            } catch {
                keeper.letGo(blob.sha256)
                throw error
            }
            guard let placed = try? keeper.store.openAtHand(blob.sha256) else { return nil }
            verified.remember(blob.sha256, placed)
            guard ImageHead.types.contains(blob.contentType) else { return nil }
            return ImageHead.size(byteCount: placed.byteCount) { placed.read($0) }
        }
        do throws(FileFailure) {
            let value = try await write { transaction throws(StoreFailure) in try row(&transaction, image) }
            keeper.letGo(blob.sha256)
            return value
        } catch {
            keeper.letGo(blob.sha256)
            keeper.condemn([blob.sha256])
            throw error
        }
    }

    // MARK: Reading

    func file(_ id: String, for user: UserID) async throws(FileFailure) -> StoredFile? {
        try await read { archive throws(StoreFailure) in try archive.file(id, for: user) }
    }

    func open(_ file: StoredFile) async throws(FileFailure) -> OpenFile {
        try await open(file.sha256, file.byteCount)
    }

    func open(_ sha256: [UInt8], _ byteCount: Int64) async throws(FileFailure) -> OpenFile {
        do throws(FileFailure) {
            if let opened = try await work({ [keeper] () throws(FileFailure) in try keeper.store.openAtHand(sha256) }) {
                try await check(opened, sha256, byteCount)
                return opened
            }
        } catch {
            guard error == .broken, await dropCopy(sha256) else { throw await found(error, sha256) }
        }
        // From where it is kept; what comes from there has been held to its hash.
        do throws(FileFailure) {
            let opened = try await workFar { [keeper] () throws(FileFailure) in try keeper.store.open(sha256) }
            verified.remember(sha256, opened)
            try await check(opened, sha256, byteCount)
            return opened
        } catch {
            throw await found(error, sha256)
        }
    }

    private func dropCopy(_ sha256: [UInt8]) async -> Bool {
        (try? await work { [keeper] () throws(FileFailure) in keeper.store.dropCopy(sha256) }) ?? false
    }

    /// Says of damage that it is there. What was removed while it was asked for is none.
    private func found(_ failure: FileFailure, _ sha256: [UInt8]) async -> FileFailure {
        guard failure == .broken else { return failure }
        let isUsed = await keeper.pool.run { reader in reader.isUsed(sha256) } ?? nil
        guard isUsed != false else { return .notFound }
        integrity.found("the file \(sha256.hexadecimal)")
        return failure
    }

    private func check(_ opened: OpenFile, _ sha256: [UInt8], _ byteCount: Int64) async throws(FileFailure) {
        guard opened.byteCount == byteCount else { throw .broken }
        try await verify(opened, sha256)
    }

    /// Reads the whole file, unless that was done lately: what is damaged must not be sent, and what has been sent
    /// cannot be taken back.
    private func verify(_ file: OpenFile, _ sha256: [UInt8]) async throws(FileFailure) {
        while !verified.isKnown(sha256, file) {
            guard await verified.reading.begin(sha256) else { continue }
            defer { verified.reading.ended(sha256) }
            let digest = Guarded(RunningDigest())
            var offset = 0
            // A piece at a time, so that uploads have their turns between them.
            while offset < file.byteCount {
                let end = min(file.byteCount, offset + BackupFormat.pieceByteCount), range = offset..<end
                let isRead = try await work { () throws(FileFailure) in
                    guard let piece = file.read(range) else { return false }
                    digest.withLock { $0.update(piece) }
                    return true
                }
                guard isRead else { break }
                offset = end
            }
            guard digest.withLock({ $0.finish() }) == sha256 else { throw .broken }
            return verified.remember(sha256, file)
        }
    }

    // MARK: Removing

    func remove(
        _ id: String, by user: UserID, from address: String?, isOperator: Bool
    ) async throws(FileFailure) {
        // Who may not read it is told that there is none.
        if !isOperator, try await file(id, for: user) == nil { throw .notFound }
        try await write { transaction throws(StoreFailure) -> Result<Void, FileFailure> in
            let owner = try transaction.database.prepare("SELECT user FROM files WHERE id = ?").bind(id)
                .first { row throws(StoreFailure) in UserID(rawValue: row.integer(0)) }
            guard let owner else { return .failure(.notFound) }
            guard owner == user || isOperator else { return .failure(.notOwner) }
            try transaction.database.prepare("DELETE FROM files WHERE id = ?").bind(id).run()
            if owner != user {
                let target = owner.map { AuditEntry.target($0) }
                try transaction.record(
                    .fileDeleted, by: Cause(actor: user, address: address), target: target, detail: id)
            }
            return .success(())
        }
    }

    // MARK: Roads

    /// On a thread that may wait for the disk.
    func work<Value: Sendable>(
        _ body: @escaping @Sendable () throws(FileFailure) -> Value
    ) async throws(FileFailure) -> Value { try await work(in: keeper.pool, body) }

    /// On one that may wait for wherever the store is.
    func workFar<Value: Sendable>(
        _ body: @escaping @Sendable () throws(FileFailure) -> Value
    ) async throws(FileFailure) -> Value { try await work(in: keeper.farPool, body) }

    private func work<Value: Sendable>(
        in pool: WorkPool<FileReader>, _ body: @escaping @Sendable () throws(FileFailure) -> Value
    ) async throws(FileFailure) -> Value {
        let result = await pool.run { _ -> Result<Value, FileFailure> in
            do throws(FileFailure) { return .success(try body()) } catch { return .failure(error) }
        }
        guard let result else { throw .overloaded }
        return try result.get()
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (inout Transaction) throws(StoreFailure) -> Result<Value, FileFailure>
    ) async throws(FileFailure) -> Value {
        switch await committer.transact(body) {
        case .success(let result): return try result.get()
        case .failure(.overloaded): throw .overloaded
        case .failure(.full): throw .full
        }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (ArchiveReader) throws(StoreFailure) -> Value
    ) async throws(FileFailure) -> Value {
        let answer = await readers.run { reader in
            reader.use { archive, _ throws(StoreFailure) in try body(archive) }
        }
        guard let answer else { throw .overloaded }
        guard case .success(let value) = answer else { throw .broken }
        return value
    }
}

/// What all files of a user are together.
struct FileUsage: Equatable, Sendable {
    var byteCount: Int64 = 0
    var fileCount: Int64 = 0

    func isRoom(for more: Int64, within limits: Limits) -> Bool {
        byteCount + more <= limits.fileQuotaBytes && fileCount < limits.filesPerUserMax
    }

    /// What is not whole yet has its place already.
    static let sql = """
        SELECT coalesce((SELECT byte_count FROM file_usage WHERE user = ?1), 0)
            + (SELECT coalesce(sum(byte_count), 0) FROM uploads WHERE user = ?1 AND file IS NULL),
        coalesce((SELECT file_count FROM file_usage WHERE user = ?1), 0)
            + (SELECT count(*) FROM uploads WHERE user = ?1 AND file IS NULL)
        """

    init(_ row: Statement?) {
        byteCount = row?.integer(0) ?? 0
        fileCount = row?.integer(1) ?? 0
    }
}
