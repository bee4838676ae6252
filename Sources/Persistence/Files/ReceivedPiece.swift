internal import Auth
internal import Base
internal import Channels

/// A piece that is being added to an upload.
final class ReceivedPiece: IncomingPiece {
    private struct State {
        var upload: ResumableUpload
        /// Where the next bytes go.
        var end: Int64
        /// Of all bytes up to `end`; `nil` when not all of them were seen by this run of the server.
        var digest: Guarded<RunningDigest>?
        var hasEnded = false
    }

    private let uploads: SQLiteUploads
    private let id: String
    private let owner: UserID
    /// `nil` for an upload that is whole already.
    private let part: PartFile?
    private let limits: Limits
    private let state: Guarded<State>

    init(uploads: SQLiteUploads, upload: ResumableUpload, part: PartFile?, limits: Limits) {
        self.uploads = uploads
        self.part = part
        self.limits = limits
        id = upload.id
        owner = upload.owner
        let digest = uploads.holds.takeDigest(of: upload.id, through: upload.received)
        state = Guarded(State(upload: upload, end: upload.received, digest: digest))
    }

    deinit { letGo() }

    var room: Int64 { state.withLock { $0.upload.byteCount - $0.end } }

    func write(_ bytes: [UInt8]) async throws(FileFailure) {
        let (end, digest, isRoom) = state.withLock {
            ($0.end, $0.digest, $0.upload.byteCount - $0.end >= Int64(bytes.count))
        }
        // Who asked for the room does not come here.
        guard let part, isRoom else { throw .broken }
        try await uploads.files.work { () throws(FileFailure) in
            try part.write(bytes, at: end)
            digest?.withLock { $0.update(bytes) }
        }
        state.withLock { $0.end += Int64(bytes.count) }
    }

    func keep() async throws(FileFailure) -> ResumableUpload {
        let (upload, end) = state.withLock { ($0.upload, $0.end) }
        guard let part, upload.file == nil else { return upload }
        try await uploads.files.work { () throws(FileFailure) in try part.sync() }
        if end == upload.byteCount { return try await complete() }
        guard end > upload.received else { return upload }
        var next = upload
        next.received = end
        let seconds = Int64(limits.openUploadSeconds)
        let kept = try await uploads.files.write {
            [next] transaction throws(StoreFailure) -> Result<ResumableUpload, FileFailure> in
            guard try transaction.isOpen(next), try transaction.isThere(next.owner) else { return .failure(.notFound) }
            var kept = next
            kept.expiresAt = transaction.now.adding(seconds: seconds)
            try transaction.update(kept)
            return .success(kept)
        }
        state.withLock { $0.upload = kept }
        return kept
    }

    func end() async { letGo() }

    private func letGo() {
        let (isFirst, digest, received) = state.withLock { state in
            defer {
                state.hasEnded = true
                state.digest = nil
            }
            // A hash of what was not kept is of no use.
            let digest = state.upload.file == nil && state.end == state.upload.received ? state.digest : nil
            return (!state.hasEnded, digest, state.end)
        }
        guard isFirst else { return }
        if let digest, received > 0 { uploads.holds.keep(digest, of: id, through: received) }
        uploads.release(id, of: owner)
    }

    // MARK: The whole

    /// Makes a file of what is all there and on disk: its bytes to their place, and then, in one, the row of the file
    /// and that of the upload. The part goes last.
    func complete() async throws(FileFailure) -> ResumableUpload {
        guard let part else { throw .broken }
        let upload = state.withLock { $0.upload }, parts = try uploads.parts()
        let start = try await uploads.files.work { () throws(FileFailure) in
            try part.read(0..<min(upload.byteCount, Int64(ContentSignature.byteCount)))
        }
        let blob = Blob(sha256: try await hash(), byteCount: upload.byteCount, start: start)
        let seconds = Int64(limits.openUploadSeconds)
        let whole = Guarded(upload)
        _ = try await uploads.files.settle(
            blob, place: { store throws(FileFailure) in try store.place(fileAt: parts.path(of: upload.id), blob) },
            row: { transaction, image throws(StoreFailure) -> Result<StoredFile, FileFailure> in
                guard try transaction.isOpen(upload) else { return .failure(.notFound) }
                let added = try transaction.addFile(of: blob, as: upload.name, by: upload.owner, image)
                guard case .success(let file) = added else { return added }
                var row = upload
                row.received = upload.byteCount
                row.expiresAt = transaction.now.adding(seconds: seconds)
                row.file = file
                try transaction.update(row)
                whole.withLock { $0 = row }
                return added
            })
        state.withLock { $0.upload = whole.withLock { $0 } }
        uploads.holds.forget(upload.id)
        // What this misses the next sweep finds.
        try? await uploads.files.work { () throws(FileFailure) in parts.remove(upload.id) }
        return whole.withLock { $0 }
    }

    /// Of the whole file: as it came, or read from the disk, a piece at a time, with turns of others between.
    private func hash() async throws(FileFailure) -> [UInt8] {
        guard let part else { throw .broken }
        let (upload, digest) = state.withLock { state in
            defer { state.digest = nil }
            return (state.upload, state.end == state.upload.byteCount ? state.digest : nil)
        }
        if let digest { return digest.withLock { $0.finish() } }
        let read = Guarded(RunningDigest())
        var offset: Int64 = 0
        while offset < upload.byteCount {
            let range = offset..<min(upload.byteCount, offset + Int64(BackupFormat.pieceByteCount))
            try await uploads.files.work { () throws(FileFailure) in
                let piece = try part.read(range)
                read.withLock { $0.update(piece) }
            }
            offset = range.upperBound
        }
        return read.withLock { $0.finish() }
    }
}
