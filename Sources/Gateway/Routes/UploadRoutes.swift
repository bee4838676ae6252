internal import Auth
internal import Base
internal import Channels
public import REST
internal import Wire

/// Uploads that go on where they were cut off: tus 1.0 (https://tus.io/protocols/resumable-upload) with creation,
/// creation-with-upload, termination, checksum and expiration.
public struct UploadRoutes: Sendable {
    let services: Services
    var limits: Limits { services.settings.limits }

    public init(_ services: Services) { self.services = services }

    static let version = "1.0.0"
    /// The type of a body that is a piece of an upload.
    static let pieceType = "application/offset+octet-stream"
    static let path = "/api/v1/files/uploads"

    /// What OPTIONS tells.
    private var offers: [(String, String)] {
        [
            ("Tus-Resumable", Self.version), ("Tus-Version", Self.version),
            ("Tus-Extension", "creation,creation-with-upload,termination,checksum,expiration"),
            ("Tus-Max-Size", String(limits.fileBytesMax)), ("Tus-Checksum-Algorithm", UploadChecksum.names),
        ]
    }

    public var routes: [Route] {
        let piece = "\(Self.path)/{uid}"
        let noUpload = Route.Answer(404, nil, "there is no such upload of the caller")
        let added: [Route.Answer] = [
            .init(204, nil, "added; Content-Location names the file when the upload is whole"), noUpload,
            .init(409, nil, "the upload has another number of bytes, which Upload-Offset says"),
            .init(412, nil, "Tus-Resumable is missing, or another version"),
            .init(413, nil, "more than the upload has"), .init(415, nil, "not \(Self.pieceType)"),
            .init(423, nil, "another request is adding to the upload"),
            .init(460, nil, "the piece is not what Upload-Checksum says"), .init(507, nil, "the disk is full"),
        ]
        var routes = [
            Route(
                .post, Self.path, access: .user, "Begins an upload that goes on where it was cut off (tus 1.0)",
                answers: [
                    .init(201, nil, "begun; Location says where"),
                    .init(409, nil, "all files of the caller together would be too large, or too many are not whole"),
                    .init(412, nil, "Tus-Resumable is missing, or another version"),
                    .init(413, nil, "the file is too large"), .init(507, nil, "the disk is full"),
                ], bodyBytesMax: limits.fileBytesMax, streamsBody: true, handler: tus(create)),
            Route(
                .head, piece, access: .user, "How much of an upload is there: Upload-Offset",
                answers: [.init(200, nil, "so much"), noUpload], handler: tus(tell)),
            Route(
                .get, piece, access: .user, "An upload, and the file that it has become",
                answers: [.init(200, .upload, "it"), noUpload], handler: show),
            Route(
                .patch, piece, access: .user, "Adds a piece to an upload", answers: added,
                bodyBytesMax: limits.fileBytesMax, streamsBody: true, handler: tus(add)),
            Route(
                .delete, piece, access: .user, "Ends an upload; the file that it has become stays",
                answers: [.init(204, nil, "ended"), noUpload], handler: tus(end)),
            Route(
                .post, piece, access: .user, "The same for who can say PATCH and DELETE only by X-HTTP-Method-Override",
                answers: added, bodyBytesMax: limits.fileBytesMax, streamsBody: true, handler: tus(override)),
        ]
        for index in routes.indices { routes[index].offers = offers }
        return routes
    }

    /// Answers say the version, refusals too; who speaks another is told which there is.
    private func tus(_ handler: @escaping Route.Handler) -> Route.Handler {
        { call async throws(APIError) in
            do throws(APIError) {
                guard call.head.headers["tus-resumable"] == Self.version else {
                    throw APIError(
                        Rejection(.preconditionFailed, "this speaks Tus-Resumable: \(Self.version)"),
                        headers: [("Tus-Version", Self.version)])
                }
                var response = try await handler(call)
                response.headers.set("Tus-Resumable", Self.version)
                return response
            } catch {
                var error = error
                error.headers.append(("Tus-Resumable", Self.version))
                throw error
            }
        }
    }

    // MARK: Beginning

