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
        let refused = APIError(Rejection(.invalidToken, "the refresh token is spent, unknown or expired"))
        try services.checkCookieWish(LoginWish(), call)
        let given = call.body.present("refresh_token")?.string
        guard let given = given ?? call.cookies.refresh else {
            throw APIError(.invalid("/refresh_token", "required", "refresh_token is required"))
        }
        guard let spent = RefreshToken(text: given) else { throw refused }
        var random = RandomSource.system
        let successor = RefreshToken.make(random: &random)
        let rotation = try await stored { () async throws(AccountFailure) in
            try await services.accounts.rotate(
                refresh: spent.hash, to: successor.hash, at: services.time.now(), by: call.cause)
        }
        guard case .rotated(let login, let account, let expiresAt) = rotation else { throw refused }
        return services.pair(200, account, login, successor, until: expiresAt, to: call)
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
