internal import Auth
internal import Base
internal import Channels
public import REST
internal import Wire

/// Prolonging and ending a login, and who one is.
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
            Route(
                .get, "/api/v1/users/me", access: .user, "Who the caller is",
                answers: [.init(200, .user, "the caller's account")], handler: me),
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

    @Sendable private func me(_ call: Call) async throws(APIError) -> HTTPResponse {
        let user = try call.user()
        let account = try await stored { () async throws(AccountFailure) in
            try await services.accounts.find(user: user)
        }
        guard let account else { throw APIError(.loginEnded) }
        return .json { json in account.write(to: &json) }
    }
}

extension Account {
    /// The shape `User` of the API, all of it: for the user and for administrators.
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("uuid", uuid)
            json.member("username", orNull: username)
            json.member("email", orNull: email)
            json.member("phone", orNull: phone)
            json.member("display_name", orNull: displayName)
            for name in ["avatar", "bio", "locale", "time_zone", "date_of_birth"] as [StaticString] {
                json.member(name, orNull: nil as String?)
            }
            json.member("role", role.name)
            json.member("is_active", isActive)
            json.member("is_verified", isVerified)
            json.member("is_staff", role == .admin || role == .superuser)
            json.member("is_superuser", role == .superuser)
            json.member("created_at", createdAt)
            json.member("updated_at", updatedAt)
            json.member("last_seen_at", orNull: lastSeenAt)
        }
    }
}
