internal import Auth
internal import Base
internal import Channels
public import REST
internal import Wire

/// Verifying e-mail addresses: a link is sent, shown, and redeemed. Showing it does not spend it, because what reads
/// mail for people opens links.
public struct EmailRoutes: Sendable {
    private let services: Services

    public init(_ services: Services) { self.services = services }

    private static let path = "/api/v1/auth/email/verify"

    public var routes: [Route] {
        [
            Route(
                .post, "/api/v1/auth/email/verification", access: .anyone,
                "Sends a link to the bearer's e-mail address, or to the one given if somebody has it",
                body: Shape("VerificationWish", [.optional("email", .text(bytes: 0...254), "without a bearer")]),
                answers: [
                    .init(202, nil, "sent, if there is somebody to send it to and it is not too soon"),
                    .init(501, nil, "this server sends no e-mail"),
                ], handler: send),
            Route(
                .get, Self.path, access: .anyone, "A page that redeems the link when its button is pressed",
                query: [.required("token", .text(bytes: 1...256), "of the link")],
                answers: [.init(200, nil, "the page; JSON with valid for who asks for that")], isSecret: true,
                handler: show),
            Route(
                .post, Self.path, access: .anyone, "Verifies the e-mail address that the link went to, once",
                body: Shape("VerificationToken", [.required("token", .text(bytes: 1...256), "of the link")]),
                answers: [
                    .init(200, Shape("Verified", [.required("verified", .boolean, "true")]), "verified"),
                    .init(422, nil, "the link is spent, expired, or older than another"),
                ], handler: verify),
        ]
    }

    @Sendable private func send(_ call: Call) async throws(APIError) -> HTTPResponse {
        try services.requireEmail()
        var account: Account?
        let address: String
        if let token = call.head.bearerToken {
            let caller = try await services.caller(of: token).get()
            account = try await stored { () async throws(AccountFailure) in
                try await services.accounts.find(user: caller.user)
            }
            guard let email = account?.email else {
                throw APIError(.invalid("/email", "required", "the account has no e-mail address"))
            }
            address = email.lowercased()
        } else {
            guard let email = try call.name("email", { text throws(NameFault) in try EmailAddress(text) }) else {
                throw APIError(.invalid("/email", "required", "give a bearer or an e-mail address"))
            }
            account = try await stored { () async throws(AccountFailure) in
                try await services.accounts.find(login: .email(email.folded))?.account
            }
            address = email.folded
        }
        // What is verified needs no link, and nobody is told that it is.
        let owing = account.flatMap { $0.isEmailVerified ? nil : $0 }
        try await LetterDesk(services: services).sendLink(.emailVerification, to: address, of: owing, for: call)
        return HTTPResponse(status: 202)
    }

    @Sendable private func show(_ call: Call) async throws(APIError) -> HTTPResponse {
        try await ProofPage.emailVerification.answer(
            call, stands: services.stands(.emailVerification, call.head.query["token"]))
    }

    @Sendable private func verify(_ call: Call) async throws(APIError) -> HTTPResponse {
        guard let token = call.body["token"]?.string.flatMap({ OneTimeToken(text: $0) }) else { throw .deadLink }
        let user = try await stored { () async throws(AccountFailure) in
            try await services.waysIn.proofs.verifyEmail(token: token.hash, by: call.cause)
        }
        guard user != nil else { throw .deadLink }
        return .json { json in json.object { json in json.member("verified", true) } }
    }
}

extension Services {
    /// Whether the token of a link stands. Asking does not spend it.
    func stands(_ kind: ProofKind, _ token: String?) async throws(APIError) -> Bool {
        guard let token = token.flatMap({ OneTimeToken(text: $0) }) else { return false }
        return try await stored { () async throws(AccountFailure) in
            try await waysIn.proofs.find(kind, token: token.hash)
        } != nil
    }
}

extension APIError {
    static let deadLink = APIError(
        .invalid("/token", "spent", "the link has been used, has expired, or a newer one was sent"))
}
