internal import Auth
internal import Base
internal import Channels
public import REST
internal import Wire

/// Making an account with a password.
public struct RegistrationRoutes: Sendable {
    private let services: Services

    public init(_ services: Services) { self.services = services }

    public var routes: [Route] {
        [
            Route(
                .post, "/api/v1/auth/register", access: .anyone, "Makes an account and logs in",
                body: Shape(
                    "Registration",
                    Call.nameFields + [
                        .required("password", .text(bytes: 0...PasswordRule.bytesMax), "at least 8 characters"),
                        .optional("display_name", .text(bytes: 0...DisplayName.bytesMax), "what people call one"),
                        .optional("device", .text(bytes: 0...LoginWish.deviceBytesMax), "a name for this device"),
                        .cookie,
                        .optional("invite", .text(bytes: 1...256), "the token of an invitation"),
                    ]),
                answers: [
                    .init(201, .tokens, "the account and its first login"),
                    .init(
                        201, Shape.registered,
                        "the account, where its e-mail address has to be verified before the first login"),
                    .init(403, nil, "registration is closed, or by invitation"),
                    .init(409, nil, "the username, e-mail address or phone number is taken"),
                    .init(422, nil, "a member is not valid"), .init(503, nil, "too many passwords wait to be hashed"),
                ], isSecret: true, handler: register)
        ]
    }

    @Sendable private func register(_ call: Call) async throws(APIError) -> HTTPResponse {
        let invitation = try invitation(call)
        var random = RandomSource.system
        var new = NewAccount(uuid: UserUUID.make(random: &random), createdAt: services.time.now())
        new.username = try call.name("username") { text throws(NameFault) in try Username(text) }
        new.email = try call.name("email") { text throws(NameFault) in try EmailAddress(text) }
        new.phone = try call.name("phone") { text throws(NameFault) in try PhoneNumber(text) }
        new.displayName = try call.name("display_name") { text throws(NameFault) in try DisplayName(text) }?.text
        guard new.username != nil || new.email != nil || new.phone != nil else {
            throw APIError(.invalid("/username", "required", "give a username, an e-mail address or a phone number"))
        }
        if services.requiresVerification, new.email == nil {
            throw APIError(.invalid("/email", "required", "give an e-mail address: a link is sent to it"))
        }
        let password = call.body["password"]?.utf8 ?? []
        try services.checkPassword(
            password, names: [new.username?.text, new.email?.text, new.phone?.text, new.displayName])
        new.passwordHash = try await hashed { () async throws(Rejection) in try await services.passwords.hash(password)
        }
        let account = try await make(new, by: invitation, call)
        if let email = account.email, services.postbox.hasEmail {
            try await LetterDesk(services: services).sendLink(
                .emailVerification, to: email.lowercased(), of: account, for: call)
        }
        guard !services.owesVerification(account) else {
            return .json(201) { json in
                json.object { json in
                    json.name("user")
                    account.write(to: &json, roles: services.roles)
                    json.member("verification_required", true)
                }
            }
        }
        return try await LoginGate(services: services).admit(account, LoginWish(call.body), for: call, status: 201)
    }

    /// The invitation that is shown; `nil` where none is needed.
    private func invitation(_ call: Call) throws(APIError) -> OneTimeToken? {
        let text = call.body.present("invite")?.string
        switch (services.settings.waysIn.registration, text) {
        case (.closed, _): throw APIError(Rejection(.permissionDenied, "registration is closed"))
        case (.invite, nil): throw APIError(Rejection(.permissionDenied, "registration is by invitation"))
        case (.open, nil): return nil
        case (.open, let text?), (.invite, let text?):
            guard let token = OneTimeToken(text: text) else { throw Self.noInvitation }
            return token
        }
    }

    private static let noInvitation = APIError(
        Rejection(.permissionDenied, "the invitation has ended, is used up, or never was"))

    private func make(
        _ new: NewAccount, by invitation: OneTimeToken?, _ call: Call
    ) async throws(APIError) -> Account {
        guard let invitation else {
            return try await stored { () async throws(AccountFailure) in
                try await services.accounts.create(new, by: call.cause)
            }
        }
        let account = try await stored { () async throws(AccountFailure) in
            try await services.waysIn.invitations.accept(new, token: invitation.hash, by: call.cause)
        }
        guard let account else { throw Self.noInvitation }
        return account
    }
}
