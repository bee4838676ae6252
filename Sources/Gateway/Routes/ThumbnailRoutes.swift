internal import Base
internal import Channels
public import REST
internal import Wire

/// Small images of uploaded ones.
public struct ThumbnailRoutes: Sendable {
    private let services: Services

    public init(_ services: Services) { self.services = services }

    public var routes: [Route] {
        [
            Route(
                .get, "/api/v1/files/{fid}/thumbnail", access: .user,
                "A small image, of a file that is an image and that the caller may read",
                answers: [
                    .init(200, nil, "the small image"),
                    .init(404, nil, "there is no such file that the caller may read, or no small image of it"),
                ], handler: get)
        ]
    }

    /// Like the file itself: asked for again each time, and never run.
    @Sendable private func get(_ call: Call) async throws(APIError) -> HTTPResponse {
        let user = try call.user(), id = call.parameters["fid"] ?? "", limits = services.settings.limits
        let small = try await services.failing { () throws(FileFailure) in
            guard let file = try await services.files.file(id, for: user),
                let small = try await services.files.thumbnail(of: file, within: limits)
            else { throw .notFound }
            return small
        }
        return HTTPResponse(
            status: 200,
            headers: HTTPHeaders([
                ("Content-Type", small.contentType), ("Content-Disposition", "inline"),
                ("Content-Security-Policy", "sandbox; default-src 'none'"),
                ("Cache-Control", "private, no-cache"), ("Accept-Ranges", "bytes"),
                ("ETag", EntityTag(small.sha256.hexadecimal).description),
            ]), content: .file(FilePart(small.content)))
    }
}
