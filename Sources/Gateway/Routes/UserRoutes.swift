internal import Auth
internal import Base
internal import Channels
public import REST
internal import Wire

/// Accounts: looking for them, one's own, and those of others for who may.
public struct UserRoutes: Sendable {
    private let services: Services
    private let settings: GatewaySettings

    public init(_ services: Services) {
        self.services = services
        settings = services.settings
    }

    public var routes: [Route] { directory + accounts }

    private var directory: [Route] {
        [
            Route(
                .get, "/api/v1/users", access: .user,
                "Looks for users: all of them with the permission users.read, else one by username, or oneself",
                query: [
                    .optional("username", .text(bytes: 1...Username.bytesMax), "exactly this one, whatever the case"),
                    .optional("q", .text(bytes: 1...Self.prefixBytesMax), "how a name begins"),
                    .optional("role", .text(bytes: 1...Role.nameBytesMax), "those who have it"),
                    .optional("is_active", .boolean, "those who may log in, or who may not"),
                    .optional("limit", .integer(1...Int64(settings.limits.usersPageMax)), "users on a page"),
                    .optional("cursor", .text(bytes: 1...64), "next_cursor of the page before"),
                ],
                answers: [
                    .init(200, .page(of: .user), "users by number"),
                    .init(403, nil, "there is no directory for everybody"),
                ], handler: list),
            Route(
                .post, "/api/v1/users", access: .permitted(.writeUsers), "Makes an account, also without a password",
                body: Shape(
                    "NewUser",
                    ProfileBody.fields + [
                        .optional("role", .text(bytes: 1...Role.nameBytesMax), "member unless given")
                    ]),
                answers: [
                    .init(201, .user, "the account"), .init(403, nil, "the role may do what the caller's may not"),
                    .init(409, nil, "a name is taken"), .init(422, nil, "a member is not valid"),
                ], handler: create),
        ]
    }

    private var accounts: [Route] {
        [("/api/v1/users/me", "the caller's account"), ("/api/v1/users/{id}", "an account")].flatMap { path, whose in
            [
                Route(
                    .get, path, access: .user, "Shows \(whose): all of it to the user and to users.read",
                    answers: [.init(200, .user, "the account, or what everybody may know"), Self.missing],
                    handler: show),
                Route(
                    .put, path, access: Self.writing,
                    "Changes \(whose): what is not named of the profile is taken away",
                    body: Self.change("UserPut"), answers: Self.changed, handler: replace),
                Route(
                    .patch, path, access: Self.writing, "Changes parts of \(whose) (RFC 7396)",
                    body: Self.change("UserPatch"),
                    answers: Self.changed, handler: patch),
                Route(
                    .delete, path, access: Self.writing, "Erases \(whose) for good",
                    query: [.optional("messages", .text(bytes: 4...6), "keep (unless given) or delete")],
                    body: Shape(
                        "Erasure",
                        [
                            .optional(
                                "current_password", .text(bytes: 0...PasswordRule.bytesMax),
                                "of one's own account that has one, but for the first ten minutes of a login")
                        ]),
                    answers: [
                        .init(204, nil, "erased, and all logins ended"), Self.denied, Self.missing,
                        .init(412, nil, "the last superuser stays"), .init(422, nil, "the current password is needed"),
                    ], handler: erase),
            ]
        }
    }

    private static let writing = Route.Access.ownOrPermitted(.writeUsers)
    private static let prefixBytesMax = 256
    private static let missing = Route.Answer(404, nil, "there is no such user")
    private static let denied = Route.Answer(403, nil, "it is another user's, and the caller may not")
    private static let changed: [Route.Answer] = [
        .init(200, .user, "as it is now"), denied, missing, .init(409, nil, "a name is taken"),
        .init(412, nil, "it is not what If-Match names"), .init(422, nil, "a member is not valid"),
    ]

    private static func change(_ name: String) -> Shape {
        Shape(
            name,
            ProfileBody.fields + [
                .optional(
                    "current_password", .text(bytes: 0...PasswordRule.bytesMax),
                    "when e-mail, phone or password of one's own account change, and there is one")
            ])
    }

    // MARK: Looking