    @Sendable private func create(_ call: Call) async throws(APIError) -> HTTPResponse {
        let owner = try call.user(), headers = call.head.headers
        guard let byteCount = headers["upload-length"].flatMap({ Int64(plainDecimal: $0) }) else {
            throw APIError(Rejection(.badRequest, "Upload-Length says how many bytes the file has"))
        }
        guard byteCount <= limits.fileBytesMax else {
            throw APIError(Rejection(.tooLarge, "a file has at most \(limits.fileBytesMax) bytes"))
        }
        guard let metadata = UploadMetadata(parsing: headers["upload-metadata"] ?? ""),
            let name = metadata.name(bytesMax: limits.fileNameBytesMax)
        else { throw APIError(Rejection(.badRequest, "the Upload-Metadata is malformed")) }
        let new = NewUpload(owner: owner, byteCount: byteCount, name: name, metadata: metadata.text)
        let hasPiece = headers["content-type"] == Self.pieceType
        if hasPiece { _ = try PieceBody(call, room: byteCount) }
        var upload = try await services.failing { () throws(FileFailure) in
            try await services.uploads.create(new, within: limits)
        }
        if hasPiece || byteCount == 0 { upload = try await receive(call, of: upload.id, at: 0, hasBody: hasPiece) }
        var response = answer(201, upload)
        response.headers.set("Location", upload.url)
        return response
    }

    // MARK: Telling

    @Sendable private func tell(_ call: Call) async throws(APIError) -> HTTPResponse {
        let owner = try call.user(), id = call.parameters["uid"] ?? ""
        // Who asks wants to go on: what is still being added was sent by somebody who may be gone.
        let upload = try await services.failing { () throws(FileFailure) in
            try await services.uploads.interrupt(id, of: owner)
            return try await services.uploads.upload(id, of: owner)
        }
        var response = answer(200, upload)
        response.headers.set("Upload-Length", String(upload.byteCount))
        if !upload.metadata.isEmpty { response.headers.set("Upload-Metadata", upload.metadata) }
        return response
    }

    @Sendable private func show(_ call: Call) async throws(APIError) -> HTTPResponse {
        let owner = try call.user(), id = call.parameters["uid"] ?? ""
        let upload = try await services.failing { () throws(FileFailure) in
            try await services.uploads.upload(id, of: owner)
        }
        return .json { upload.write(to: &$0) }
    }

    // MARK: Adding and ending

    @Sendable private func add(_ call: Call) async throws(APIError) -> HTTPResponse {
        let headers = call.head.headers
        guard headers["content-type"] == Self.pieceType else {
            throw APIError(Rejection(.unsupportedType, "a piece is sent as Content-Type: \(Self.pieceType)"))
        }
        guard let offset = headers["upload-offset"].flatMap({ Int64(plainDecimal: $0) }) else {
            throw APIError(Rejection(.badRequest, "Upload-Offset says where the piece belongs"))
        }
        return answer(204, try await receive(call, of: call.parameters["uid"] ?? "", at: offset, hasBody: true))
    }

    @Sendable private func end(_ call: Call) async throws(APIError) -> HTTPResponse {
        let owner = try call.user(), id = call.parameters["uid"] ?? ""
        try await services.failing { () throws(FileFailure) in
            try await services.uploads.remove(id, of: owner)
        }
        return HTTPResponse(status: 204)
    }

    @Sendable private func override(_ call: Call) async throws(APIError) -> HTTPResponse {
        switch call.head.headers["x-http-method-override"] {
        case "PATCH": return try await add(call)
        case "DELETE": return try await end(call)
        case "HEAD": return try await tell(call)
        default: throw APIError(Rejection(.badRequest, "X-HTTP-Method-Override says PATCH, DELETE or HEAD"))
        }
    }

    private func receive(
        _ call: Call, of id: String, at offset: Int64, hasBody: Bool
    ) async throws(APIError) -> ResumableUpload {
        let owner = try call.user(), stream = call.stream
        let piece = try await services.failing { () throws(FileFailure) in
            try await services.uploads.resume(id, of: owner, at: offset, within: limits) {
                stream.end(HTTPViolation(status: 409, reason: "another request goes on with this upload"))
            }
        }
        do throws(APIError) {
            let body = try PieceBody(call, room: piece.room)
            let upload = try await body.receive(into: piece, services, isThere: hasBody)
            await piece.end()
            return upload
        } catch {
            await piece.end()
            throw error
        }
    }

    private func answer(_ status: Int, _ upload: ResumableUpload) -> HTTPResponse {
        var headers = HTTPHeaders([("Upload-Offset", String(upload.received))])
        headers.add("Upload-Expires", HTTPDate.string(upload.expiresAt))
        if let file = upload.file { headers.add("Content-Location", file.url) }
        return HTTPResponse(status: status, headers: headers)
    }
}

extension Shape {
    static let upload = Shape(
        "Upload",
        [
            .required("id", .text(bytes: 32...32), "what it is called while it comes"),
            .required("name", .text(bytes: 1...4_096), "what its file is called"),
            .required("size", .integer(0...Int64.max), "bytes that it will have"),
            .required("received", .integer(0...Int64.max), "bytes that are there"),
            .required("expires_at", .time, "when it goes, unless something is added to it"),
            .optional("file", .object(.file), "what it has become, once it is whole"),
        ])
}
