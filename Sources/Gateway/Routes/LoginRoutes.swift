internal import Auth
internal import Base
internal import Channels
public import REST
internal import Wire

/// Logging in with a password, and with a second factor where there is one.
public struct LoginRoutes: Sendable {
    private let services: Services
    private let gate: LoginGate

    public init(_ services: Services) {
        self.services = services
        gate = LoginGate(services: services)
    }

    public var routes: [Route] {
        [
            Route(
                .post, "/api/v1/auth/login", access: .anyone, "Logs in with a password",
                body: Shape(
                    "Login",
                    Call.loginFields + [
                        .required("password", .text(bytes: 0...PasswordRule.bytesMax), "the account's password")
                    ] + LoginWish.fields),
                answers: [
                    .init(200, .tokens, "logged in"),
                    .init(200, .secondFactorOwed, "the password is right, and the account has a second factor"),
                    .init(401, nil, "wrong login or password"),
                    .init(403, nil, "suspended, or the e-mail address has to be verified first"),
                    .init(429, nil, "too many wrong passwords: Retry-After says when to try again"),
                ], isSecret: true, handler: login),
            Route(
                .post, "/api/v1/auth/login/totp", access: .anyone, "Finishes a login that owes a second factor",
                body: Shape(
                    "SecondFactorLogin",
                    [
                        .required("mfa_token", .text(bytes: 1...256), "what the first step answered"),
                        .required("code", .text(bytes: 1...64), "of the authenticator app, or a recovery code"),
                    ]),
                answers: [
                    .init(200, .tokens, "logged in"),
                    .init(401, nil, "the code is wrong, or the token is: then log in again"),
                    .init(429, nil, "too many wrong codes"),
                ], isSecret: true, handler: finish),
        ]
    }

    private static let wrong = APIError(Rejection(.invalidCredentials, "wrong login or password"))

    @Sendable private func login(_ call: Call) async throws(APIError) -> HTTPResponse {
        let text = try call.loginText()
        var found: StoredAccount?
        if let login = LoginName.read(text) {
            found = try await stored { () async throws(AccountFailure) in try await services.accounts.find(login: login)
            }
        }
        // One who does not exist takes as long as one whose password is wrong, and hears the same.
        let renewed = try await services.check(
            call.body["password"]?.utf8 ?? [], of: found, LoginAttempt(text, from: call.client), for: call,
            orRefuse: Self.wrong)
        guard let account = found?.account else { throw Self.wrong }
        if let renewed {
            try await stored { () async throws(AccountFailure) in
                try await services.accounts.replaceHash(of: account.id, with: renewed)
            }
        }
        return try await gate.admit(account, LoginWish(call.body), for: call)
    }

    private static let tokenIsOver = APIError(
        Rejection(.invalidToken, "the mfa_token is spent, unknown or expired: log in again"))

    @Sendable private func finish(_ call: Call) async throws(APIError) -> HTTPResponse {
        guard let token = call.body["mfa_token"]?.string.flatMap({ OneTimeToken(text: $0) }) else {
            throw Self.tokenIsOver
        }
        let proofs = services.waysIn.proofs
        let owed = try await stored { () async throws(AccountFailure) in
            try await proofs.find(.secondFactor, token: token.hash)
        }
        guard let owed else { throw Self.tokenIsOver }
        let shown = try await services.shownFactor(call.body["code"]?.string ?? "", by: owed.user)
        let outcome = try await stored { () async throws(AccountFailure) in
            try await services.waysIn.secondFactors.redeem(token: token.hash, shown: shown, by: call.cause)
        }
        try outcome.requirePassed(orNone: Self.tokenIsOver)
        let account = try await stored { () async throws(AccountFailure) in
            try await services.accounts.find(user: owed.user)
        }
        guard let account else { throw Self.tokenIsOver }
        return try await gate.admitWithBoth(account, LoginWish(text: owed.detail), for: call)
    }
}

extension Services {
    /// What somebody typed as their second factor, compared with what is known of it.
    func shownFactor(_ text: String, by user: UserID) async throws(APIError) -> ShownFactor {
        let factor = try await stored { () async throws(AccountFailure) in
            try await waysIn.secondFactors.factor(of: user)
        }
        guard let factor else { return .wrong }
        if let code = OneTimeCode(text: text) {
            let secret = TOTP.secret(salt: factor.salt, waysIn.key)
            let step = TOTP.match(code.text, secret, at: time.now(), after: factor.spentStep)
            return step.map { .step($0) } ?? .wrong
        }
        return RecoveryCode(text: text).map { .recovery($0.hash(waysIn.key, of: user)) } ?? .wrong
    }
}

extension FactorOutcome {
    func requirePassed(orNone none: APIError) throws(APIError) {
        switch self {
        case .passed: return
        case .none: throw none
        case .wrong: throw APIError(Rejection(.invalidCredentials, "the code is wrong, or has been used"))
        case .locked(let seconds): throw .tooManyTries(seconds: seconds)
        }
    }
}

extension APIError {
    static func tooManyTries(seconds: Int64) -> APIError {
        APIError(
            Rejection(
                .rateLimited, "too many tries; try again later", retryAfterMilliseconds: Int(clamping: seconds) * 1_000)
        )
    }
}
