public import Auth
public import Base
public import Channels
public import REST
internal import Wire

/// What the command line asks of the server, running or not: reachable by the server's own user alone.
public struct OperatorRoutes: Sendable {
    /// Rows of one import request, and names of one token request.
    public static let batchMax = 500

    public typealias Hash = @Sendable ([UInt8]) async throws(Rejection) -> PasswordHash
    public typealias SignToken = @Sendable (Account, LoginID) -> String

    private let accounts: any Accounts
    private let time: TimeSource
    private let hash: Hash
    private let signToken: SignToken
    private let roles: RoleBook

    public init(
        accounts: any Accounts, roles: RoleBook, time: TimeSource, hash: @escaping Hash, signToken: @escaping SignToken
    ) {
        self.accounts = accounts
        self.roles = roles
        self.time = time
        self.hash = hash
        self.signToken = signToken
    }

    public var routes: [Route] {
        [
            Route(
                .post, "/operator/users/import", access: .operatorOnly, "Makes many accounts, also without passwords",
                body: Shape(
                    "UserImport",
                    [
                        .required(
                            "rows", .list(of: .object(Self.row), countMax: Self.batchMax), "rows of the users file")
                    ]),
                answers: [.init(200, nil, "for each row: created, exists or refused")], handler: importUsers),
            Route(
                .post, "/operator/tokens", access: .operatorOnly,
                "Opens a login for each user and gives its access token",
                body: Shape(
                    "TokenRequest",
                    [
                        .required(
                            "users", .list(of: .text(bytes: 1...254), countMax: Self.batchMax),
                            "usernames, e-mail addresses or phone numbers")
                    ]),
                answers: [.init(200, nil, "for each user a token; null where there is no such user")],
                isSecret: true, handler: makeTokens),
        ]
    }

    private static let row = Shape(
        "UserImportRow",
        [.required("line", .integer(1...Int64.max), "where the row stands in the file")]
            + ["username", "email", "phone", "password", "password_hash", "display_name", "role"].map { name in
                .optional(name, .text(bytes: 0...ImportLimits.fieldBytesMax), "as in the users file")
            })

    // MARK: Handlers

    @Sendable private func importUsers(_ call: Call) async throws(APIError) -> HTTPResponse {
        var random = RandomSource.system
        var answers: [(line: Int, outcome: ImportOutcome)] = []
        var batch: [(line: Int, account: ImportedAccount)] = []
        for element in call.body["rows"]?.elements ?? [] {
            let row = ImportRow(element)
            do throws(RowFault) {
                var account = try row.account(uuid: UserUUID.make(random: &random), roles: roles)
                if case .password(let password) = account.credential {
                    account.credential = .hash(try await hashed(password))
                }
                batch.append((row.line, account))
            } catch {
                answers.append((row.line, .refused(error.detail)))
            }
        }
        do throws(AccountFailure) {
            let outcomes = try await accounts.importAccounts(batch.map(\.account), at: time.now())
            answers.append(contentsOf: zip(batch, outcomes).map { ($0.line, $1) })
        } catch {
            throw APIError(error == .storageFull ? .storageFull : .overloaded)
        }
        let sorted = answers.sorted { $0.line < $1.line }
        return .json { json in
            json.object { json in
                json.array("rows") { json in
                    for answer in sorted { answer.outcome.write(line: answer.line, to: &json) }
                }
            }
        }
    }

    @Sendable private func makeTokens(_ call: Call) async throws(APIError) -> HTTPResponse {
        let names = (call.body["users"]?.elements ?? []).compactMap(\.string)
        // All at once, so that their logins share commits.
        let tokens = await withTaskGroup(of: (Int, Result<String?, AccountFailure>).self) { group in
            for (index, name) in names.enumerated() {
                group.addTask { (index, await token(for: name)) }
            }
            var all = [Result<String?, AccountFailure>](repeating: .success(nil), count: names.count)
            for await (index, token) in group { all[index] = token }
            return all
        }
        for case .failure(let failure) in tokens {
            throw APIError(failure == .storageFull ? .storageFull : .overloaded)
        }
        return .json { json in
            json.object { json in
                json.array("tokens") { json in
                    for case .success(let token) in tokens {
                        if let token { json.value(token) } else { json.null() }
                    }
                }
            }
        }
    }

    // MARK: Steps

    private func token(for name: String) async -> Result<String?, AccountFailure> {
        do throws(AccountFailure) {
            guard let login = LoginName.read(name), let account = try await accounts.find(login: login)?.account else {
                return .success(nil)
            }
            var random = RandomSource.system
            let id = LoginID(random: &random), now = time.now(),
                expiry = now.adding(seconds: TokenLifetimes.accessSeconds)
            // Nobody is given the refresh token, so that the login lasts as long as its access token.
            try await accounts.openLogin(
                NewLogin(
                    id: id, user: account.id, refreshHash: RefreshToken.make(random: &random).hash, createdAt: now,
                    expiresAt: expiry, absoluteExpiry: expiry, device: "confab token", isRemembered: false), by: .server
            )
            return .success(signToken(account, id))
        } catch {
            return .failure(error)
        }
    }

    private func hashed(_ password: Secret) async throws(RowFault) -> PasswordHash {
        var wait = 1
        while true {
            do throws(Rejection) {
                return try await hash(password.withBytes { Array($0) })
            } catch {
                // Others log in meanwhile; an import has time.
                try? await Task.sleep(for: .milliseconds(wait))
                wait = min(wait * 2, 1_000)
            }
        }
    }
}

extension ImportRow {
    /// Reads a row as `write` wrote it.
    init(_ element: JSONElement) {
        self.init(line: Int(element["line"]?.integer ?? 0))
        username = element.present("username")?.string
        email = element.present("email")?.string
        phone = element.present("phone")?.string
        password = element.present("password")?.utf8.map { Secret($0) }
        passwordHash = element.present("password_hash")?.string
        displayName = element.present("display_name")?.string
        role = element.present("role")?.string
    }

    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("line", line)
            json.member("username", orNull: username)
            json.member("email", orNull: email)
            json.member("phone", orNull: phone)
            if let password { json.member("password", utf8: password.withBytes { Array($0) }) }
            json.member("password_hash", orNull: passwordHash)
            json.member("display_name", orNull: displayName)
            json.member("role", orNull: role)
        }
    }
}

extension ImportOutcome {
    func write(line: Int, to json: inout JSONWriter) {
        json.object { json in
            json.member("line", line)
            switch self {
            case .created(let user):
                json.member("outcome", "created")
                json.member("id", user)
            case .exists(let user):
                json.member("outcome", "exists")
                json.member("id", user)
            case .refused(let reason):
                json.member("outcome", "refused")
                json.member("detail", reason)
            }
        }
    }
}
