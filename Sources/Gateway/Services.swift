public import Auth
public import Base
public import Channels
public import REST
public import Telemetry

/// Everything that clients' conversations and routes need of the server, behind the ports that hold it.
public struct Services: Sendable {
    public var journal: any Journal
    public var archive: any Archive
    public var accounts: any Accounts
    public var endedLogins: EndedLogins
    public var roles: RoleBook
    public var signer: AccessTokenSigner
    public var passwords: PasswordHasher
    /// Where e-mail and text messages are handed over.
    public var postbox: any Postbox
    /// Where other servers are asked.
    public var web: any WebClient
    /// The ways in besides the plain password.
    public var waysIn: WaysIn
    public var epoch: String
    public var settings: GatewaySettings
    public var time: TimeSource
    public var log: Logger

    public init(
        journal: any Journal, archive: any Archive, accounts: any Accounts, endedLogins: EndedLogins,
        roles: RoleBook, signer: AccessTokenSigner, passwords: PasswordHasher, postbox: any Postbox,
        web: any WebClient, waysIn: WaysIn, epoch: String, settings: GatewaySettings,
        time: TimeSource, log: Logger
    ) {
        self.journal = journal
        self.archive = archive
        self.accounts = accounts
        self.endedLogins = endedLogins
        self.roles = roles
        self.signer = signer
        self.passwords = passwords
        self.postbox = postbox
        self.web = web
        self.waysIn = waysIn
        self.epoch = epoch
        self.settings = settings
        self.time = time
        self.log = log
    }

    /// Who calls with an access token.
    public func caller(of token: String) -> Result<Caller, APIError> {
        claims(of: token).map { claims in
            Caller(
                user: claims.user, login: claims.login, role: claims.role,
                permissions: roles.permissions(of: claims.role))
        }
        .mapError { APIError($0) }
    }

    /// Who an access token speaks for. Every use asks whether its login still stands.
    func claims(of token: String) -> Result<AccessClaims, Rejection> {
        switch signer.verify(token, at: time.now()) {
        case .success(let claims) where endedLogins.contains(claims.login): .failure(.loginEnded)
        case .success(let claims): .success(claims)
        case .failure(.expired): .failure(Rejection(.tokenExpired, "the access token has expired"))
        case .failure(let fault): .failure(Rejection(.invalidToken, "the access token is not valid (\(fault))"))
        }
    }
}

/// What an operator may choose about the conversations.
public struct GatewaySettings: Sendable {
    public var version: String
    public var limits: Limits
    /// Origins of web pages that may connect besides the server's own, such as `https://chat.example.org`.
    public var allowedOrigins: Set<String>
    public var waysIn: WaysInSettings

    public init(version: String, limits: Limits, allowedOrigins: Set<String>, waysIn: WaysInSettings) {
        self.version = version
        self.limits = limits
        self.allowedOrigins = allowedOrigins
        self.waysIn = waysIn
    }
}
