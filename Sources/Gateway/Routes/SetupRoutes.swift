public import Auth
internal import Base
internal import Channels
public import REST
internal import Wire

/// Makes the first superuser of a new server, for whoever has the token that the server printed when it began.
public struct SetupRoutes: Sendable {
    private let services: Services
    private let gate: SetupGate
    private let used: @Sendable () -> Void

    /// - Parameter used: called when there is a superuser; takes the token's file away.
    public init(_ services: Services, gate: SetupGate, used: @escaping @Sendable () -> Void) {
        self.services = services
        self.gate = gate
        self.used = used
    }

    public var routes: [Route] {
        [
            Route(
                .post, "/api/v1/setup", access: .anyone,
                "Makes the first superuser; once, from this machine or by TLS alone",
                body: Shape(
                    "Setup",
                    [
                        .required("token", .text(bytes: 1...128), "printed when the server began, and in setup.token"),
                        .optional("username", .text(bytes: 0...Username.bytesMax), "a name to log in with"),
                        .optional("email", .text(bytes: 0...EmailAddress.bytesMax), "an e-mail address"),
                        .required("password", .text(bytes: 0...PasswordRule.bytesMax), "at least 8 characters"),
                    ]),
                answers: [
                    .init(201, .user, "the first superuser, who can log in now"),
                    .init(404, nil, "the token is wrong, used or old, or this is not the way"),
                    .init(422, nil, "a member is not valid"),
                ], isSecret: true, handler: setUp),
            Route(
                .get, "/setup", access: .anyone, "A form for it", answers: [.init(200, nil, "text/html")],
                isSecret: true, handler: page),
        ]
    }

    private static let closed = APIError(Rejection(.notFound, "there is nothing to set up here"))

    /// A token is not to be sent where others may listen.
    private static func isTrusted(_ client: HTTPClient) -> Bool {
        client.isLocal || client.isSecure || client.address?.isLoopback == true
    }

    @Sendable private func setUp(_ call: Call) async throws(APIError) -> HTTPResponse {
        guard Self.isTrusted(call.client),
            gate.admits(call.body["token"]?.string ?? "", at: services.time.now())
        else { throw Self.closed }
        let body = ProfileBody(body: call.body, now: services.time.now(), ageMin: 0)
        let parts = try body.change(), password = body.password ?? []
        var random = RandomSource.system
        var new = NewAccount(uuid: UserUUID.make(random: &random), createdAt: services.time.now())
        new.username = parts.username.applied(to: nil)
        new.email = parts.email.applied(to: nil)
        guard new.username != nil || new.email != nil else {
            throw APIError(.invalid("/username", "required", "give a username or an e-mail address"))
        }
        try services.checkPassword(password, names: [new.username?.text, new.email?.text])
        new.passwordHash = try await services.hash(password)
        let made = new
        let account: Account
        do throws(PeopleFailure) {
            account = try await services.people.setUp(made, by: call.cause)
        } catch {
            if error == .alreadySetUp {
                gate.close()
                used()
                throw Self.closed
            }
            throw APIError(people: error)
        }
        gate.close()
        used()
        return .json(201) { json in account.write(to: &json, roles: services.roles) }
    }

    @Sendable private func page(_ call: Call) async throws(APIError) -> HTTPResponse {
        guard Self.isTrusted(call.client), gate.admits(call.head.query["token"] ?? "", at: services.time.now()) else {
            throw Self.closed
        }
        var random = RandomSource.system
        let nonce = Base64.encodeURLSafe(random.bytes(12))
        let policy = "default-src 'none'; script-src 'nonce-\(nonce)'; connect-src 'self'; frame-ancestors 'none'"
        return HTTPResponse(
            status: 200,
            headers: HTTPHeaders([
                ("Content-Type", "text/html; charset=utf-8"), ("Content-Security-Policy", policy),
            ]), body: Array(Self.form(nonce).utf8))
    }

    /// The token is read off the page's own address, so that nothing that was sent stands in what is answered.
    private static func form(_ nonce: String) -> String {
        """
        <!doctype html><html lang="en"><meta charset="utf-8"><title>Setting up Confab</title>
        <h1>The first administrator</h1>
        <form id="form"><p><label>Username <input name="username" required></label></p>
        <p><label>Password <input name="password" type="password" minlength="8" required></label></p>
        <p><button>Make</button> <output id="said"></output></p></form>
        <script nonce="\(nonce)">
        form.onsubmit = async (event) => {
          event.preventDefault();
          const data = Object.fromEntries(new FormData(form));
          data.token = new URLSearchParams(location.search).get("token");
          const answer = await fetch("/api/v1/setup", {
            method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(data)});
          if (answer.ok) location.replace("/"); else said.value = (await answer.json()).detail;
        };
        </script></html>
        """
    }
}
