public import Auth
public import Base
internal import Channels
public import REST
internal import Wire

/// Registering, logging in and out, and who one is.
public struct AuthRoutes: Sendable {
    private let services: Services

    public init(_ services: Services) { self.services = services }

    public var routes: [Route] {
        [
            Route(
                .post, "/api/v1/auth/register", access: .anyone, "Makes an account and logs in",
                body: Shape(
                    "Registration",
                    Self.names + [
                        .required("password", .text(bytes: 0...PasswordRule.bytesMax), "at least 8 characters"),
                        .optional("display_name", .text(bytes: 0...DisplayName.bytesMax), "what people call one"),
                        .optional("device", .text(bytes: 0...256), "a name for this device"),
                    ]),
                answers: [
                    .init(201, .tokens, "the account and its first login"),
                    .init(409, nil, "the username, e-mail address or phone number is taken"),
                    .init(422, nil, "a member is not valid"), .init(503, nil, "too many passwords wait to be hashed"),
                ], isSecret: true, handler: register),
            Route(
                .post, "/api/v1/auth/login", access: .anyone, "Logs in with a password",
                body: Shape(
                    "Login",
                    [
                        .optional("login", .text(bytes: 1...254), "username, e-mail address or phone number")
                    ] + Self.names + [
                        .required("password", .text(bytes: 0...PasswordRule.bytesMax), "the account's password"),
                        .optional("remember", .boolean, "keeps the device logged in for up to 300 days"),
                        .optional("device", .text(bytes: 0...256), "a name for this device"),
                    ]),
                answers: [.init(200, .tokens, "logged in"), .init(401, nil, "wrong login or password")],
                isSecret: true, handler: login),
            Route(
                .post, "/api/v1/auth/refresh", access: .anyone, "Exchanges a refresh token for a new pair",
                body: Shape(
                    "Refresh",
                    [
                        .required(
                            "refresh_token", .text(bytes: 1...256), "spent by this; using it again ends the login")
                    ]),
                answers: [.init(200, .tokens, "a new pair"), .init(401, nil, "spent, unknown or expired")],
                isSecret: true, handler: refresh),
            Route(
                .post, "/api/v1/auth/logout", access: .anyone,
                "Ends a login: that of the refresh token, or else of the bearer; its sockets close",
                body: Shape("Logout", [.optional("refresh_token", .text(bytes: 1...256), "of the login to end")]),
                answers: [.init(204, nil, "ended"), .init(401, nil, "neither a refresh token nor a bearer")],
                handler: logout),
            Route(
                .get, "/api/v1/users/me", access: .user, "Who the caller is",
                answers: [.init(200, .user, "the caller's account")], handler: me),
        ]
    }

    private static let names: [Shape.Field] = [
        .optional("username", .text(bytes: 0...Username.bytesMax), "letters, digits, dots, dashes and underscores"),
        .optional("email", .text(bytes: 0...EmailAddress.bytesMax), "an e-mail address"),
        .optional("phone", .text(bytes: 0...32), "a phone number with its country code"),
    ]

    // MARK: Handlers

    @Sendable private func register(_ call: Call) async throws(APIError) -> HTTPResponse {
        var random = RandomSource.system
        var new = NewAccount(uuid: UserUUID.make(random: &random), createdAt: services.time.now())
        new.username = try Self.name("username", in: call) { text throws(NameFault) in try Username(text) }
        new.email = try Self.name("email", in: call) { text throws(NameFault) in try EmailAddress(text) }
        new.phone = try Self.name("phone", in: call) { text throws(NameFault) in try PhoneNumber(text) }
        new.displayName = try Self.name("display_name", in: call) { text throws(NameFault) in try DisplayName(text) }?
            .text
        guard new.username != nil || new.email != nil || new.phone != nil else {
            throw APIError(.invalid("/username", "required", "give a username, an e-mail address or a phone number"))
        }
        let password = call.body["password"]?.utf8 ?? []
        do throws(PasswordFault) {
            try PasswordRule.standard.check(password)
        } catch {
            throw APIError(.invalid("/password", error.code, error.detail))
        }
        new.passwordHash = try await hashed { () async throws(Rejection) in try await services.passwords.hash(password)
        }
        let account = try await stored { () async throws(AccountFailure) in
            try await services.accounts.create(new, by: call.cause)
        }
        return try await open(account, for: call, status: 201)
    }

    @Sendable private func login(_ call: Call) async throws(APIError) -> HTTPResponse {
        let names = ["login", "username", "email", "phone"] as [StaticString]
        guard let name = names.lazy.compactMap({ call.body.present($0)?.string }).first else {
            throw APIError(.invalid("/login", "required", "give a login: a username, e-mail address or phone number"))
        }
        var found: StoredAccount?
        if let login = LoginName.read(name) {
            found = try await stored { () async throws(AccountFailure) in try await services.accounts.find(login: login)
            }
        }
        let known = found
        // One who does not exist takes as long as one whose password is wrong, and hears the same.
        let (matches, renewed) = try await hashed { () async throws(Rejection) in
            try await services.passwords.check(call.body["password"]?.utf8 ?? [], against: known?.passwordHash)
        }
        guard matches, let account = known?.account else {
            throw APIError(Rejection(.invalidCredentials, "wrong login or password"))
        }
        guard account.isActive else { throw APIError(Rejection(.userBlocked, "this account is suspended")) }
        if let renewed {
            try await stored { () async throws(AccountFailure) in
                try await services.accounts.replaceHash(of: account.id, with: renewed)
            }
        }
        return try await open(account, for: call, status: 200)
    }

