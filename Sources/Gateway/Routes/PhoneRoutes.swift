internal import Auth
internal import Base
internal import Channels
public import REST
internal import Wire

/// Logging in with a code that is sent to a phone.
public struct PhoneRoutes: Sendable {
    private let services: Services

    public init(_ services: Services) { self.services = services }

    private static let phone = Shape.Field.required(
        "phone", .text(bytes: 1...64), "a phone number with its country code")

    public var routes: [Route] {
        [
            Route(
                .post, "/api/v1/auth/phone/start", access: .anyone, "Sends a code to a phone",
                body: Shape("PhoneStart", [Self.phone]),
                answers: [
                    .init(202, nil, "sent, if whoever has the phone may come in"),
                    .init(429, nil, "too soon after the last one"), .init(501, nil, "this server sends no messages"),
                ], handler: start),
            Route(
                .post, "/api/v1/auth/phone/verify", access: .anyone,
                "Logs in with the code, and makes an account on first use where registration is open",
                body: Shape(
                    "PhoneCode",
                    [Self.phone, .required("code", .text(bytes: 1...16), "six digits")] + LoginWish.fields),
                answers: [
                    .init(200, .tokens, "logged in"), .init(201, .tokens, "a new account"),
                    .init(200, .secondFactorOwed, "the code is right, and the account has a second factor"),
                    .init(401, nil, "wrong, spent or expired"), .init(403, nil, "registration is not open"),
                ], isSecret: true, handler: verify),
        ]
    }

    @Sendable private func start(_ call: Call) async throws(APIError) -> HTTPResponse {
        guard services.postbox.hasText else {
            throw Services.notConfigured("this server sends no text messages: it was told no SMS service")
        }
        let phone = try number(call)
        var random = RandomSource.system
        let code = OneTimeCode.make(random: &random)
        let hash = code.hash(services.waysIn.key, target: phone.folded)
        let new = NewProof(.phoneCode, user: nil, target: phone.folded, hash: hash)
        let asked = try await stored { () async throws(AccountFailure) in
            try await services.waysIn.proofs.ask(new, rate: services.rate(of: .phoneCode), by: call.cause)
        }
        // The same for every number, so that it tells nothing of whose it is.
        if case .tooSoon(let seconds) = asked { throw .tooManyTries(seconds: seconds) }
        let owner = try await stored { () async throws(AccountFailure) in
            try await services.accounts.find(login: .phone(phone.folded))
        }
        if owner != nil || services.settings.waysIn.registration == .open {
            LetterDesk(services: services).sendCode(code, to: phone)
        }
        return HTTPResponse(status: 202)
    }

    @Sendable private func verify(_ call: Call) async throws(APIError) -> HTTPResponse {
        let phone = try number(call)
        let wrong = APIError(Rejection(.invalidCredentials, "the code is wrong, spent or expired"))
        guard let code = OneTimeCode(text: call.body["code"]?.string ?? "") else { throw wrong }
        let hash = code.hash(services.waysIn.key, target: phone.folded)
        var newcomer = services.newcomer()
        newcomer?.phone = phone
        let new = newcomer
        var bearer: UserID?
        if let token = call.head.bearerToken { bearer = try await services.caller(of: token).get().user }
        let owner = bearer
        let outcome = try await stored { () async throws(AccountFailure) in
            try await services.waysIn.proofs.redeemPhoneCode(
                hash, phone: phone, bearer: owner, newcomer: new, by: call.cause)
        }
        let gate = LoginGate(services: services), wish = LoginWish(call.body)
        switch outcome {
        case .known(let account): return try await gate.admit(account, wish, for: call)
        case .new(let account): return try await gate.admit(account, wish, for: call, status: 201)
        case .nobody: throw .noNewcomers
        case .wrong: throw wrong
        }
    }

    private func number(_ call: Call) throws(APIError) -> PhoneNumber {
        guard let phone = try call.name("phone", { text throws(NameFault) in try PhoneNumber(text) }) else {
            throw APIError(.invalid("/phone", "required", "give a phone number"))
        }
        return phone
    }
}

extension Services {
    /// How an account begins that is made on first use; `nil` where registration is not open.
    func newcomer() -> NewAccount? {
        guard settings.waysIn.registration == .open else { return nil }
        var random = RandomSource.system
        return NewAccount(uuid: UserUUID.make(random: &random), createdAt: time.now())
    }
}

extension APIError {
    static let noNewcomers = APIError(
        Rejection(.permissionDenied, "nobody here is known by this, and registration is not open"))
}
