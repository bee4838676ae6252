public import Auth
public import Base
internal import Channels

/// The trusted issuers: whose tokens are taken, with which keys, and who has come with one lately.
public final class Issuers: Sendable {
    private struct Known {
        var claims: AccessClaims
        /// After which it is asked about again.
        var until: Timestamp
    }

    private struct State {
        /// By the hash of the token's text.
        var known: [[UInt8]: Known] = [:]
        var keys: [String: IssuerKeys] = [:]
        /// A fetch that is on its way, which all wait for who need it.
        var fetching: [String: Task<[VerifyingKey]?, Never>] = [:]
    }

    /// Tokens that are remembered, some hundred bytes each.
    private static let knownMax = 10_000

    private let trusted: [String: TrustedIssuer]
    private let users: any ForeignUsers
    private let web: any WebClient
    private let time: TimeSource
    private let state = Guarded(State())

    public init(_ trusted: [TrustedIssuer], users: any ForeignUsers, web: any WebClient, time: TimeSource) {
        self.trusted = Dictionary(trusted.map { ($0.name, $0) }) { first, _ in first }
        self.users = users
        self.web = web
        self.time = time
    }

    /// Whom a token speaks for that has been here before.
    func known(_ token: String) -> AccessClaims? {
        guard !trusted.isEmpty else { return nil }
        let now = time.now(), hash = Digest.sha256(Array(token.utf8))
        return state.withLock { state in state.known[hash].flatMap { now < $0.until ? $0.claims : nil } }
    }

    /// Whether a token says that one of these has made it.
    func mayHaveMade(_ token: String) -> Bool {
        !trusted.isEmpty && ForeignToken(token).map { trusted[$0.issuer] != nil } ?? false
    }

    /// Whom a token speaks for. Its user is made when there is none yet, and its login is opened.
    func claims(of text: String) async -> Result<AccessClaims, Rejection> {
        if let claims = known(text) { return .success(claims) }
        let now = time.now()
        guard let token = ForeignToken(text), let issuer = trusted[token.issuer] else {
            return .failure(Rejection(.invalidToken, "the access token is not valid"))
        }
        guard let keys = await keys(of: issuer, for: token) else {
            return .failure(.overloaded(retryAfterMilliseconds: 5_000))
        }
        switch token.statement(for: issuer, keys: keys, at: now) {
        case .failure(.expired): return .failure(Rejection(.tokenExpired, "the access token has expired"))
        case .failure(let fault): return .failure(Rejection(.invalidToken, "the access token is not valid (\(fault))"))
        case .success(let statement): return await admit(statement, text, at: now)
        }
    }

    private func admit(
        _ statement: ForeignToken.Statement, _ text: String, at now: Timestamp
    ) async -> Result<AccessClaims, Rejection> {
        var random = RandomSource.system
        var new = NewAccount(uuid: UserUUID.make(random: &random), createdAt: now)
        new.username = statement.username
        new.displayName = statement.displayName
        let login = ForeignLogin(id: statement.login, expiresAt: statement.expiresAt, device: statement.identity.issuer)
        let admission: ForeignAdmission
        do throws(AccountFailure) {
            admission = try await users.admit(statement.identity, orMaking: new, by: login, at: now)
        } catch {
            return .failure(error == .storageFull ? .storageFull : .overloaded)
        }
        switch admission {
        case .ended: return .failure(.loginEnded)
        case .blocked: return .failure(Rejection(.userBlocked, "this account is suspended"))
        case .admitted(let account):
            let claims = AccessClaims(
                user: account.id, uuid: account.uuid, login: statement.login, role: account.role,
                tokenID: statement.tokenID, issuedAt: statement.issuedAt, expiresAt: statement.expiresAt)
            // What ended it is known for longer than this (`EndedLogins`).
            let until = min(
                claims.expiresAt.adding(seconds: TokenLifetimes.leewaySeconds),
                now.adding(seconds: TokenLifetimes.accessSeconds))
            let hash = Digest.sha256(Array(text.utf8))
            state.withLock { state in
                if state.known.count >= Self.knownMax { state.known = state.known.filter { now < $0.value.until } }
                if state.known.count >= Self.knownMax { state.known = [:] }
                state.known[hash] = Known(claims: claims, until: until)
            }
            return .success(claims)
        }
    }

    // MARK: Keys

    /// `nil` when they cannot be had just now.
    private func keys(of issuer: TrustedIssuer, for token: ForeignToken) async -> [VerifyingKey]? {
        let url: String
        switch issuer.source {
        case .keys(let keys): return keys
        case .url(let text): url = text
        }
        let now = time.now(), name = issuer.name, web = web
        let next = state.withLock { state -> (keys: [VerifyingKey]?, fetch: Task<[VerifyingKey]?, Never>?) in
            if let fetch = state.fetching[name] { return (nil, fetch) }
            var keys = state.keys[name] ?? IssuerKeys()
            defer { state.keys[name] = keys }
            guard keys.needsFetch(for: token, at: now) else { return (keys.keys, nil) }
            let fetch = Task { await Self.fetch(url, by: web) }
            state.fetching[name] = fetch
            return (nil, fetch)
        }
        guard let fetch = next.fetch else { return next.keys }
        let fetched = await fetch.value
        return state.withLock { state in
            state.fetching[name] = nil
            if let fetched { state.keys[name]?.took(fetched, at: now) }
            return state.keys[name]?.keys
        }
    }

    private static func fetch(_ url: String, by web: any WebClient) async -> [VerifyingKey]? {
        guard let answer = try? await web.send(WebRequest(.get, url, headers: [("Accept", "application/json")])),
            answer.status == 200, let root = try? JSONDocument(parsing: answer.body).root
        else { return nil }
        let keys = TrustedIssuer.keys(in: root)
        return keys.isEmpty ? nil : keys
    }
}

/// The published keys of one issuer, and when it was asked for them. Pure.
struct IssuerKeys {
    /// Seconds for which keys are used without asking again, and between two askings.
    static let freshSeconds: Int64 = 3_600
    static let pauseSeconds: Int64 = 60

    private(set) var keys: [VerifyingKey]?
    private var tookAt: Timestamp?
    private var askedAt: Timestamp?

    /// Whether to ask now; it is taken as asked.
    mutating func needsFetch(for token: ForeignToken, at now: Timestamp) -> Bool {
        let isFresh = tookAt.map { now < $0.adding(seconds: Self.freshSeconds) && $0 <= now } ?? false
        if isFresh, let keys, !token.candidates(among: keys).isEmpty { return false }
        if let askedAt, now < askedAt.adding(seconds: Self.pauseSeconds), askedAt <= now { return false }
        askedAt = now
        return true
    }

    mutating func took(_ fetched: [VerifyingKey], at now: Timestamp) {
        keys = fetched
        tookAt = now
    }
}
