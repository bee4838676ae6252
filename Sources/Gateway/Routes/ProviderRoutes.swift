internal import Auth
internal import Base
internal import Channels
public import REST
internal import Wire

/// Logging in by an account at Google or Facebook: with what their libraries give an app, or by sending a browser there
/// and back (OAuth 2.0 with RFC 7636, RFC 9700 and OpenID Connect).
public struct ProviderRoutes: Sendable {
    private let services: Services

    public init(_ services: Services) { self.services = services }

    private static let path = "/api/v1/auth/oauth"

    public var routes: [Route] {
        IdentityProvider.Name.allCases.flatMap(routes) + [
            Route(
                .post, "\(Self.path)/finish", access: .anyone,
                "Logs a browser in that came back from a provider, with the code behind the # of the page's address",
                body: Shape(
                    "ProviderFinish",
                    [.required("code", .text(bytes: 1...256), "good for a minute, once")]
                        + LoginWish.fields),
                answers: [
                    .init(200, .tokens, "logged in"), .init(200, .secondFactorOwed, "the second factor is owed"),
                    .init(401, nil, "spent, too late, or of another browser"),
                ], isSecret: true, handler: finish)
        ]
    }

    private func routes(_ name: IdentityProvider.Name) -> [Route] {
        [
            Route(
                .post, "\(Self.path)/\(name)", access: .anyone, "Logs in by an account at \(name)",
                body: Shape(
                    "ProviderLogin",
                    [
                        .optional("id_token", .text(bytes: 1...IDToken.bytesMax), "signed by the provider"),
                        .optional("nonce", .text(bytes: 1...256), "that the app had the ID token say"),
                        .optional("access_token", .text(bytes: 1...ProviderDesk.tokenBytesMax), "instead of that"),
                    ] + LoginWish.fields),
                answers: [
                    .init(200, .tokens, "logged in"), .init(201, .tokens, "a new account"),
                    .init(200, .secondFactorOwed, "the second factor is owed"),
                    .init(401, nil, "the provider does not vouch for it"),
                    .init(501, nil, "the provider is not set up here"), .init(503, nil, "it cannot be asked now"),
                ], isSecret: true
            ) { call async throws(APIError) in try await logIn(name, call) },
            Route(
                .get, "\(Self.path)/\(name)/start", access: .anyone, "Sends a browser to \(name)",
                answers: [.init(302, nil, "to the provider"), .init(501, nil, "it is not set up here")],
                isSecret: true
            ) { call async throws(APIError) in try start(name) },
            Route(
                .get, "\(Self.path)/\(name)/callback", access: .anyone, "Where \(name) sends the browser back to",
                query: [
                    .optional("code", .text(bytes: 1...2_048), "to be exchanged"),
                    .optional("state", .text(bytes: 1...256), "as it was sent"),
                    .optional("iss", .text(bytes: 1...256), "who says so"),
                    .optional("error", .text(bytes: 1...256), "why there is no code"),
                ],
                answers: [.init(302, nil, "to the page, with a code for it, or with what went wrong")], isSecret: true
            ) { call async throws(APIError) in try await comeBack(name, call) },
        ]
    }

    // MARK: Apps

    private func logIn(_ name: IdentityProvider.Name, _ call: Call) async throws(APIError) -> HTTPResponse {
        let desk = try desk(name)
        let identity: ProvenIdentity
        if let token = call.body.present("id_token")?.string {
            identity = try await desk.identity(idToken: token, nonce: call.body.present("nonce")?.string)
        } else if let token = call.body.present("access_token")?.string {
            identity = try await desk.identity(accessToken: token)
        } else {
            throw APIError(.invalid("/id_token", "required", "give an id_token or an access_token"))
        }
        let (account, isNew) = try await account(of: identity, call)
        return try await LoginGate(services: services).admit(
            account, LoginWish(call.body), for: call, status: isNew ? 201 : 200)
    }

    private func account(
        of identity: ProvenIdentity, _ call: Call
    ) async throws(APIError) -> (account: Account, isNew: Bool) {
        let newcomer = services.newcomer()
        let outcome = try await stored { () async throws(AccountFailure) in
            try await services.waysIn.identities.signIn(identity, newcomer: newcomer, by: call.cause)
        }
        switch outcome {
        case .known(let account), .linked(let account): return (account, false)
        case .new(let account): return (account, true)
        case .nobody: throw .noNewcomers
        }
    }

    private func desk(_ name: IdentityProvider.Name) throws(APIError) -> ProviderDesk {
        guard let provider = services.settings.waysIn.providers.first(where: { $0.name == name }) else {
            let setting = name == .google ? "google-client-id" : "facebook-app-id"
            throw Services.notConfigured("logging in by \(name) is not set up: \(setting) and its secret are missing")
        }
        return ProviderDesk(services: services, provider: provider)
    }

    // MARK: Browsers

