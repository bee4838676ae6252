import Auth
import Base
import Channels
import Gateway
import Persistence
import REST
import Telemetry
import TestSupport
import Testing
import Wire

/// The routes of the ways in over a real store, with a postbox that remembers and a world that is played.
final class Hall {
    static let password = "correct horse battery"
    static let publicURL = "https://chat.example.org"

    let directory: TemporaryDirectory
    let time: ManualTime
    let listener = EndedLoginsHeard()
    let postbox: RememberingPostbox
    let web = PlayedWeb()
    let storage: Storage
    var services: Services

    static var limits: Limits {
        var limits = Limits()
        limits.areRatesLimited = false
        return limits
    }

    init(
        limits: Limits = Hall.limits, hasEmail: Bool = true, hasText: Bool = true,
        _ change: (inout WaysInSettings) -> Void = { _ in }
    ) throws {
        directory = TemporaryDirectory()
        time = ManualTime()
        postbox = RememberingPostbox(hasEmail: hasEmail, hasText: hasText)
        let log = Logger(level: .off)
        storage = try Storage(
            path: directory.file("confab.db"), filesPath: directory.file("files"),
            auditKey: Secret([UInt8](repeating: 8, count: 32)), fanout: listener, limits: limits, time: time.source,
            log: log)
        var cost = PasswordHash.Cost.standard
        cost.logN = 10
        var settings = WaysInSettings(
            publicURL: Self.publicURL, templates: directory.file("templates"))
        change(&settings)
        let keys = LiveKeys(KeyRing(try SigningKey(secret: [UInt8](repeating: 7, count: 32))))
        let published = PublishedKeys(web: web, time: time.source)
        services = Services(
            journal: storage.journal, archive: storage.archive, accounts: storage.accounts, people: storage.people,
            madeRoles: storage.madeRoles, apiKeys: storage.apiKeys, foreignUsers: storage.foreignUsers,
            files: storage.files, uploads: storage.uploads, endedLogins: storage.endedLogins, roles: storage.roles,
            signer: AccessTokenSigner(keys: keys, issuer: "confab", audience: "confab"), keys: keys,
            issuers: Issuers([], users: storage.foreignUsers, published: published, time: time.source),
            passwords: PasswordHasher(cost: cost, threads: 1, queueMax: 64), postbox: postbox, web: web,
            waysIn: WaysIn(
                proofs: storage.proofs, secondFactors: storage.secondFactors, invitations: storage.invitations,
                identities: storage.identities, key: try ProofKey([UInt8](repeating: 9, count: 32)),
                publishedKeys: published, limits: limits),
            epoch: storage.epoch,
            settings: GatewaySettings(version: "test", limits: limits, allowedOrigins: [], waysIn: settings),
            time: time.source, log: log)
    }

    deinit {
        services.passwords.close()
        storage.close()
    }

    private var router: Router {
        let services = services
        let routes =
            AuthRoutes(services).routes + AuthMethodsRoutes(services).routes + UserRoutes(services).routes
            + RegistrationRoutes(services).routes + LoginRoutes(services).routes
            + EmailRoutes(services).routes + PasswordRoutes(services).routes + PhoneRoutes(services).routes
            + SecondFactorRoutes(services).routes + InvitationRoutes(services).routes + ProviderRoutes(services).routes
            + ConfirmationRoutes(services).routes
        let needed = Set(routes.map(\.path))
        let aliases = Aliases.all.filter { alias in
            needed.contains(alias.successor) && alias.successorWith.map { needed.contains($0.path) } ?? true
        }
        return Router(
            routes + aliases.map { $0.route(among: routes) }, allowedHosts: [], limits: services.settings.limits,
            time: services.time,
            provenAt: { login async throws(APIError) in try await services.provenAt(login) },
            authenticate: { await services.caller(of: $0) })
    }

