internal import Auth
internal import Base
internal import Channels
public import REST
internal import Wire

/// What tokens are worth, and tickets in their place.
public struct TokenRoutes: Sendable {
    private let services: Services

    public init(_ services: Services) { self.services = services }

    public var routes: [Route] {
        [
            Route(
                .post, "/api/v1/auth/verify", access: .anyone, "Whether an access token is valid", body: Self.token,
                answers: [.init(200, nil, "it is, and whose it is"), .init(401, nil, "it is not")], handler: verify),
            Route(
                .post, "/api/v1/auth/introspect", access: .key(.introspect),
                "What an access token is worth, for other services (RFC 7662)", body: Self.token,
                answers: [
                    .init(200, nil, "active, and whose it is; or only that it is not"),
                    .init(403, nil, "the API key has not the scope introspect"),
                ], handler: introspect),
            Route(
                .post, "/api/v1/auth/ws-ticket", access: .user,
                "A ticket that opens one WebSocket within 30 seconds: ?ticket=",
                answers: [.init(200, nil, "the ticket"), .init(429, nil, "too many that are not used")],
                isSecret: true, handler: ticket),
            Route(
                .post, "/api/v1/auth/logout-all", access: .user,
                "Ends all logins of the caller, this one too; their sockets close",
                answers: [.init(204, nil, "ended")], handler: logoutAll),
            Route(
                .get, "/.well-known/jwks.json", access: .anyone,
                "The public keys of this server's tokens; none where they are signed with a shared secret",
                answers: [.init(200, nil, "a JSON Web Key Set (RFC 7517)")], handler: publicKeys),
        ]
    }

    private static let token = Shape(
        "Token", [.required("token", .text(bytes: 1...AccessTokenSigner.tokenBytesMax), "an access token")])

    // MARK: Handlers

    @Sendable private func verify(_ call: Call) async throws(APIError) -> HTTPResponse {
        let claims: AccessClaims
        switch await self.claims(of: call) {
        case .success(let found): claims = found
        case .failure(let rejection): throw APIError(rejection)
        }
        return .json { json in
            json.object { json in
                json.member("valid", true)
                json.member("user_id", claims.user)
                json.member("role", claims.role.name)
                json.member("exp", claims.expiresAt.seconds)
            }
        }
    }

    /// Whatever is wrong with a token, and whoever is suspended: it is not active, and nothing else is told (RFC 7662
    /// section 2.2).
    @Sendable private func introspect(_ call: Call) async throws(APIError) -> HTTPResponse {
        guard case .success(let claims) = await claims(of: call) else { return Self.inactive }
        let account = try await stored { () async throws(AccountFailure) in
            try await services.accounts.find(user: claims.user)
        }
        guard let account, account.isActive else { return Self.inactive }
        return .json { json in
            json.object { json in
                json.member("active", true)
                json.member("user_id", claims.user)
                json.member("role", account.role.name)
                json.member("sub", claims.user)
                json.member("username", orNull: account.username)
                json.member("token_type", "Bearer")
                json.member("sid", claims.login.description)
                json.member("jti", claims.tokenID)
                json.member("iat", claims.issuedAt.seconds)
                json.member("exp", claims.expiresAt.seconds)
            }
        }
    }

    private static let inactive = HTTPResponse.json { json in json.object { $0.member("active", false) } }

    @Sendable private func ticket(_ call: Call) async throws(APIError) -> HTTPResponse {
        guard let caller = call.caller else { throw APIError(.unauthorized("this needs an access token")) }
        let now = services.time.now()
        let claims = AccessClaims(
            user: caller.user, uuid: "", login: caller.login, role: caller.role, tokenID: "ticket", issuedAt: now,
            expiresAt: caller.expiresAt ?? now.adding(seconds: TokenLifetimes.accessSeconds))
        let ticket = services.tickets.issue(to: claims, services.settings.limits, at: services.time.instant())
        guard let ticket else {
            throw APIError(
                Rejection(
                    .rateLimited, "too many tickets wait to be used",
                    retryAfterMilliseconds: TokenLifetimes.ticketSeconds * 1_000))
        }
        return .json { json in
            json.object { json in
                json.member("ticket", ticket.text)
                json.member("expires_in", TokenLifetimes.ticketSeconds)
            }
        }
    }

    @Sendable private func logoutAll(_ call: Call) async throws(APIError) -> HTTPResponse {
        let user = try call.user()
        _ = try await stored { () async throws(AccountFailure) in
            try await services.accounts.revokeAll(of: user, at: services.time.now(), by: call.cause)
        }
        var response = HTTPResponse(status: 204)
        if !call.cookies.isEmpty { TokenCookies.clear(on: &response, isSecure: call.client.isSecure) }
        return response
    }

    /// Kept by others for a while: who meets a key that is not among them asks again.
    @Sendable private func publicKeys(_ call: Call) async throws(APIError) -> HTTPResponse {
        HTTPResponse(
            status: 200,
            headers: HTTPHeaders([("Content-Type", "application/json"), ("Cache-Control", "public, max-age=300")]),
            body: services.keys.ring.publicKeys(at: services.time.now()))
    }

    private func claims(of call: Call) async -> Result<AccessClaims, Rejection> {
        let token = call.body["token"]?.string ?? ""
        guard !APIKeyText.isMeant(by: token) else {
            return .failure(Rejection(.invalidToken, "this is an API key and no access token"))
        }
        return await services.claims(of: token)
    }
}
