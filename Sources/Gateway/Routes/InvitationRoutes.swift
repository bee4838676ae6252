internal import Auth
internal import Base
internal import Channels
public import REST
internal import Wire

/// Inviting people to this server.
public struct InvitationRoutes: Sendable {
    private let services: Services

    public init(_ services: Services) { self.services = services }

    private static let path = "/api/v1/invitations"
    /// A year, and a week.
    private static let secondsMax: Int64 = 31_536_000
    private static let secondsDefault: Int64 = 604_800
    private static let usesMax: Int64 = 1_000_000

    public var routes: [Route] {
        [
            Route(
                .post, Self.path, access: .permitted(.writeUsers), "Makes an invitation to register",
                body: Shape(
                    "InvitationWish",
                    [
                        .optional("role", .text(bytes: 1...Role.nameBytesMax), "what who comes will be; member"),
                        .optional("uses", .integer(1...Self.usesMax), "how many may come; 1"),
                        .optional("expires_in", .integer(1...Self.secondsMax), "seconds; a week"),
                    ]),
                answers: [
                    .init(201, .invitation, "with its token, once"),
                    .init(403, nil, "the role may do something that the caller may not"),
                    .init(409, nil, "too many are open"), .init(422, nil, "there is no such role"),
                ], isSecret: true, handler: make),
            Route(
                .get, Self.path, access: .permitted(.writeUsers), "The invitations that are open",
                answers: [.init(200, .page(of: .invitation), "newest first")], handler: list),
            Route(
                .delete, "\(Self.path)/{id}", access: .permitted(.writeUsers), "Ends an invitation",
                answers: [.init(204, nil, "ended"), .init(404, nil, "none of that number is open")], handler: end),
        ]
    }

    @Sendable private func make(_ call: Call) async throws(APIError) -> HTTPResponse {
        guard let caller = call.caller else { throw APIError(.loginEnded) }
        let role = call.body.present("role")?.string.map { Role(name: $0) } ?? .member
        guard let role, services.roles.contains(role) else {
            throw APIError(.invalid("/role", "unknown", "there is no such role"))
        }
        // Nobody gives what they have not got.
        guard caller.permissions.isSuperset(of: services.roles.permissions(of: role)) else {
            throw APIError(Rejection(.permissionDenied, "this role may do something that you may not"))
        }
        var random = RandomSource.system
        let token = OneTimeToken.make(random: &random)
        let seconds = call.body.present("expires_in")?.integer ?? Self.secondsDefault
        let new = NewInvitation(
            hash: token.hash, role: role, usesMax: Int(call.body.present("uses")?.integer ?? 1),
            expiresAt: services.time.now().adding(seconds: seconds), maker: caller.user,
            openMax: services.settings.limits.invitationsMax)
        let invitation = try await stored { () async throws(AccountFailure) in
            try await services.waysIn.invitations.invite(new, by: call.cause)
        }
        guard let invitation else {
            throw APIError(Rejection(.quotaExceeded, "too many invitations are open; end some"))
        }
        let url = services.settings.waysIn.publicURL
        return .json(201) { json in invitation.write(to: &json, token: token, url: url) }
    }

    @Sendable private func list(_ call: Call) async throws(APIError) -> HTTPResponse {
        let open = try await stored { () async throws(AccountFailure) in try await services.waysIn.invitations.open() }
        return .items(open) { $0.write(to: &$1) }
    }

    @Sendable private func end(_ call: Call) async throws(APIError) -> HTTPResponse {
        let none = APIError(Rejection(.notFound, "no such invitation"))
        guard let id = call.parameters["id"].flatMap({ Int64(plainDecimal: $0) }) else { throw none }
        let isEnded = try await stored { () async throws(AccountFailure) in
            try await services.waysIn.invitations.withdraw(id, by: call.cause)
        }
        guard isEnded else { throw none }
        return HTTPResponse(status: 204)
    }
}

extension Invitation {
    fileprivate func write(to json: inout JSONWriter, token: OneTimeToken? = nil, url: String = "") {
        json.object { json in
            json.member("id", String(id))
            if let token {
                json.member("token", token.text)
                // Behind the #: no server is told of it, ours neither.
                json.member("url", "\(url)/#register=\(token.text)")
            }
            json.member("role", role.name)
            json.member("uses_max", usesMax)
            json.member("uses", uses)
            json.member("by", maker)
            json.member("created_at", createdAt)
            json.member("expires_at", expiresAt)
        }
    }
}