    @Sendable private func refresh(_ call: Call) async throws(APIError) -> HTTPResponse {
        let refused = APIError(Rejection(.invalidToken, "the refresh token is spent, unknown or expired"))
        guard let spent = call.body["refresh_token"]?.string.flatMap({ RefreshToken(text: $0) }) else { throw refused }
        var random = RandomSource.system
        let successor = RefreshToken.make(random: &random)
        let rotation = try await stored { () async throws(AccountFailure) in
            try await services.accounts.rotate(
                refresh: spent.hash, to: successor.hash, at: services.time.now(), by: call.cause)
        }
        guard case .rotated(let login, let account, _) = rotation else { throw refused }
        return answer(200, account, login, successor)
    }

    @Sendable private func logout(_ call: Call) async throws(APIError) -> HTTPResponse {
        let now = services.time.now()
        if let refresh = call.body.present("refresh_token")?.string.flatMap({ RefreshToken(text: $0) }) {
            _ = try await stored { () async throws(AccountFailure) in
                try await services.accounts.revoke(refresh: refresh.hash, at: now, by: call.cause)
            }
            return HTTPResponse(status: 204)
        }
        guard let token = call.head.bearerToken else {
            throw APIError(Rejection(.invalidToken, "give the refresh_token, or the access token as bearer"))
        }
        switch services.claims(of: token) {
        case .success(let claims):
            try await stored { () async throws(AccountFailure) in
                try await services.accounts.revoke(login: claims.login, at: now, by: call.cause)
            }
            return HTTPResponse(status: 204)
        case .failure(let rejection): throw APIError(rejection)
        }
    }

    @Sendable private func me(_ call: Call) async throws(APIError) -> HTTPResponse {
        let user = try call.user()
        let account = try await stored { () async throws(AccountFailure) in
            try await services.accounts.find(user: user)
        }
        guard let account else { throw APIError(.loginEnded) }
        return .json { json in account.write(to: &json) }
    }

    // MARK: Steps

    /// Opens a login for an account that has proven itself.
    private func open(_ account: Account, for call: Call, status: Int) async throws(APIError) -> HTTPResponse {
        var random = RandomSource.system
        let login = LoginID(random: &random), refresh = RefreshToken.make(random: &random), now = services.time.now()
        let isRemembered = call.body.present("remember")?.bool ?? false
        let seconds = isRemembered ? TokenLifetimes.rememberedSeconds : TokenLifetimes.refreshSeconds
        let new = NewLogin(
            id: login, user: account.id, refreshHash: refresh.hash, createdAt: now,
            expiresAt: now.adding(seconds: seconds),
            absoluteExpiry: now.adding(seconds: TokenLifetimes.rememberedSeconds),
            device: call.body.present("device")?.string, isRemembered: isRemembered)
        try await stored { () async throws(AccountFailure) in try await services.accounts.openLogin(new, by: call.cause)
        }
        return answer(status, account, login, refresh)
    }

    private func answer(
        _ status: Int, _ account: Account, _ login: LoginID, _ refresh: RefreshToken
    ) -> HTTPResponse {
        .json(status) { json in
            json.object { json in
                json.name("user")
                account.write(to: &json)
                json.member("access_token", services.accessToken(for: account, login: login))
                json.member("refresh_token", refresh.text)
                json.member("token_type", "Bearer")
                json.member("expires_in", TokenLifetimes.accessSeconds)
            }
        }
    }

    private static func name<Name>(
        _ member: StaticString, in call: Call, _ read: (String) throws(NameFault) -> Name
    ) throws(APIError) -> Name? {
        guard let text = call.body.present(member)?.string else { return nil }
        do throws(NameFault) {
            return try read(text)
        } catch {
            throw APIError(.invalid("/\(member)", error.code, error.detail))
        }
    }

    private func hashed<Value>(
        _ body: () async throws(Rejection) -> Value
    ) async throws(APIError) -> Value {
        do throws(Rejection) { return try await body() } catch { throw APIError(error) }
    }

    private func stored<Value>(
        _ body: () async throws(AccountFailure) -> Value
    ) async throws(APIError) -> Value {
        do throws(AccountFailure) { return try await body() } catch { throw APIError(error) }
    }
}

extension Services {
    /// A fresh access token (RFC 7519) that speaks for a login.
    public func accessToken(for account: Account, login: LoginID) -> String {
        var random = RandomSource.system
        let now = time.now()
        return signer.sign(
            AccessClaims(
                user: account.id, uuid: account.uuid, login: login, role: account.role,
                tokenID: Base64.encodeURLSafe(random.bytes(12)), issuedAt: now,
                expiresAt: now.adding(seconds: TokenLifetimes.accessSeconds)))
    }
}

extension APIError {
    public init(_ failure: AccountFailure) {
        switch failure {
        case .taken(let field):
            let fault = Rejection.Fault(pointer: "/\(field)", code: "taken", detail: "this \(field) is taken")
            self.init(Rejection(.alreadyExists, fault.detail, faults: [fault]))
        case .notFound: self.init(.noSuchUser)
        case .unavailable: self.init(.overloaded)
        case .storageFull: self.init(.storageFull)
        }
    }
}

extension Account {
    /// The shape `User` of the API, all of it: for the user and for administrators.
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("uuid", uuid)
            json.member("username", orNull: username)
            json.member("email", orNull: email)
            json.member("phone", orNull: phone)
            json.member("display_name", orNull: displayName)
            for name in ["avatar", "bio", "locale", "time_zone", "date_of_birth"] as [StaticString] {
                json.member(name, orNull: nil as String?)
            }
            json.member("role", role.name)
            json.member("is_active", isActive)
            json.member("is_verified", false)
            json.member("is_staff", role == .admin || role == .superuser)
            json.member("is_superuser", role == .superuser)
            json.member("created_at", createdAt)
            json.member("updated_at", updatedAt)
            json.member("last_seen_at", orNull: lastSeenAt)
        }
    }
}
