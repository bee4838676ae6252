internal import Base
internal import Channels
internal import Reactor
internal import Telemetry

/// What makes small images: one at a time, and few may wait for it.
final class ThumbnailMaker: Sendable {
    let shrinker: any ImageShrinker
    let making = OnceForAll()
    private let pool: WorkPool<Void>

    /// - Parameter queueMax: images that may wait.
    init(_ shrinker: any ImageShrinker, queueMax: Int) {
        self.shrinker = shrinker
        pool = WorkPool(named: "thumbnail", threads: 1, capacity: queueMax) { () }
    }

    func make(of image: OpenFile) async throws(FileFailure) -> Result<[UInt8], ShrinkFailure> {
        let result = await pool.run { [shrinker] _ -> Result<[UInt8], ShrinkFailure> in
            do throws(ShrinkFailure) { return .success(try shrinker.shrink(image)) } catch { return .failure(error) }
        }
        guard let result else { throw .overloaded }
        return result
    }

    func close() { pool.finish() }
}

/// Small images are made when they are first asked for, and kept like files from then on. That nothing can be made of
/// an image is remembered too.
extension SQLiteFiles {
    func thumbnail(of file: StoredFile, within limits: Limits) async throws(FileFailure) -> Thumbnail? {
        guard let maker, let size = file.image, ImageHead.types.contains(file.contentType),
            size.pixelCount <= limits.thumbnailPixelsMax, file.byteCount <= limits.thumbnailSourceBytesMax
        else { return nil }
        var wasDamaged = false
        while true {
            switch try await read({ archive throws(StoreFailure) in try archive.thumbnail(of: file.sha256) }) {
            case nil, .some(.impossible): return nil
            case .some(.made(let sha256, let byteCount)):
                do throws(FileFailure) {
                    let small = try await open(sha256, byteCount)
                    return Thumbnail(content: small, contentType: maker.shrinker.contentType, sha256: sha256)
                } catch {
                    // It is made anew of what is there; or somebody else has done that meanwhile.
                    guard error == .broken || error == .notFound, !wasDamaged else { throw error }
                    wasDamaged = true
                    try await forget(thumbnail: sha256)
                }
            case .some(.unmade):
                // Whoever waited looks again.
                guard await maker.making.begin(file.sha256) else { continue }
                defer { maker.making.ended(file.sha256) }
                try await make(of: file, by: maker)
            }
        }
    }

    private func make(of file: StoredFile, by maker: ThumbnailMaker) async throws(FileFailure) {
        let original = try await open(file)
        switch try await maker.make(of: original) {
        case .success(let bytes): try await keep(bytes, as: file.sha256)
        case .failure(.impossible):
            try await write { transaction throws(StoreFailure) in
                try transaction.setThumbnail([], byteCount: 0, of: file.sha256)
            }
        case .failure(.unavailable(let why)):
            log.error("no small image could be made", ["why": why])
            throw .overloaded
        }
    }

    private func forget(thumbnail sha256: [UInt8]) async throws(FileFailure) {
        try await write { transaction throws(StoreFailure) -> Result<Void, FileFailure> in
            try transaction.database.prepare(
                "UPDATE images SET thumbnail = NULL, thumbnail_byte_count = 0 WHERE thumbnail = ?"
            ).bind(blob: sha256).run()
            return .success(())
        }
        keeper.condemn([sha256])
    }

    private func keep(_ bytes: [UInt8], as original: [UInt8]) async throws(FileFailure) {
        let (incoming, sum) = try await work { [keeper] () throws(FileFailure) -> (any IncomingBlob, Blob) in
            let incoming = try keeper.store.begin()
            try incoming.write(bytes)
            return (incoming, try incoming.seal())
        }
        try await settle(
            sum, place: { _ throws(FileFailure) in try incoming.place(sum) },
            row: { transaction, _ throws(StoreFailure) in
                try transaction.setThumbnail(sum.sha256, byteCount: sum.byteCount, of: original)
            })
    }
}

extension Transaction {
    /// How large an image is. Of the same content it is known already.
    func note(_ image: ImageSize, of sha256: [UInt8]) throws(StoreFailure) {
        try database.prepare("INSERT INTO images (sha256, width, height) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
            .bind(blob: sha256).bind(image.width).bind(image.height).run()
    }

    /// - Parameter sha256: empty when none can be made.
    fileprivate func setThumbnail(
        _ sha256: [UInt8], byteCount: Int64, of original: [UInt8]
    ) throws(StoreFailure) -> Result<Void, FileFailure> {
        try database.prepare("UPDATE images SET thumbnail = ?, thumbnail_byte_count = ? WHERE sha256 = ?")
            .bind(blob: sha256).bind(byteCount).bind(blob: original).run()
        // The file is gone meanwhile.
        return database.changes == 1 ? .success(()) : .failure(.notFound)
    }
}

enum ThumbnailState {
    case unmade, impossible
    case made(sha256: [UInt8], byteCount: Int64)
}

extension ArchiveReader {
    /// `nil` for what is no image.
    func thumbnail(of sha256: [UInt8]) throws(StoreFailure) -> ThumbnailState? {
        try statement("SELECT thumbnail, thumbnail_byte_count FROM images WHERE sha256 = ?").bind(blob: sha256)
            .first { row throws(StoreFailure) -> ThumbnailState in
                guard !row.isNull(0) else { return .unmade }
                let hash = row.bytes(0)
                return hash.isEmpty ? .impossible : .made(sha256: hash, byteCount: row.integer(1))
            }
    }
}
