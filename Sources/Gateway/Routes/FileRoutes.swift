internal import Auth
internal import Base
internal import Channels
public import REST
internal import Wire

/// Uploading, downloading and removing files.
public struct FileRoutes: Sendable {
    private let services: Services
    private var limits: Limits { services.settings.limits }

    public init(_ services: Services) { self.services = services }

    /// Bytes of a form beside its file: boundaries, heads, and fields that are not looked at.
    private static let formBytesMax = 64 << 10

    public var routes: [Route] {
        [
            Route(
                .post, "/api/v1/files", access: .user,
                "Takes a file: the body itself, or the first file of a multipart/form-data",
                query: [.optional("name", .text(bytes: 0...limits.fileNameBytesMax), "what it is called")],
                answers: [
                    .init(201, .file, "the file; messages refer to it by its id"),
                    .init(409, nil, "all files of the caller together would be too large"),
                    .init(413, nil, "the file is too large"), .init(507, nil, "the disk is full"),
                ], bodyBytesMax: limits.fileBytesMax + Self.formBytesMax, streamsBody: true, handler: upload),
            Route(
                .get, "/api/v1/files/{fid}", access: .user,
                "A file of one's own, or one to which a message refers that the caller may see",
                answers: [.init(200, nil, "the file"), .init(206, nil, "a part of it"), .noFile], handler: download),
            Route(
                .delete, "/api/v1/files/{fid}", access: .user,
                "Removes a file of one's own; messages keep its name and size",
                answers: [.init(204, nil, "it is gone"), .noFile], handler: remove),
        ]
    }

    // MARK: Uploading

    @Sendable private func upload(_ call: Call) async throws(APIError) -> HTTPResponse {
        let user = try call.user()
        var body = try FileBody(call)
        guard body.byteCount ?? 0 <= limits.fileBytesMax else { throw tooLarge }
        try await body.open()
        let incoming = try await failing { () throws(FileFailure) in
            try await services.files.receive(for: user, byteCount: body.byteCount, within: limits)
        }
        let file: StoredFile
        do throws(APIError) {
            file = try await receive(&body, into: incoming, of: call)
        } catch {
            await incoming.discard()
            throw error
        }
        var response = HTTPResponse.json(201) { json in file.write(to: &json) }
        response.headers.add("Location", file.url)
        return response
    }

    private func receive(
        _ body: inout FileBody, into incoming: any IncomingFile, of call: Call
    ) async throws(APIError) -> StoredFile {
        var byteCount = 0
        while let piece = try await body.next() {
            byteCount += piece.count
            guard byteCount <= limits.fileBytesMax else { throw tooLarge }
            try await failing { () throws(FileFailure) in try await incoming.write(piece) }
        }
        // It may have taken long.
        if let login = call.caller?.login, services.endedLogins.contains(login) { throw APIError(.loginEnded) }
        let name = FileName.clean(body.name ?? "", bytesMax: limits.fileNameBytesMax)
        return try await failing { () throws(FileFailure) in try await incoming.finish(as: name) }
    }

    private var tooLarge: APIError {
        APIError(Rejection(.tooLarge, "a file has at most \(limits.fileBytesMax) bytes"))
    }

    // MARK: Downloading and removing

    @Sendable private func download(_ call: Call) async throws(APIError) -> HTTPResponse {
        let user = try call.user(), id = call.parameters["fid"] ?? ""
        let (file, opened) = try await failing { () throws(FileFailure) in
            guard let file = try await services.files.file(id, for: user) else { throw .notFound }
            return (file, try await services.files.open(file))
        }
        return HTTPResponse(file, opened)
    }

    @Sendable private func remove(_ call: Call) async throws(APIError) -> HTTPResponse {
        let user = try call.user(), id = call.parameters["fid"] ?? ""
        try await failing { () throws(FileFailure) in
            try await services.files.remove(
                id, by: user, from: call.cause.address,
                isOperator: call.caller?.permissions.contains(.writeServer) == true)
        }
        return HTTPResponse(status: 204)
    }

    private func failing<Value>(
        _ body: () async throws(FileFailure) -> Value
    ) async throws(APIError) -> Value {
        try await services.failing(body)
    }
}

extension Route.Answer {
    static let noFile = Route.Answer(404, nil, "there is no such file that the caller may read")
}
