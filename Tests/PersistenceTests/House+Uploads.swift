import Base
import Channels
import TestSupport

@testable import Persistence

extension House {
    func begin(
        _ byteCount: Int, by user: UserID, limits: Limits = House.limits
    ) async throws(FileFailure) -> ResumableUpload {
        try await storage.uploads.create(
            NewUpload(owner: user, byteCount: Int64(byteCount), name: "a.bin", metadata: "filename YS5iaW4="),
            within: limits)
    }

    func resume(_ upload: ResumableUpload) async throws(FileFailure) -> any IncomingPiece {
        try await storage.uploads.resume(upload.id, of: upload.owner, at: upload.received, within: House.limits) {}
    }

    func add(_ bytes: [UInt8], to upload: ResumableUpload) async throws(FileFailure) -> ResumableUpload {
        let piece = try await resume(upload)
        do throws(FileFailure) {
            try await piece.write(bytes)
            let kept = try await piece.keep()
            await piece.end()
            return kept
        } catch {
            await piece.end()
            throw error
        }
    }

    /// As a kill at this moment would leave them.
    func copyParts(to place: TemporaryDirectory) {
        Files.makeDirectory(place.file("files"))
        Files.makeDirectory(place.file("files/uploads"))
        for name in Files.names(in: directory.file("files/uploads")) {
            if let bytes = Files.read(directory.file("files/uploads/\(name)")) {
                Files.write(bytes, to: place.file("files/uploads/\(name)"))
            }
        }
    }
}