    @Sendable private func list(_ call: Call) async throws(APIError) -> HTTPResponse {
        let seesAll = call.caller?.permissions.contains(.readUsers) == true
        let limit = try call.number("limit", in: 1...Int64(settings.limits.usersPageMax)).map { Int($0) }
        var search = PeopleSearch(limit: limit ?? min(Self.pageDefault, settings.limits.usersPageMax))
        search.isPublic = !seesAll
        search.username = call.head.query["username"]?.lowercased()
        search.prefix = call.head.query["q"]?.lowercased()
        guard (search.prefix?.utf8.count ?? 0) <= Self.prefixBytesMax else {
            throw APIError(.invalid("?q", "too_long", "at most \(Self.prefixBytesMax) bytes"))
        }
        search.after = try call.number("cursor", in: 1...Int64.max).flatMap { UserID(rawValue: $0) }
        if seesAll {
            if let name = call.head.query["role"] {
                guard let role = Role(name: name) else {
                    throw APIError(.invalid("?role", "not_found", "there is no such role"))
                }
                search.role = role
            }
            switch call.head.query["is_active"] {
            case nil: break
            case "true": search.isActive = true
            case "false": search.isActive = false
            default: throw APIError(.invalid("?is_active", "invalid_type", "must be true or false"))
            }
        } else if search.username == nil, search.prefix?.isEmpty != false {
            // All that one may see whole without being asked for it by name.
            let own = try await own(try call.user())
            return .page([own], next: nil, at: Self.path(of: call)) { $0.write(to: &$1, roles: services.roles) }
        } else if search.prefix != nil, !settings.hasDirectory {
            throw APIError(Rejection(.permissionDenied, "this server has no directory: give a username"))
        }
        let wanted = search
        let found = try await asked { () async throws(PeopleFailure) in try await services.people.list(wanted) }
        let next = found.hasMore ? found.accounts.last?.id.description : nil
        return .page(found.accounts, next: next, at: Self.path(of: call)) { account, json in
            if seesAll { account.write(to: &json, roles: services.roles) } else { account.writePublic(to: &json) }
        }
    }

    private static let pageDefault = 50

    private func own(_ user: UserID) async throws(APIError) -> Account {
        let found = try await asked { () async throws(PeopleFailure) in try await services.people.find(user) }
        guard let found else { throw APIError(.loginEnded) }
        return found
    }

    /// The same question again, as far as it can be said without escapes; the page behind it is asked for by the
    /// cursor.
    private static func path(of call: Call) -> String {
        let asked = ["limit", "role", "is_active"].compactMap { name in call.head.query[name].map { "\(name)=\($0)" } }
        return "/api/v1/users?" + (asked.isEmpty ? "limit=\(pageDefault)" : asked.joined(separator: "&"))
    }

    @Sendable private func show(_ call: Call) async throws(APIError) -> HTTPResponse {
        let own = try call.user(), user = call.parameters["id"] == nil ? own : try call.user("id")
        guard let account = try await asked({ () async throws(PeopleFailure) in try await services.people.find(user) })
        else { throw APIError(user == own ? .loginEnded : .noSuchUser) }
        guard user == own || call.caller?.permissions.contains(.readUsers) == true else {
            return .json { json in account.writePublic(to: &json) }
        }
        return answer(account)
    }

    private func answer(_ account: Account, status: Int = 200) -> HTTPResponse {
        var response = HTTPResponse.json(status) { json in account.write(to: &json, roles: services.roles) }
        response.headers.set("ETag", account.tag(services.roles).description)
        return response
    }

    // MARK: Changing