    private func start(_ name: IdentityProvider.Name) throws(APIError) -> HTTPResponse {
        let provider = try desk(name).provider
        var random = RandomSource.system
        let journey = ProviderJourney(to: name, at: services.time.now(), services.waysIn.key, random: &random)
        let query = URLText.form([
            ("response_type", "code"), ("client_id", provider.clientID), ("redirect_uri", redirectURL(name)),
            ("scope", name == .google ? "openid email profile" : "openid"), ("state", journey.state),
            ("nonce", journey.nonce), ("code_challenge", journey.challenge), ("code_challenge_method", "S256"),
        ])
        var answer = Self.redirect(to: "\(provider.authorizeURL)?\(query)")
        answer.headers.add("Set-Cookie", cookie(journey.binding, seconds: ProofKind.providerState.seconds))
        return answer
    }

    /// Whatever goes wrong here, a person is looking at it: the page is told behind the `#`.
    private func comeBack(_ name: IdentityProvider.Name, _ call: Call) async throws(APIError) -> HTTPResponse {
        let desk = try desk(name)
        do throws(APIError) {
            let code = try await loginCode(name, desk, call)
            return Self.redirect(to: "\(services.settings.waysIn.publicURL)/#oauth=\(code.text)")
        } catch {
            let why = error.rejection.code.rawValue
            return Self.redirect(to: "\(services.settings.waysIn.publicURL)/#oauth_error=\(why)")
        }
    }

    private func loginCode(
        _ name: IdentityProvider.Name, _ desk: ProviderDesk, _ call: Call
    ) async throws(APIError) -> OneTimeToken {
        let query = call.head.query, key = services.waysIn.key
        // RFC 9207 section 2.4: an answer of another provider is not exchanged at this one.
        if let issuer = query["iss"], !desk.provider.issuers.contains(issuer) { throw ProviderDesk.notVouched }
        guard let code = query["code"], (1...2_048).contains(code.utf8.count), let binding = binding(of: call),
            let journey = ProviderJourney(
                state: query["state"] ?? "", binding: binding, from: name, at: services.time.now(), key)
        else { throw ProviderDesk.notVouched }
        let isFirst = try await stored { () async throws(AccountFailure) in
            try await services.waysIn.proofs.useOnce(.providerState, token: journey.hash)
        }
        guard isFirst else { throw ProviderDesk.notVouched }
        let identity = try await desk.identity(
            code: code, redirectURL: redirectURL(name), verifier: journey.verifier, nonce: journey.nonce)
        let (account, _) = try await account(of: identity, call)
        var random = RandomSource.system
        let token = OneTimeToken.make(random: &random)
        let login = NewProof(
            .providerLogin, user: account.id, target: Base64.encodeURLSafe(token.hash), hash: token.hash,
            detail: ProviderJourney.bindingText(binding, key))
        _ = try await stored { () async throws(AccountFailure) in
            try await services.waysIn.proofs.ask(login, rate: nil, by: call.cause(of: account))
        }
        return token
    }

    @Sendable private func finish(_ call: Call) async throws(APIError) -> HTTPResponse {
        let wrong = APIError(Rejection(.invalidCredentials, "the code is spent, expired, or of another browser"))
        guard let token = call.body["code"]?.string.flatMap({ OneTimeToken(text: $0) }), let binding = binding(of: call)
        else { throw wrong }
        let proof = try await stored { () async throws(AccountFailure) in
            try await services.waysIn.proofs.redeem(.providerLogin, token: token.hash)
        }
        let expected = Array(ProviderJourney.bindingText(binding, services.waysIn.key).utf8)
        guard let proof, Secret(expected).matches(Array((proof.detail ?? "").utf8)) else { throw wrong }
        let account = try await stored { () async throws(AccountFailure) in
            try await services.accounts.find(user: proof.user)
        }
        guard let account else { throw wrong }
        var answer = try await LoginGate(services: services).admit(account, LoginWish(call.body), for: call)
        answer.headers.add("Set-Cookie", cookie("", seconds: 0))
        return answer
    }

    // MARK: Steps

    /// The same to the letter each time: providers compare it.
    private func redirectURL(_ name: IdentityProvider.Name) -> String {
        "\(services.settings.waysIn.publicURL)\(Self.path)/\(name)/callback"
    }

    private static func redirect(to url: String) -> HTTPResponse {
        HTTPResponse(status: 302, headers: HTTPHeaders([("Location", url)]))
    }

    private var isSecure: Bool { services.settings.waysIn.publicURL.hasPrefix("https://") }

    /// RFC 6265bis section 4.1.3: with the prefix no other name of the domain can set it.
    private var cookieName: String { isSecure ? "__Host-confab_oauth" : "confab_oauth" }

    private func cookie(_ value: String, seconds: Int64) -> String {
        "\(cookieName)=\(value); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Lax\(isSecure ? "; Secure" : "")"
    }

    /// What the browser keeps, by RFC 6265 section 5.4.
    private func binding(of call: Call) -> String? {
        let pairs = call.head.headers.values("cookie").flatMap { $0.split(separator: ";") }
        for pair in pairs {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0].drop(while: { $0 == " " }) == cookieName else { continue }
            return String(parts[1])
        }
        return nil
    }
}
