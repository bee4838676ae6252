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
        let blob = blob, owner = owner, limits = limits
        let sealed = try await files.work { () throws(FileFailure) in try blob.seal() }
        return try await files.settle(
            sealed, place: { _ throws(FileFailure) in try blob.place(sealed) },
            row: { transaction, image throws(StoreFailure) in
                guard try transaction.fileUsage(of: owner).isRoom(for: sealed.byteCount, within: limits) else {
                    return .failure(.overQuota)
                }
                return try transaction.addFile(of: sealed, as: name, by: owner, image)
            })
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
        if isFirst { files.places.free(of: owner) }
    }
}