    @Sendable private func create(_ call: Call) async throws(APIError) -> HTTPResponse {
        let body = body(of: call)
        let parts = try body.change(allowed: ["role"])
        var random = RandomSource.system
        var new = NewAccount(uuid: UserUUID.make(random: &random), createdAt: services.time.now())
        new.username = parts.username.applied(to: nil)
        new.email = parts.email.applied(to: nil)
        new.phone = parts.phone.applied(to: nil)
        new.displayName = parts.displayName.applied(to: nil)
        guard new.username != nil || new.email != nil || new.phone != nil else {
            throw APIError(.invalid("/username", "required", "give a username, an e-mail address or a phone number"))
        }
        if let name = call.body.present("role")?.string {
            guard let role = Role(name: name) else { throw APIError(people: .noSuchRole) }
            new.role = role
        }
        if let password = body.password {
            try services.checkPassword(
                password, names: [new.username?.text, new.email?.text, new.phone?.text, new.displayName])
            new.passwordHash = try await services.hash(password)
        }
        let profile = Profile(
            avatar: parts.avatar.applied(to: nil), bio: parts.bio.applied(to: nil),
            locale: parts.locale.applied(to: nil), timeZone: parts.timeZone.applied(to: nil),
            birthDate: parts.birthDate.applied(to: nil))
        let rank = try call.rank(), made = new
        let account = try await asked { () async throws(PeopleFailure) in
            try await services.people.create(made, profile: profile, within: rank, by: call.cause)
        }
        var response = answer(account, status: 201)
        response.headers.add("Location", "/api/v1/users/\(account.id)")
        return response
    }

    @Sendable private func replace(_ call: Call) async throws(APIError) -> HTTPResponse {
        try await change(call, isWhole: true)
    }

    @Sendable private func patch(_ call: Call) async throws(APIError) -> HTTPResponse {
        try await change(call, isWhole: false)
    }

    private func change(_ call: Call, isWhole: Bool) async throws(APIError) -> HTTPResponse {
        let (user, rank) = try call.account()
        let body = body(of: call)
        var change = try body.change(isWhole: isWhole)
        if rank == nil, change.isSensitive || body.password != nil { try await services.confirm(call, for: user) }
        let old = try await asked { () async throws(PeopleFailure) in try await services.people.find(user) }
        if let password = body.password {
            let named = old?.changed(by: change)
            try services.checkPassword(
                password, names: [named?.username, named?.email, named?.phone, named?.displayName])
            change.passwordHash = .set(try await services.hash(password))
        }
        if rank == nil { change.keptLogin = call.caller?.login }
        let wanted = change, isExpected = expectation(of: call)
        let account = try await asked { () async throws(PeopleFailure) in
            try await services.people.change(user, wanted, within: rank, if: isExpected, by: call.cause)
        }
        if body.password != nil { LetterDesk(services: services).tellOfNewPassword(account) }
        if let old, old.email != account.email { LetterDesk(services: services).tellOfNewAddress(old) }
        return answer(account)
    }

    /// Whether an account is what the request's conditions name (RFC 9110 section 13.1.1), compressed or not.
    private func expectation(of call: Call) -> @Sendable (Account) -> Bool {
        let conditions = Preconditions(call.head.headers, now: services.time.now())
        let method = call.head.method, roles = services.roles
        return { account in
            let tag = account.tag(roles)
            return [tag, tag.ofVariant("gzip")].contains {
                conditions.verdict(on: method, Validators(tag: $0)) == .goOn
            }
        }
    }

    @Sendable private func erase(_ call: Call) async throws(APIError) -> HTTPResponse {
        let (user, rank) = try call.account()
        let isDeletingMessages: Bool
        switch call.head.query["messages"] {
        case nil, "keep": isDeletingMessages = false
        case "delete": isDeletingMessages = true
        default: throw APIError(.invalid("?messages", "not_supported", "messages can be keep or delete"))
        }
        let hasPassword = call.body.present("current_password") != nil
        if rank == nil {
            let isFresh = try await isFresh(call)
            if hasPassword || !isFresh { try await services.confirm(call, for: user) }
        }
        try await asked { () async throws(PeopleFailure) in
            try await services.people.erase(
                user, isDeletingMessages: isDeletingMessages, within: rank, by: call.cause)
        }
        return HTTPResponse(status: 204)
    }

    /// Seconds after logging in for which that is proof enough of who asks.
    private static let freshSeconds: Int64 = 600

    /// Whether the caller has shown who they are just now.
    private func isFresh(_ call: Call) async throws(APIError) -> Bool {
        guard let caller = call.caller, let proven = try await services.provenAt(caller.login) else { return false }
        return services.time.now() < proven.adding(seconds: Self.freshSeconds)
    }

    private func body(of call: Call) -> ProfileBody {
        ProfileBody(body: call.body, now: services.time.now(), ageMin: settings.ageMin)
    }
}
