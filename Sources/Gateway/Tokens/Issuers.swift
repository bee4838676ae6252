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

    /// Tokens that are remembered, some hundred bytes each.
    private static let knownMax = 10_000

    private let trusted: [String: TrustedIssuer]
    private let users: any ForeignUsers
    private let published: PublishedKeys
    private let time: TimeSource
    /// By the hash of the token's text.
    private let remembered = Guarded<[[UInt8]: Known]>([:])

    public init(_ trusted: [TrustedIssuer], users: any ForeignUsers, published: PublishedKeys, time: TimeSource) {
        self.trusted = Dictionary(trusted.map { ($0.name, $0) }) { first, _ in first }
        self.users = users
        self.published = published
        self.time = time
    }

    /// Whom a token speaks for that has been here before.
    func known(_ token: String) -> AccessClaims? {
        guard !trusted.isEmpty else { return nil }
        let now = time.now(), hash = Digest.sha256(Array(token.utf8))
        return remembered.withLock { known in known[hash].flatMap { now < $0.until ? $0.claims : nil } }
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
        let login = ForeignLogin(
            id: statement.login, expiresAt: statement.expiresAt, device: statement.identity.issuer,
            provenAt: statement.provenAt)
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
            remembered.withLock { known in
                if known.count >= Self.knownMax { known = known.filter { now < $0.value.until } }
                if known.count >= Self.knownMax { known = [:] }
                known[hash] = Known(claims: claims, until: until)
            }
            return .success(claims)
        }
    }

    /// `nil` when they cannot be had just now.
    private func keys(of issuer: TrustedIssuer, for token: ForeignToken) async -> KeySet? {
        switch issuer.source {
        case .keys(let keys): keys
        case .url(let url): try? await published.keys(at: url, for: token.keyID)
        }
    }
}
