public import Auth
public import Base
internal import Channels
public import REST
internal import WSServer
internal import Wire

/// Who calls, however they say it.
extension Services {
    /// Who calls a route with an access token. An API key is none: what it may do is asked in its own way.
    public func caller(of token: String) async -> Result<Caller, APIError> {
        guard !APIKeyText.isMeant(by: token) else {
            return .failure(APIError(.unauthorized("this is an API key and no access token")))
        }
        return await claims(of: token).map { claims in
            Caller(
                user: claims.user, login: claims.login, role: claims.role,
                permissions: roles.permissions(of: claims.role), expiresAt: claims.expiresAt)
        }
        .mapError { APIError($0) }
    }

    /// The API key that a text is, if it stands.
    public func apiKey(_ text: String) -> APIKey? {
        let now = time.now()
        guard let found = apiKeys.book.find(text, at: now), !endedLogins.contains(found.key.login) else { return nil }
        if found.isToBeSaved {
            let apiKeys = apiKeys, id = found.key.id
            // Nobody waits for it, and the next use says it again.
            Task(executorPreference: executor) { try? await apiKeys.touch(id, at: now) }
        }
        return found.key
    }

    /// When the user of a login last showed who they are; `nil` for one that stands no more.
    public func provenAt(_ login: LoginID) async throws(APIError) -> Timestamp? {
        try await stored { () async throws(AccountFailure) in try await accounts.provenAt(login) }
    }

    /// Who a token speaks for: one of ours, a trusted issuer's, or an API key.
    func claims(of token: String) async -> Result<AccessClaims, Rejection> {
        switch authentication(of: token) {
        case .settled(let result): result
        case .elsewhere:
            switch await issuers.claims(of: token) {
            case .success(let claims) where endedLogins.contains(claims.login): .failure(.loginEnded)
            case let result: result
            }
        }
    }

    /// As much of it as is known without waiting. Every use asks whether the login still stands.
    func authentication(of token: String) -> Session.Authentication {
        if APIKeyText.isMeant(by: token) { return .settled(keyClaims(of: token)) }
        switch signer.verify(token, at: time.now()) {
        case .success(let claims) where endedLogins.contains(claims.login): return .settled(.failure(.loginEnded))
        case .success(let claims): return .settled(.success(claims))
        case .failure(.expired):
            return .settled(.failure(Rejection(.tokenExpired, "the access token has expired")))
        case .failure(let fault):
            if let claims = issuers.known(token) {
                return .settled(endedLogins.contains(claims.login) ? .failure(.loginEnded) : .success(claims))
            }
            if issuers.mayHaveMade(token) { return .elsewhere }
            return .settled(.failure(Rejection(.invalidToken, "the access token is not valid (\(fault))")))
        }
    }

    /// An API key with the scope `bot` opens sockets and streams as its user.
    private func keyClaims(of text: String) -> Result<AccessClaims, Rejection> {
        guard let key = apiKey(text) else { return .failure(.unauthorized("there is no such API key")) }
        guard key.scopes.contains(.bot), let user = key.user else {
            return .failure(.unauthorized("this API key acts as nobody"))
        }
        return .success(
            AccessClaims(
                user: user, uuid: "", login: key.login, role: .member, tokenID: key.prefix, issuedAt: key.createdAt,
                expiresAt: key.expiresAt ?? .distantFuture))
    }

    /// The token of a request that no route sees: its header's, or its cookie's. Such requests change nothing.
    func token(of request: HTTPRequest) -> String? {
        if let token = request.head.bearerToken ?? request.head.headers["x-api-key"] { return token }
        guard settings.takesCookies else { return nil }
        return TokenCookies(request.head, isSecure: request.client.isSecure).access
    }

    /// Whom an upgrade speaks for by its ticket or its cookie; `nil` when it has neither.
    func presented(by request: HTTPRequest) -> Result<AccessClaims, Rejection>? {
        if let ticket = request.head.query["ticket"] {
            guard let claims = tickets.redeem(ticket, at: time.instant()) else {
                return .failure(Rejection(.invalidToken, "the ticket is used, too old, or none"))
            }
            return .success(claims)
        }
        guard settings.takesCookies,
            let token = TokenCookies(request.head, isSecure: request.client.isSecure).access,
            case .settled(let result) = authentication(of: token)
        else { return nil }
        return result
    }

    /// A fresh access token (RFC 7519) that speaks for a login.
    public func accessToken(
        for account: Account, login: LoginID, seconds: Int64 = TokenLifetimes.accessSeconds
    ) -> String {
        var random = RandomSource.system
        let now = time.now()
        return signer.sign(
            AccessClaims(
                user: account.id, uuid: account.uuid, login: login, role: account.role,
                tokenID: Base64.encodeURLSafe(random.bytes(12)), issuedAt: now, expiresAt: now.adding(seconds: seconds))
        )
    }
}
