internal import Auth
internal import Base
internal import Channels
public import REST
internal import Wire

/// Prolonging and ending a login.
public struct AuthRoutes: Sendable {
    private let services: Services

    public init(_ services: Services) { self.services = services }

    public var routes: [Route] {
        [
            Route(
                .post, "/api/v1/auth/refresh", access: .anyone, "Exchanges a refresh token for a new pair",
                body: Shape(
                    "Refresh",
                    [
                        .optional(
                            "refresh_token", .text(bytes: 1...256),
                            "spent by this; using it again ends the login. Without it, the one of the cookie"), .cookie,
                        .optional(
                            "token", .text(bytes: 1...8_192),
                            "a refresh token under its older name, or an access token: then the answer has another "
                                + "access token of the same login and no refresh token"),
                    ]),
                answers: [.init(200, .tokens, "a new pair"), .init(401, nil, "spent, unknown or expired")],
                isSecret: true, handler: refresh),
            Route(
                .post, "/api/v1/auth/logout", access: .anyone,
                "Ends a login: that of the refresh token, or else of the bearer; its sockets close",
                body: Shape("Logout", [.optional("refresh_token", .text(bytes: 1...256), "of the login to end")]),
                answers: [.init(204, nil, "ended"), .init(401, nil, "neither a refresh token nor a bearer")],
                handler: logout),
        ]
    }

    // MARK: Handlers

    @Sendable private func refresh(_ call: Call) async throws(APIError) -> HTTPResponse {
        try services.checkCookieWish(LoginWish(), call)
        let given = call.body.present("refresh_token")?.string ?? call.body.present("token")?.string
        guard let given = given ?? call.cookies.refresh else {
            throw APIError(.invalid("/refresh_token", "required", "refresh_token is required"))
        }
        guard let spent = RefreshToken(text: given) else { return try await renew(given) }
        var random = RandomSource.system
        let successor = RefreshToken.make(random: &random)
        let rotation = try await stored { () async throws(AccountFailure) in
            try await services.accounts.rotate(
                refresh: spent.hash, to: successor.hash, at: services.time.now(), by: call.cause)
        }
        guard case .rotated(let login, let account, let expiresAt) = rotation else { throw Self.refused }
        return services.pair(200, account, login, successor, until: expiresAt, to: call)
    }

    private static let refused = APIError(Rejection(.invalidToken, "the refresh token is spent, unknown or expired"))

    /// Another access token of the same login, for clients of older systems that never had any other token. The login
    /// lasts no longer for it.
    private func renew(_ token: String) async throws(APIError) -> HTTPResponse {
        guard !APIKeyText.isMeant(by: token), case .success(let claims) = await services.claims(of: token) else {
            throw Self.refused
        }
        let sessions = try await asked { () async throws(PeopleFailure) in
            try await services.people.sessions(of: claims.user, limit: Int.max)
        }
        let found = try await stored { () async throws(AccountFailure) in
            try await services.accounts.find(user: claims.user)
        }
        let now = services.time.now()
        guard let login = sessions.first(where: { $0.id == claims.login }), now < login.expiresAt,
            let account = found, account.isActive
        else { throw Self.refused }
        let seconds = min(TokenLifetimes.accessSeconds, login.expiresAt.seconds - now.seconds)
        return .json { json in
            json.object { json in
                json.member("access_token", services.accessToken(for: account, login: login.id, seconds: seconds))
                json.member("token_type", "Bearer")
                json.member("expires_in", seconds)
            }
        }
    }

    @Sendable private func logout(_ call: Call) async throws(APIError) -> HTTPResponse {
        let now = services.time.now()
        var response = HTTPResponse(status: 204)
        if !call.cookies.isEmpty { TokenCookies.clear(on: &response, isSecure: call.client.isSecure) }
        let given = call.body.present("refresh_token")?.string
        let token = call.head.bearerToken ?? call.cookies.access
        if let refresh = given ?? (token == nil ? call.cookies.refresh : nil),
            let hash = RefreshToken(text: refresh)?.hash
        {
            _ = try await stored { () async throws(AccountFailure) in
                try await services.accounts.revoke(refresh: hash, at: now, by: call.cause)
            }
            return response
        }
        guard let token else {
            throw APIError(Rejection(.invalidToken, "give the refresh_token, or the access token as bearer"))
        }
        switch await services.claims(of: token) {
        case .success where APIKeyText.isMeant(by: token):
            throw APIError(Rejection(.permissionDenied, "this is not for an API key"))
        case .success(let claims):
            try await stored { () async throws(AccountFailure) in
                try await services.accounts.revoke(login: claims.login, at: now, by: call.cause)
            }
            return response
        case .failure(let rejection): throw APIError(rejection)
        }
    }
}
