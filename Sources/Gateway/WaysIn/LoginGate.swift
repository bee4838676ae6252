internal import Auth
internal import Base
internal import Channels
internal import REST
internal import Wire

/// The one place where a proof becomes a login. Whatever was proven, here it is asked whether the account may log in at
/// all, and whether it owes a second factor.
struct LoginGate {
    let services: Services

    /// Lets an account in that has proven itself once: a pair of tokens, or the token of a login that owes its second
    /// factor.
    func admit(
        _ account: Account, _ wish: LoginWish, for call: Call, status: Int = 200
    ) async throws(APIError) -> HTTPResponse {
        try services.checkCookieWish(wish, call)
        try check(account)
        let factor = try await stored { () async throws(AccountFailure) in
            try await services.waysIn.secondFactors.factor(of: account.id)
        }
        guard let factor, factor.isActive else { return try await open(account, wish, for: call, status: status) }
        var random = RandomSource.system
        let token = OneTimeToken.make(random: &random)
        // Each login owes its own: one device does not end the other's.
        let owed = NewProof(
            .secondFactor, user: account.id, target: Base64.encodeURLSafe(token.hash), hash: token.hash,
            detail: wish.text)
        _ = try await stored { () async throws(AccountFailure) in
            try await services.waysIn.proofs.ask(owed, rate: nil, by: call.cause)
        }
        return .json { json in
            json.object { json in
                json.member("mfa_required", true)
                json.member("mfa_token", token.text)
                json.member("expires_in", ProofKind.secondFactor.seconds)
            }
        }
    }

    /// Lets an account in that has shown its second factor too.
    func admitWithBoth(
        _ account: Account, _ wish: LoginWish, for call: Call
    ) async throws(APIError) -> HTTPResponse {
        try check(account)
        return try await open(account, wish, for: call, status: 200)
    }

    private func check(_ account: Account) throws(APIError) {
        guard account.isActive else { throw APIError(Rejection(.userBlocked, "this account is suspended")) }
        guard !services.owesVerification(account) else {
            throw APIError(
                Rejection(.emailNotVerified, "open the link that was sent to the e-mail address, or ask for another"))
        }
    }

    /// Opens the login, whatever the account owes: for who has seen to that.
    func open(
        _ account: Account, _ wish: LoginWish, for call: Call, status: Int,
        accessSeconds: Int64 = TokenLifetimes.accessSeconds
    ) async throws(APIError) -> HTTPResponse {
        var random = RandomSource.system
        let login = LoginID(random: &random), refresh = RefreshToken.make(random: &random), now = services.time.now()
        let seconds = wish.isRemembered ? TokenLifetimes.rememberedSeconds : TokenLifetimes.refreshSeconds
        let new = NewLogin(
            id: login, user: account.id, refreshHash: refresh.hash, createdAt: now,
            expiresAt: now.adding(seconds: seconds),
            absoluteExpiry: now.adding(seconds: TokenLifetimes.rememberedSeconds),
            device: wish.device, isRemembered: wish.isRemembered,
            userAgent: call.head.headers["user-agent"])
        try await stored { () async throws(AccountFailure) in
            try await services.accounts.openLogin(new, by: call.cause(of: account))
        }
        return services.pair(
            status, account, login, refresh, until: new.expiresAt, accessSeconds: accessSeconds,
            wantsCookies: wish.wantsCookies, to: call)
    }
}

/// What whoever logs in wants of the login.
struct LoginWish: Equatable {
    var isRemembered = false
    /// At most `deviceBytesMax`.
    var device: String?
    /// A browser wants its tokens in cookies.
    var wantsCookies = false

    static let deviceBytesMax = 256

    init() {}

    init(_ json: JSONElement) {
        isRemembered = json.present("remember")?.bool ?? false
        device = json.present("device")?.string
        wantsCookies = json.present("cookie")?.bool ?? false
    }

    /// Reads what `text` wrote, for the second step of a login.
    init(text: String?) {
        guard let root = text.flatMap({ try? JSONDocument(parsing: $0).root }) else {
            self.init()
            return
        }
        self.init(root)
    }

    var text: String {
        String(
            decoding: JSONWriter.object { json in
                json.member("remember", isRemembered)
                json.member("device", orNull: device)
                json.member("cookie", wantsCookies)
            }, as: UTF8.self)
    }

    /// What bodies may have.
    static let fields: [Shape.Field] = [
        .optional("remember", .boolean, "keeps the device logged in for up to 300 days"),
        .optional("device", .text(bytes: 0...deviceBytesMax), "a name for this device"), .cookie,
    ]
}

extension Call {
    /// The cause of what somebody does who has just proven who they are.
    func cause(of account: Account) -> Cause { Cause(actor: account.id, address: cause.address) }
}
