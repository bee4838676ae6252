internal import Auth
internal import Base
internal import Channels
internal import REST
internal import Wire

/// The body of a request that adds a piece to an upload.
struct PieceBody {
    private let call: Call
    private let room: Int64
    private let checksum: UploadChecksum?

    /// Bytes after which what came is kept, so that a server that is killed loses no more of a long piece.
    private static let keptBytes: Int64 = 16 << 20

    /// - Parameter room: bytes that the upload still takes.
    /// - Throws: 413 when the piece says that it is longer, 400 for a checksum that cannot be checked.
    init(_ call: Call, room: Int64) throws(APIError) {
        self.call = call
        self.room = room
        if let text = call.head.headers["upload-checksum"] {
            guard let checksum = UploadChecksum(parsing: text) else {
                throw APIError(
                    Rejection(.badRequest, "the Upload-Checksum is malformed, or not one of \(UploadChecksum.names)"))
            }
            self.checksum = checksum
        } else {
            checksum = nil
        }
        if case .length(let count) = call.head.bodyLength, Int64(count) > room { throw tooLong }
    }

    private var tooLong: APIError {
        APIError(Rejection(.tooLarge, "the upload has no more than \(room) bytes to come"))
    }

    /// Takes it all in. What is cut off is kept as far as it came, unless it has a checksum: of such a piece all is
    /// kept, or nothing.
    func receive(
        into piece: any IncomingPiece, _ services: Services, isThere: Bool
    ) async throws(APIError) -> ResumableUpload {
        let digest = checksum.map { Guarded(RunningDigest($0.kind)) }
        do throws(APIError) {
            if isThere { try await write(to: piece, services, digest) }
            // It may have taken long.
            if let login = call.caller?.login, services.endedLogins.contains(login) { throw APIError(.loginEnded) }
        } catch {
            if checksum == nil { _ = try? await piece.keep() }
            throw error
        }
        if let checksum, let digest, digest.withLock({ $0.finish() }) != checksum.value {
            throw APIError(
                Rejection(.validationFailed, "the piece is not what Upload-Checksum says"), status: 460)
        }
        return try await services.failing { () throws(FileFailure) in try await piece.keep() }
    }

    private func write(
        to piece: any IncomingPiece, _ services: Services, _ digest: Guarded<RunningDigest>?
    ) async throws(APIError) {
        var unkept: Int64 = 0
        while let bytes = try await next() {
            guard Int64(bytes.count) <= piece.room else { throw tooLong }
            digest?.withLock { $0.update(bytes) }
            unkept += Int64(bytes.count)
            let isDue = digest == nil && unkept >= Self.keptBytes
            if isDue { unkept = 0 }
            try await services.failing { () throws(FileFailure) in
                try await piece.write(bytes)
                if isDue { _ = try await piece.keep() }
            }
        }
    }

    private func next() async throws(APIError) -> [UInt8]? {
        do throws(HTTPViolation) { return try await call.stream.next() } catch { throw APIError(error) }
    }
}
