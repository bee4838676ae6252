public import Auth
public import Base
internal import Channels
public import REST
internal import Wire

/// What the command line does to single users: reachable by the server's own user alone.
public struct OperatorUserRoutes: Sendable {
    private let people: any People
    private let accounts: any Accounts
    private let time: TimeSource
    private let hash: OperatorRoutes.Hash

    public init(
        people: any People, accounts: any Accounts, time: TimeSource, hash: @escaping OperatorRoutes.Hash
    ) {
        self.people = people
        self.accounts = accounts
        self.time = time
        self.hash = hash
    }

    /// Users of one answer.
    public static let pageMax = 500

    public var routes: [Route] {
        let password = Shape.Field.optional(
            "password", .text(bytes: 0...PasswordRule.bytesMax), "at least 8 characters")
        let user = Shape.Field.required("user", .text(bytes: 1...254), "a username, e-mail address or phone number")
        let answer = Route.Answer(200, nil, "the user")
        return [
            Route(
                .post, "/operator/users/create", access: .operatorOnly, "Makes an account",
                body: Shape(
                    "OperatorUser",
                    [
                        .optional("username", .text(bytes: 0...254), "a name to log in with"),
                        .optional("email", .text(bytes: 0...254), "an e-mail address"),
                        .optional("phone", .text(bytes: 0...64), "a phone number"),
                        .optional("display_name", .text(bytes: 0...DisplayName.bytesMax), "what people call them"),
                        .optional("role", .text(bytes: 1...Role.nameBytesMax), "member unless given"), password,
                    ]), answers: [answer], handler: create),
            Route(
                .post, "/operator/users/list", access: .operatorOnly, "Lists accounts by number",
                body: Shape(
                    "OperatorSearch",
                    [
                        .optional("after", .userID, "those behind this one"),
                        .optional("role", .text(bytes: 1...Role.nameBytesMax), "those who have it"),
                        .optional("q", .text(bytes: 1...254), "how a name begins"),
                    ]), answers: [.init(200, nil, "users, and whether there are more")], handler: list),
            Route(
                .post, "/operator/users/password", access: .operatorOnly,
                "Gives a user another password, and ends all their logins",
                body: Shape(
                    "OperatorPassword",
                    [user, .required("password", .text(bytes: 0...PasswordRule.bytesMax), "the new one")]),
                answers: [answer], handler: setPassword),
            Route(
                .post, "/operator/users/role", access: .operatorOnly,
                "Gives a user another role, and ends all their logins",
                body: Shape(
                    "OperatorRole",
                    [user, .required("role", .text(bytes: 1...Role.nameBytesMax), "one that is there")]),
                answers: [answer], handler: setRole),
            Route(
                .post, "/operator/users/suspension", access: .operatorOnly, "Keeps a user out, or lets them in again",
                body: Shape(
                    "OperatorSuspension",
                    [
                        user, .required("is_suspended", .boolean, "kept out from now on, or not any more"),
                        .optional("reason", .text(bytes: 0...512), "what is noted"),
                    ]), answers: [answer], handler: suspend),
        ]
    }

    // MARK: Handlers

    @Sendable private func create(_ call: Call) async throws(APIError) -> HTTPResponse {
        var random = RandomSource.system
        var row = ImportRow(line: 1)
        row.username = call.body.present("username")?.string
        row.email = call.body.present("email")?.string
        row.phone = call.body.present("phone")?.string
        row.displayName = call.body.present("display_name")?.string
        row.password = call.body.present("password")?.utf8.map { Secret($0) }
        let read: ImportedAccount
        do throws(RowFault) {
            read = try row.account(uuid: UserUUID.make(random: &random))
        } catch {
            throw APIError(Rejection(.validationFailed, error.detail))
        }
        var new = NewAccount(
            uuid: read.uuid, username: read.username, email: read.email, phone: read.phone,
            displayName: read.displayName, createdAt: time.now())
        if let name = call.body.present("role")?.string { new.role = try role(name) }
        if case .password(let password) = read.credential { new.passwordHash = try await hashed(password) }
        let made = new
        return answer(
            try await asked { () async throws(PeopleFailure) in
                try await people.create(made, profile: Profile(), within: .operator, by: .server)
            })
    }

    @Sendable private func list(_ call: Call) async throws(APIError) -> HTTPResponse {
        var search = PeopleSearch(limit: Self.pageMax)
        search.after = call.body.present("after")?.string.flatMap { UserID($0) }
        search.prefix = call.body.present("q")?.string?.lowercased()
        if let name = call.body.present("role")?.string { search.role = try role(name) }
        let wanted = search
        let page = try await asked { () async throws(PeopleFailure) in try await people.list(wanted) }
        return .json { json in
            json.object { json in
                json.array("users") { json in
                    for account in page.accounts { Self.write(account, to: &json) }
                }
                json.member("has_more", page.hasMore)
            }
        }
    }

    @Sendable private func setPassword(_ call: Call) async throws(APIError) -> HTTPResponse {
        let account = try await account(in: call), password = Secret(call.body["password"]?.utf8 ?? [])
        do throws(PasswordFault) {
            try PasswordRule.standard.check(password.withBytes { Array($0) })
        } catch {
            throw APIError(.invalid("/password", error.code, error.detail))
        }
        var change = AccountChange()
        change.passwordHash = .set(try await hashed(password))
        let wanted = change
        return answer(
            try await asked { () async throws(PeopleFailure) in
                try await people.change(account.id, wanted, within: .operator, if: { _ in true }, by: .server)
            })
    }

    @Sendable private func setRole(_ call: Call) async throws(APIError) -> HTTPResponse {
        let account = try await account(in: call), role = try role(call.body["role"]?.string ?? "")
        return answer(
            try await asked { () async throws(PeopleFailure) in
                try await people.setRole(of: account.id, to: role, within: .operator, by: .server)
            })
    }

    @Sendable private func suspend(_ call: Call) async throws(APIError) -> HTTPResponse {
        let account = try await account(in: call), reason = call.body.present("reason")?.string
        let isSuspended = call.body["is_suspended"]?.bool ?? true
        return answer(
            try await asked { () async throws(PeopleFailure) in
                if isSuspended {
                    try await people.suspend(account.id, because: reason, within: .operator, by: .server)
                } else {
                    try await people.restore(account.id, within: .operator, by: .server)
                }
            })
    }

    // MARK: Steps

    private func account(in call: Call) async throws(APIError) -> Account {
        let name = call.body["user"]?.string ?? ""
        do throws(AccountFailure) {
            if let login = LoginName.read(name), let found = try await accounts.find(login: login) {
                return found.account
            }
        } catch {
            throw APIError(.overloaded)
        }
        throw APIError(Rejection(.notFound, "there is no user \(name)"))
    }

    private func role(_ name: String) throws(APIError) -> Role {
        guard let role = Role(name: name) else { throw APIError(people: .noSuchRole) }
        return role
    }

    private func hashed(_ password: Secret) async throws(APIError) -> PasswordHash {
        do throws(Rejection) {
            return try await hash(password.withBytes { Array($0) })
        } catch {
            throw APIError(error)
        }
    }

    private func answer(_ account: Account) -> HTTPResponse { .json { json in Self.write(account, to: &json) } }

    private static func write(_ account: Account, to json: inout JSONWriter) {
        json.object { json in
            json.member("id", account.id)
            json.member("username", orNull: account.username)
            json.member("email", orNull: account.email)
            json.member("phone", orNull: account.phone)
            json.member("role", account.role.name)
            json.member("is_active", account.isActive)
        }
    }
}
