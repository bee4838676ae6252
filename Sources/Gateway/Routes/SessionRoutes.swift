internal import Auth
internal import Base
internal import Channels
public import REST
internal import Wire

/// The logins of a user: where they are logged in, and ending that.
public struct SessionRoutes: Sendable {
    private let services: Services

    public init(_ services: Services) { self.services = services }

    public var routes: [Route] {
        let shape = Shape(
            "Session",
            [
                .required("id", .text(bytes: 32...32), "its number"),
                .optional("device", .text(bytes: 0...256), "what the user calls it"),
                .optional("address", .text(bytes: 1...64), "from where it was last used"),
                .optional("user_agent", .text(bytes: 0...NewLogin.userAgentBytesMax), "what the client says it is"),
                .required("created_at", .time, "when it logged in"),
                .required(
                    "last_seen_at", .time, "when it last logged in, refreshed or had a socket open, to five minutes"),
                .required("current", .boolean, "whether the request was made by it"),
            ])
        let missing = Route.Answer(404, nil, "there is no such user")
        return [
            Route(
                .get, "/api/v1/auth/sessions", access: .user, "Where the caller is logged in",
                answers: [.init(200, .page(of: shape), "latest first")], handler: list),
            Route(
                .delete, "/api/v1/auth/sessions/{sid}", access: .user, "Ends one login; its sockets close",
                answers: [.init(204, nil, "ended"), .init(404, nil, "there is no such login")], handler: end),
            Route(
                .get, "/api/v1/users/{id}/sessions", access: .permitted(.readUsers), "Where a user is logged in",
                answers: [.init(200, .page(of: shape), "latest first"), missing], handler: listOthers),
            Route(
                .delete, "/api/v1/users/{id}/sessions", access: .permitted(.writeUsers), "Ends all logins of a user",
                answers: [
                    .init(204, nil, "ended"), .init(403, nil, "the user's role is above the caller's"), missing,
                ], handler: endOthers),
        ]
    }

    /// Logins that are listed, the latest of them.
    static let countMax = 200

    @Sendable private func list(_ call: Call) async throws(APIError) -> HTTPResponse {
        try await answer(try call.user(), call)
    }

    @Sendable private func listOthers(_ call: Call) async throws(APIError) -> HTTPResponse {
        try await answer(try call.user("id"), call)
    }

    private func answer(_ user: UserID, _ call: Call) async throws(APIError) -> HTTPResponse {
        let found = try await asked { () async throws(PeopleFailure) in
            guard let account = try await services.people.find(user), account.deletedAt == nil else {
                throw .noSuchUser
            }
            return try await services.people.sessions(of: user, limit: Self.countMax)
        }
        .filter { services.time.now() < $0.expiresAt }
        return .items(found) { session, json in session.write(to: &json, current: call.caller?.login) }
    }

    @Sendable private func end(_ call: Call) async throws(APIError) -> HTTPResponse {
        let user = try call.user()
        guard let login = call.parameters["sid"].flatMap({ LoginID($0) }) else { throw APIError(.noSuchLogin) }
        let isEnded = try await asked { () async throws(PeopleFailure) in
            try await services.people.end(login, of: user, within: nil, by: call.cause)
        }
        guard isEnded else { throw APIError(.noSuchLogin) }
        return HTTPResponse(status: 204)
    }

    @Sendable private func endOthers(_ call: Call) async throws(APIError) -> HTTPResponse {
        let user = try call.user("id"), rank = try call.rank()
        try await asked { () async throws(PeopleFailure) in
            try await services.people.endAll(of: user, within: rank, by: call.cause)
        }
        return HTTPResponse(status: 204)
    }
}

extension LoginRecord {
    /// The shape `session` of the API.
    func write(to json: inout JSONWriter, current: LoginID?) {
        json.object { json in
            json.member("id", "\(id)")
            json.member("device", orNull: device)
            json.member("address", orNull: address)
            json.member("user_agent", orNull: userAgent)
            json.member("created_at", createdAt)
            json.member("last_seen_at", lastSeenAt)
            json.member("current", id == current)
        }
    }
}

extension Rejection {
    fileprivate static let noSuchLogin = Rejection(.notFound, "there is no such login")
}
