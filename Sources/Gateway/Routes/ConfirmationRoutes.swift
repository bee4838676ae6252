internal import Auth
internal import Base
internal import Channels
public import REST
internal import Wire

/// Showing once more who one is, for what is not done on the word of a login from long ago. The login, its tokens and
/// its sockets stay what they are.
public struct ConfirmationRoutes: Sendable {
    private let services: Services

    public init(_ services: Services) { self.services = services }

    public var routes: [Route] {
        [
            Route(
                .post, "/api/v1/auth/confirm", access: .user,
                "Shows once more who the caller is, so that the login counts as new where a recent one is asked for",
                body: Shape(
                    "Confirmation",
                    [
                        .optional(
                            "current_password", .text(bytes: 0...PasswordRule.bytesMax),
                            "needed where the account has one"),
                        .optional(
                            "code", .text(bytes: 1...64),
                            "of the authenticator app, or a recovery code: needed where there is a second factor"),
                    ]),
                answers: [
                    .init(
                        200,
                        Shape(
                            "Confirmed",
                            [.optional("confirmed_until", .time, "how long it counts; null where nobody asks")]),
                        "it counts from now on"),
                    .init(401, nil, "the password or the code is wrong"),
                    .init(403, nil, "the account has nothing to show: log in again"),
                    .init(422, nil, "the password, or a code, is needed"), .init(429, nil, "too many wrong ones"),
                ], isSecret: true, handler: confirm)
        ]
    }

    @Sendable private func confirm(_ call: Call) async throws(APIError) -> HTTPResponse {
        guard let caller = call.caller else { throw APIError(.loginEnded) }
        let known = try await services.callerStored(call)
        let factor = try await stored { () async throws(AccountFailure) in
            try await services.waysIn.secondFactors.factor(of: caller.user)
        }
        let owesCode = factor?.isActive == true
        guard known.passwordHash != nil || owesCode else {
            throw APIError(
                Rejection(
                    .permissionDenied, "this account has neither a password nor a second factor: log in again"))
        }
        if known.passwordHash != nil, call.body.present("current_password") == nil {
            throw APIError(.invalid("/current_password", "required", "this needs the current password"))
        }
        let code = call.body.present("code")?.string
        if owesCode, code == nil {
            throw APIError(.invalid("/code", "required", "give a code of the app, or a recovery code"))
        }
        try await services.reauthenticate(known, call)
        let shown: ShownFactor = owesCode ? try await services.shownFactor(code ?? "", by: caller.user) : .password
        let outcome = try await stored { () async throws(AccountFailure) in
            try await services.waysIn.secondFactors.confirm(
                login: caller.login, of: caller.user, shown: shown, by: call.cause)
        }
        try outcome.requirePassed(orNone: APIError(.loginEnded))
        let seconds = services.settings.limits.adminLoginSecondsMax
        let until = seconds > 0 ? services.time.now().adding(seconds: Int64(seconds)) : nil
        return .json { json in json.object { $0.member("confirmed_until", orNull: until) } }
    }
}
