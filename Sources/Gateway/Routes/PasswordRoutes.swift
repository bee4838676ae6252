internal import Auth
internal import Base
internal import Channels
public import REST
internal import Wire

/// Choosing another password: with the old one, or by a link where it is lost.
public struct PasswordRoutes: Sendable {
    private let services: Services

    public init(_ services: Services) { self.services = services }

    private static let confirmPath = "/api/v1/auth/password/reset/confirm"
    private static let newPassword = Shape.Field.required(
        "password", .text(bytes: 0...PasswordRule.bytesMax), "the new one")

    public var routes: [Route] {
        [
            Route(
                .post, "/api/v1/auth/password/set", access: .user,
                "Sets the caller's password, and ends all their other logins",
                body: Shape(
                    "PasswordChange",
                    [
                        .optional(
                            "current_password", .text(bytes: 0...PasswordRule.bytesMax), "needed when there is one"),
                        Self.newPassword,
                    ]),
                answers: [
                    .init(204, nil, "set"), .init(401, nil, "the current password is wrong"),
                    .init(422, nil, "the new one may not be chosen"),
                ], isSecret: true, handler: set),
            Route(
                .post, "/api/v1/auth/password/reset", access: .anyone,
                "Sends a link for a new password to the e-mail address of an account, if there is one",
                body: Shape("PasswordResetWish", Call.loginFields),
                answers: [
                    .init(202, nil, "sent, if there is somebody to send it to and it is not too soon"),
                    .init(501, nil, "this server sends no e-mail"),
                ], handler: ask),
            Route(
                .get, Self.confirmPath, access: .anyone, "A page that takes a new password for the link",
                query: [.required("token", .text(bytes: 1...256), "of the link")],
                answers: [.init(200, nil, "the page; JSON with valid for who asks for that")], isSecret: true,
                handler: show),
            Route(
                .post, Self.confirmPath, access: .anyone,
                "Sets a password by the link, verifies the address that it went to, and ends all logins",
                body: Shape(
                    "PasswordReset",
                    [.required("token", .text(bytes: 1...256), "of the link"), Self.newPassword]),
                answers: [
                    .init(204, nil, "set: log in with it"),
                    .init(422, nil, "the link is spent or expired, or the password may not be chosen"),
                ], isSecret: true, handler: confirm),
        ]
    }

    @Sendable private func set(_ call: Call) async throws(APIError) -> HTTPResponse {
        let known = try await services.callerStored(call)
        try await services.reauthenticate(known, call)
        let account = known.account
        let hash = try await chosen(call, by: account)
        guard let caller = call.caller else { throw APIError(.loginEnded) }
        do throws(AccountFailure) {
            try await services.waysIn.proofs.setPassword(
                of: account.id, from: known.passwordHash, to: hash, keeping: caller.login, by: call.cause)
        } catch {
            // Somebody else has set another one meanwhile.
            throw error == .notFound ? .wrongPassword : APIError(error)
        }
        LetterDesk(services: services).tellOfNewPassword(account)
        return HTTPResponse(status: 204)
    }

    @Sendable private func ask(_ call: Call) async throws(APIError) -> HTTPResponse {
        try services.requireEmail()
        let text = try call.loginText()
        var found: Account?
        if let login = LoginName.read(text) {
            found = try await stored { () async throws(AccountFailure) in
                try await services.accounts.find(login: login)?.account
            }
        }
        // Who has no address, or is suspended, is like nobody. Each account is counted by its address, however it was
        // named; what belongs to nobody is counted by what was typed.
        let account = found.flatMap { $0.isActive && $0.email != nil ? $0 : nil }
        let target = account?.email?.lowercased() ?? text.lowercased()
        try await LetterDesk(services: services).sendLink(.passwordReset, to: target, of: account, for: call)
        return HTTPResponse(status: 202)
    }

    @Sendable private func show(_ call: Call) async throws(APIError) -> HTTPResponse {
        try await ProofPage.passwordReset.answer(
            call, stands: services.stands(.passwordReset, call.head.query["token"]))
    }

    @Sendable private func confirm(_ call: Call) async throws(APIError) -> HTTPResponse {
        guard let token = call.body["token"]?.string.flatMap({ OneTimeToken(text: $0) }) else { throw .deadLink }
        let proofs = services.waysIn.proofs
        // Hashing takes most of a second of a core: not for a link that is dead anyhow.
        let proof = try await stored { () async throws(AccountFailure) in
            try await proofs.find(.passwordReset, token: token.hash)
        }
        guard let proof else { throw .deadLink }
        let owner = try await stored { () async throws(AccountFailure) in
            try await services.accounts.find(user: proof.user)
        }
        guard let owner else { throw .deadLink }
        let hash = try await chosen(call, by: owner)
        let account = try await stored { () async throws(AccountFailure) in
            try await proofs.resetPassword(token: token.hash, to: hash, by: call.cause(of: owner))
        }
        guard let account else { throw .deadLink }
        LetterDesk(services: services).tellOfNewPassword(account)
        return HTTPResponse(status: 204)
    }

    /// The hash of the password in the body, if it may be chosen.
    private func chosen(_ call: Call, by account: Account) async throws(APIError) -> PasswordHash {
        let password = call.body["password"]?.utf8 ?? []
        try services.checkPassword(
            password, names: [account.username, account.email, account.phone, account.displayName])
        return try await hashed { () async throws(Rejection) in try await services.passwords.hash(password) }
    }
}

extension Services {
    /// Has the caller show the password, where there is one, before something that a borrowed device must not do.
    func reauthenticate(_ known: StoredAccount, _ call: Call) async throws(APIError) {
        guard known.passwordHash != nil else { return }
        let typed = call.body.present("current_password")?.utf8 ?? []
        _ = try await check(
            typed, of: known, LoginAttempt(of: known.account.id, from: call.client), for: call, orRefuse: .wrongPassword
        )
    }
}

extension APIError {
    static let wrongPassword = APIError(Rejection(.invalidCredentials, "the current password is wrong"))
}