    func ask(
        _ method: String, _ path: String, _ body: String? = nil, token: String? = nil, fields: [String] = [],
        from address: String = "203.0.113.1", under prefix: String = "/api/v1"
    ) async throws -> HTTPResponse {
        var lines = ["\(method) \(prefix)\(path) HTTP/1.1", "Host: evil.example"] + fields
        if let token { lines.append("Authorization: Bearer \(token)") }
        if let body { lines += ["Content-Type: application/json", "Content-Length: \(body.utf8.count)"] }
        var parser = HTTPRequestParser(headBytesMax: 16 << 10, headerCountMax: 100, bodyBytesMax: 1 << 20)
        Array((lines + ["", ""]).joined(separator: "\r\n").utf8).withUnsafeBytes { parser.receive($0) }
        guard case .head(let head) = parser.nextEvent() else { throw Unexpected(what: "\(method) \(path)") }
        return await router.answer(
            head, body: Array((body ?? "").utf8),
            from: HTTPClient(address: IPAddress(address), isSecure: true, isLocal: false))
    }

    func post(_ path: String, _ body: String, token: String? = nil) async throws -> HTTPResponse {
        try await ask("POST", path, body, token: token)
    }

    // MARK: People

    func register(_ members: String) async throws -> HTTPResponse {
        try await post("/auth/register", #"{\#(members),"password":"\#(Self.password)"}"#)
    }

    func login(_ name: String, _ password: String = Hall.password) async throws -> HTTPResponse {
        try await post("/auth/login", #"{"login":"\#(name)","password":"\#(password)"}"#)
    }

    /// Somebody with a role, and an access token of theirs.
    func member(_ name: String, role: Role = .member) async throws -> (user: UserID, token: String) {
        let account = try await storage.accounts.create(
            NewAccount(uuid: "uuid-\(name)", username: try Username(name), role: role, createdAt: time.now), by: .server
        )
        var random = RandomSource.system
        let login = LoginID(random: &random), refresh = RefreshToken.make(random: &random)
        try await storage.accounts.openLogin(
            NewLogin(
                id: login, user: account.id, refreshHash: refresh.hash, createdAt: time.now,
                expiresAt: time.now.adding(seconds: 86_400), absoluteExpiry: time.now.adding(seconds: 86_400)),
            by: .server)
        return (account.id, services.accessToken(for: account, login: login))
    }

    func account(_ name: String) async throws -> Account? {
        guard let login = LoginName.read(name) else { return nil }
        return try await storage.accounts.find(login: login)?.account
    }
}

struct Unexpected: Error { let what: String }

/// Hears which logins end.
final class EndedLoginsHeard: Fanout {
    private let heard = Guarded<[LoginID]>([])

    func publish(_ batch: [Announcement], storedIn milliseconds: Int) {
        let ended = batch.compactMap { if case .loginEnded(let login, _) = $0 { login } else { nil } }
        heard.withLock { $0 += ended }
    }

    var count: Int { heard.withLock { $0.count } }
}

/// Keeps letters instead of sending them.
final class RememberingPostbox: Postbox {
    let hasEmail: Bool
    let hasText: Bool
    private let letters = Guarded<[Letter]>([])

    init(hasEmail: Bool, hasText: Bool) {
        self.hasEmail = hasEmail
        self.hasText = hasText
    }

    func send(_ letter: Letter) async throws(PostFailure) { letters.withLock { $0.append(letter) } }

    var all: [Letter] { letters.withLock { $0 } }

    /// The letter of a number, which is written beside the answer and may take a moment.
    func letter(_ number: Int) async throws -> Letter {
        for _ in 0..<100_000 {
            let all = all
            if all.count >= number { return all[number - 1] }
            await Task.yield()
        }
        throw Unexpected(what: "there is no letter \(number)")
    }

    /// The token of the link in a letter.
    func token(_ number: Int) async throws -> String {
        let body = try await letter(number).body
        let names = ["/#verify=", "/#reset="]
        guard let start = names.lazy.compactMap({ body.firstRange(of: $0)?.upperBound }).first else {
            throw Unexpected(what: body)
        }
        return String(body[start...].prefix { !$0.isWhitespace })
    }

    /// The code in a text message.
    func code(_ number: Int) async throws -> String { String(try await letter(number).body.prefix(6)) }
}

extension HTTPResponse {
    func json() throws -> JSONElement { try JSONDocument(parsing: body).root }

    func text(_ name: StaticString) throws -> String {
        guard let text = try json()[name]?.string else {
            throw Unexpected(what: "\(status): \(String(decoding: body, as: UTF8.self))")
        }
        return text
    }

    func code() throws -> String { try text("code") }

    var userID: String? { try? json()["user"]?["id"]?.string }
}
