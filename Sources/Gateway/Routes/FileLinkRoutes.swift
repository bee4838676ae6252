internal import Auth
internal import Base
internal import Channels
public import REST
internal import Wire

/// Links to files that are good without an account, for a while: for as long as who made them may read the file.
public struct FileLinkRoutes: Sendable {
    private let services: Services
    private var limits: Limits { services.settings.limits }

    public init(_ services: Services) { self.services = services }

    /// Seconds for which a link is good where nothing else is asked for.
    private static let usualSeconds = 3_600

    public var routes: [Route] {
        [
            Route(
                .post, "/api/v1/files/{fid}/link", access: .user,
                "Makes a link to a file that needs no account, and ends by itself",
                body: Shape(
                    "NewFileLink",
                    [
                        .optional(
                            "expires_in", .integer(1...Int64(limits.fileLinkSecondsMax)),
                            "seconds for which it is good; an hour")
                    ]),
                answers: [
                    .init(
                        201,
                        Shape(
                            "FileLink",
                            [
                                .required("url", .text(bytes: 1...4_096), "where the file is"),
                                .required("expires_at", .time, "until when"),
                            ]), "the link"), .noFile,
                ], isSecret: true, handler: make),
            Route(
                .get, "/api/v1/files/{fid}/link/{token}", access: .anyone,
                "A file by a link, while who made it may read the file",
                answers: [
                    .init(200, nil, "the file"), .init(206, nil, "a part of it"),
                    .init(404, nil, "the link is none, or has ended"),
                ], handler: follow),
        ]
    }

    @Sendable private func make(_ call: Call) async throws(APIError) -> HTTPResponse {
        let user = try call.user(), id = call.parameters["fid"] ?? ""
        try await services.failing { () throws(FileFailure) in
            guard try await services.files.file(id, for: user) != nil else { throw .notFound }
        }
        let usual = Int64(min(Self.usualSeconds, limits.fileLinkSecondsMax))
        let seconds = call.body["expires_in"]?.integer ?? usual
        let link = FileLink(file: id, maker: user, expiresAt: services.time.now().adding(seconds: seconds))
        let url = services.settings.waysIn.publicURL + StoredFile.url(of: id)
        return .json(201) { json in
            json.object { json in
                json.member("url", "\(url)/link/\(link.text(key: services.waysIn.key))")
                json.member("expires_at", link.expiresAt)
            }
        }
    }

    /// One answer for all that a link may lack: it tells nothing of what it is for.
    @Sendable private func follow(_ call: Call) async throws(APIError) -> HTTPResponse {
        let id = call.parameters["fid"] ?? "", token = call.parameters["token"] ?? ""
        guard let link = FileLink(token, to: id, key: services.waysIn.key), services.time.now() < link.expiresAt,
            try await isActive(link.maker)
        else { throw APIError(Rejection(.notFound, "no such file")) }
        let (file, opened) = try await services.failing { () throws(FileFailure) in
            guard let file = try await services.files.file(id, for: link.maker) else { throw .notFound }
            return (file, try await services.files.open(file))
        }
        return HTTPResponse(file, opened)
    }

    /// Who was suspended has no links either.
    private func isActive(_ user: UserID) async throws(APIError) -> Bool {
        try await stored { () async throws(AccountFailure) in
            try await services.accounts.find(user: user)?.isActive == true
        }
    }
}
