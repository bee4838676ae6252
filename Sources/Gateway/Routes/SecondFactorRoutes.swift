internal import Auth
internal import Base
internal import Channels
public import REST
internal import Wire

/// Setting up an authenticator app as second factor, and taking it away.
public struct SecondFactorRoutes: Sendable {
    private let services: Services

    public init(_ services: Services) { self.services = services }

    /// What apps show beside the code.
    private static let issuer = "Confab"

    public var routes: [Route] {
        [
            Route(
                .get, "/api/v1/auth/totp", access: .user, "Whether a code is asked for when the caller logs in",
                answers: [.init(200, Shape("SecondFactor", [.required("active", .boolean, "whether it is")]), "so")],
                handler: show),
            Route(
                .post, "/api/v1/auth/totp", access: .user,
                "Gives a secret for an authenticator app; nothing is asked for before it is confirmed",
                answers: [
                    .init(200, .authenticator, "the secret, once"), .init(409, nil, "there is an active one"),
                ], isSecret: true, handler: begin),
            Route(
                .post, "/api/v1/auth/totp/confirm", access: .user,
                "Has codes of the app asked for at every login from now on",
                body: Shape("TOTPCode", [.required("code", .text(bytes: 1...64), "that the app shows")]),
                answers: [
                    .init(200, .recoveryCodes, "active"), .init(401, nil, "the code is wrong"),
                    .init(404, nil, "nothing was begun"),
                ], isSecret: true, handler: confirm),
            Route(
                .delete, "/api/v1/auth/totp", access: .user, "Takes the second factor away",
                body: Shape(
                    "TOTPRemoval",
                    [
                        .optional("code", .text(bytes: 1...64), "of the app, or a recovery code"),
                        .optional("current_password", .text(bytes: 0...PasswordRule.bytesMax), "instead of a code"),
                    ]),
                answers: [
                    .init(204, nil, "gone"), .init(401, nil, "the code or the password is wrong"),
                    .init(404, nil, "there is none"),
                ], isSecret: true, handler: remove),
        ]
    }

    private static let none = APIError(Rejection(.notFound, "there is no second factor to speak of"))

    @Sendable private func show(_ call: Call) async throws(APIError) -> HTTPResponse {
        let user = try call.user()
        let factor = try await stored { () async throws(AccountFailure) in
            try await services.waysIn.secondFactors.factor(of: user)
        }
        return .json { json in json.object { json in json.member("active", factor?.isActive ?? false) } }
    }

    @Sendable private func begin(_ call: Call) async throws(APIError) -> HTTPResponse {
        let account = try await services.callerStored(call).account
        var random = RandomSource.system
        let salt = random.bytes(TOTP.saltByteCount)
        let hasBegun = try await stored { () async throws(AccountFailure) in
            try await services.waysIn.secondFactors.begin(account.id, salt: salt)
        }
        guard hasBegun else { throw APIError(Rejection(.alreadyExists, "take the active second factor away first")) }
        let secret = TOTP.secret(salt: salt, services.waysIn.key)
        let name = account.username ?? account.email ?? account.phone ?? "\(account.id)"
        return .json { json in
            json.object { json in
                json.member("secret", secret.withBytes { Base32.encode(Array($0)) })
                json.member("url", TOTP.url(secret, account: name, issuer: Self.issuer))
            }
        }
    }

    @Sendable private func confirm(_ call: Call) async throws(APIError) -> HTTPResponse {
        let user = try call.user()
        let shown = try await services.shownFactor(call.body["code"]?.string ?? "", by: user)
        var random = RandomSource.system
        let codes = (0..<RecoveryCode.count).map { _ in RecoveryCode.make(random: &random) }
        let hashes = codes.map { $0.hash(services.waysIn.key, of: user) }
        let outcome = try await stored { () async throws(AccountFailure) in
            try await services.waysIn.secondFactors.confirm(user, shown: shown, recovery: hashes, by: call.cause)
        }
        try outcome.requirePassed(orNone: Self.none)
        return .json { json in
            json.object { json in
                json.array("recovery_codes") { json in
                    for code in codes { json.value(code.text) }
                }
            }
        }
    }

    @Sendable private func remove(_ call: Call) async throws(APIError) -> HTTPResponse {
        let user = try call.user()
        let shown: ShownFactor
        if let code = call.body.present("code")?.string {
            shown = try await services.shownFactor(code, by: user)
        } else {
            let known = try await services.callerStored(call)
            guard known.passwordHash != nil else {
                throw APIError(.invalid("/code", "required", "give a code of the app, or a recovery code"))
            }
            try await services.reauthenticate(known, call)
            shown = .password
        }
        let outcome = try await stored { () async throws(AccountFailure) in
            try await services.waysIn.secondFactors.remove(user, shown: shown, by: call.cause)
        }
        try outcome.requirePassed(orNone: Self.none)
        return HTTPResponse(status: 204)
    }
}
