internal import Auth
internal import Base
internal import Channels
internal import Wire

/// The ways in which a request says who calls: by a token, by an API key, by a cookie.
struct Credentials {
    var token: String?
    var key: String?
    var cookie: String?

    /// - Parameter takesCookies: whether a cookie counts.
    init(_ head: HTTPRequestHead, isSecure: Bool, takesCookies: Bool) {
        token = head.bearerToken
        key = head.headers["x-api-key"]
        // Where a client can only send one field, the key may stand in it.
        if key == nil, let given = token, APIKeyText.isMeant(by: given) { (key, token) = (given, nil) }
        if takesCookies { cookie = TokenCookies(head, isSecure: isSecure).access }
    }

    var isEmpty: Bool { token == nil && key == nil && cookie == nil }
}

/// Tells who calls. One place for all routes.
struct Gate: Sendable {
    let origins: OriginRule
    let takesCookies: Bool
    let authenticate: Router.Authenticate
    let findKey: Router.FindKey
    let recentProof: RecentProof

    /// Who calls a route, by a token or as a key.
    /// - Parameter parameters: what stands in the path for each `{name}`.
    func identify(
        _ head: HTTPRequestHead, _ parameters: [String: String], for route: Route, from client: HTTPClient
    ) async throws(APIError) -> (caller: Caller?, key: APIKey?) {
        let given = Credentials(head, isSecure: client.isSecure, takesCookies: takesCookies)
        switch route.access {
        case .anyone, .operatorOnly: return (nil, nil)
        case .nearbyOr where Self.isNearby(client, head): return (nil, nil)
        case .key(let scope): return (nil, try key(given, for: scope))
        case .permittedOrKey(_, let scope) where given.token == nil && given.key != nil,
            .nearbyOr(_, let scope) where given.token == nil && given.key != nil:
            return (nil, try key(given, for: scope))
        case .guest where given.isEmpty: return (nil, nil)
        case .guest(let scope), .userOrKey(let scope):
            return try await user(given, head, for: route, from: client, or: scope)
        case .user:
            return try await user(given, head, for: route, from: client)
        case .ownOrPermitted(let needed):
            let (caller, key) = try await user(given, head, for: route, from: client)
            // What is nobody's number is nowhere, which the route says.
            if let other = parameters["id"].flatMap({ UserID($0) }), other != caller.user {
                try await check(caller, needed, head.method)
            }
            return (caller, key)
        case .permitted(let needed), .permittedOrKey(let needed, _), .nearbyOr(let needed, _):
            let (caller, key) = try await user(given, head, for: route, from: client)
            try await check(caller, needed, head.method)
            return (caller, key)
        }
    }

    /// Asked by this machine itself. What a proxy on it has passed on says for whom, and is not.
    private static func isNearby(_ client: HTTPClient, _ head: HTTPRequestHead) -> Bool {
        guard client.isLocal || client.address?.isLoopback == true else { return false }
        return ["forwarded", "x-forwarded-for", "x-real-ip", "via"].allSatisfy { head.headers[$0] == nil }
    }

    /// Whoever may not do it hears that first: they would confirm who they are for nothing.
    private func check(_ caller: Caller, _ needed: Permissions, _ method: HTTPMethod) async throws(APIError) {
        guard caller.permissions.isSuperset(of: needed) else {
            throw APIError(Rejection(.permissionDenied, "this needs a role that may do it"))
        }
        try await recentProof.check(caller, method)
    }

    private func key(_ given: Credentials, for scope: KeyScope) throws(APIError) -> APIKey {
        guard let text = given.key else {
            throw APIError(.unauthorized("this needs an API key: X-API-Key, with the scope \(scope.rawValue)"))
        }
        guard let key = findKey(text) else { throw APIError(.unauthorized("there is no such API key")) }
        guard key.scopes.contains(scope) else {
            throw APIError(Rejection(.permissionDenied, "this needs an API key with the scope \(scope.rawValue)"))
        }
        return key
    }

    /// The token before the key before the cookie. Whoever says in two ways that they are two people is refused.
    /// - Parameter scope: of a key that may call this as its user, as one for bots may.
    private func user(
        _ given: Credentials, _ head: HTTPRequestHead, for route: Route, from client: HTTPClient,
        or scope: KeyScope? = nil
    ) async throws(APIError) -> (caller: Caller, key: APIKey?) {
        var found: (caller: Caller, key: APIKey?)?
        if let token = given.token { found = (try await authenticate(token).get(), nil) }
        if given.key != nil {
            if found == nil {
                if let scope, let key = given.key.flatMap(findKey), key.scopes.contains(scope) {
                    return (try Self.caller(as: key), key)
                }
                let key = try key(given, for: .bot)
                guard route.isForBots else {
                    throw APIError(Rejection(.permissionDenied, "this is not for an API key"))
                }
                found = (try Self.caller(as: key), key)
            } else if let key = given.key.flatMap(findKey) {
                try Self.check(found?.caller, against: key.user)
            }
        }
        if let cookie = given.cookie {
            if found == nil {
                try checkOrigin(head, from: client)
                found = (try await authenticate(cookie).get(), nil)
            } else if case .success(let other) = await authenticate(cookie) {
                try Self.check(found?.caller, against: other.user)
            }
        }
        guard let found else {
            throw APIError(
                Rejection(.invalidToken, "this needs an access token: Authorization: Bearer, a space, the token"))
        }
        return found
    }

    /// A browser sends cookies whichever page has it ask. What changes something is only taken from a page that may.
    func checkOrigin(_ head: HTTPRequestHead, from client: HTTPClient) throws(APIError) {
        if head.method.isSafe { return }
        guard let origin = head.headers["origin"],
            origins.isAllowed(origin, host: head.host, isSecure: client.isSecure)
        else {
            throw APIError(
                Rejection(.permissionDenied, "who calls by a cookie must say by Origin that it is from a page of ours"))
        }
    }

    /// A key acts as its user, and has nothing of the user's role.
    private static func caller(as key: APIKey) throws(APIError) -> Caller {
        guard let user = key.user else { throw APIError(Rejection(.permissionDenied, "this API key acts as nobody")) }
        return Caller(user: user, login: key.login, role: .member, permissions: [], expiresAt: key.expiresAt)
    }

    private static func check(_ caller: Caller?, against other: UserID?) throws(APIError) {
        guard let caller, let other, caller.user != other else { return }
        throw APIError(Rejection(.badRequest, "the request says in two ways who calls, and they differ"))
    }
}

extension Route {
    /// Whether an API key may call it as its user: everything but what makes the account and its logins what they are.
    var isForBots: Bool {
        // It might be their own account.
        if case .ownOrPermitted = access, !method.isSafe { return false }
        let segments = path.split(separator: "/").dropFirst(2)
        switch segments.first {
        case "auth", "admin", "devices", "contacts": return false
        case "users" where segments.dropFirst().first == "me":
            return (method == .get || method == .head) && segments.last != "export"
        default: return true
        }
    }
}
