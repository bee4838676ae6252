internal import Auth
internal import Base
internal import Channels
public import REST
internal import Wire

/// Tokens for the users of a product that has accounts of its own.
public struct MintRoutes: Sendable {
    private let services: Services

    public init(_ services: Services) { self.services = services }

    public var routes: [Route] {
        [
            Route(
                .post, "/api/v1/auth/mint", access: .key(.mint),
                "Logs a user of another product in, and makes the user when it comes first",
                body: Shape(
                    "Mint",
                    [
                        .required(
                            "external_id", .text(bytes: 1...Identity.subjectBytesMax), "what the product calls the user"
                        ),
                        .optional("username", .text(bytes: 1...Username.bytesMax), "for a user who is made by this"),
                        .optional("display_name", .text(bytes: 1...DisplayName.bytesMax), "likewise"),
                        .optional("role", .text(bytes: 1...Role.nameBytesMax), "likewise; one without permissions"),
                        .optional(
                            "ttl", .integer(TokenLifetimes.mintedSecondsMin...TokenLifetimes.accessSeconds),
                            "seconds for which the access token stands"),
                    ]),
                answers: [
                    .init(200, .tokens, "logged in"),
                    .init(403, nil, "the role may do something to the server, or the user is suspended"),
                    .init(409, nil, "the username is another's"), .init(422, nil, "a member is not valid"),
                ], isSecret: true, handler: mint)
        ]
    }

    @Sendable private func mint(_ call: Call) async throws(APIError) -> HTTPResponse {
        let subject = call.body["external_id"]?.string ?? ""
        guard let identity = Identity(issuer: Identity.minted, subject: subject) else {
            throw APIError(.invalid("/external_id", "invalid_format", "external_id is not valid"))
        }
        let new = try newAccount(call), key = call.key
        let account = try await stored { () async throws(AccountFailure) in
            try await services.foreignUsers.account(of: identity, orMaking: new, by: call.cause)
        }
        guard account.isActive else { throw APIError(Rejection(.userBlocked, "this account is suspended")) }
        // Who has come to have rights here since is not let in by another's word.
        guard services.roles.permissions(of: account.role).isEmpty else {
            throw APIError(Rejection(.permissionDenied, "tokens of a user with permissions are not minted"))
        }
        var wish = LoginWish()
        wish.device = key.map { "API key \($0.name)" }
        // The product has looked at who it is; what the gate asks for is not owed.
        let answer = try await LoginGate(services: services).open(
            account, wish, for: call, status: 200,
            accessSeconds: call.body.present("ttl")?.integer ?? TokenLifetimes.accessSeconds)
        try await stored { () async throws(AccountFailure) in
            try await services.accounts.note(
                .tokenMinted, by: call.cause, target: AuditEntry.target(account.id), detail: key?.target)
        }
        return answer
    }

    private func newAccount(_ call: Call) throws(APIError) -> NewAccount {
        var random = RandomSource.system
        var new = NewAccount(uuid: UserUUID.make(random: &random), createdAt: services.time.now())
        do throws(NameFault) {
            if let text = call.body.present("username")?.string { new.username = try Username(text) }
        } catch {
            throw APIError(.invalid("/username", error.code, error.detail))
        }
        do throws(NameFault) {
            if let text = call.body.present("display_name")?.string { new.displayName = try DisplayName(text).text }
        } catch {
            throw APIError(.invalid("/display_name", error.code, error.detail))
        }
        if let text = call.body.present("role")?.string {
            guard let role = Role(name: text), services.roles.contains(role) else {
                throw APIError(.invalid("/role", "unknown", "there is no such role"))
            }
            guard services.roles.permissions(of: role).isEmpty else {
                throw APIError(Rejection(.permissionDenied, "a role with permissions is not given by minting"))
            }
            new.role = role
        }
        return new
    }
}
