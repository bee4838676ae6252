import TestClient
import TestSupport
import Testing

/// What a running server does with the settings of the ways in, and what a changed password does to sockets.
@Suite("Ways in of a running server") struct RunningWaysInTests {
    private func register(_ server: RunningServer, _ name: String, _ more: String = "") throws -> HTTPAnswer {
        try server.call(
            "POST", "/api/v1/auth/register", #"{"username":"\#(name)","password":"\#(Person.password)"\#(more)}"#)
    }

    @Test func `registration is as open as it is set, and obeys a new setting without a restart`() throws {
        let server = try RunningServer(settings: "CONFAB_REGISTRATION=open\n")
        let ann = try Person("ann", on: server)
        for mode in ["closed", "invite"] {
            try server.reload("CONFAB_REGISTRATION=\(mode)\n")
            let refused = try register(server, "bob")
            #expect(refused.status == 403)
            #expect(try refused.json()["code"] == "permission_denied")
        }
        #expect(try ann.loggedInAgain().call("GET", "/users/me").status == 200, "who is there stays")
    }

    @Test func `a new password closes the sockets of all other logins`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), other = try ann.loggedInAgain()
        let own = try ann.socket(), theirs = try other.socket()
        let body = #"{"current_password":"\#(Person.password)","password":"another battery staple"}"#
        #expect(try ann.call("POST", "/auth/password/set", body).status == 204)
        #expect(try theirs.client.readCloseCode() == 4009)
        #expect(try own.ask("ping")["type"] == "pong")
        #expect(try other.call("GET", "/users/me").status == 401)
        #expect(throws: (any Error).self) { try ann.loggedInAgain() }
    }

    @Test func `a second factor that was begun, and its tries, outlive a restart`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server)
        #expect(try ann.call("POST", "/auth/totp", "{}").status == 200)
        #expect(try server.stop() == 0)
        try server.start()
        #expect(try ann.call("POST", "/auth/totp/confirm", #"{"code":"junk"}"#).status == 401)
        #expect(try ann.call("DELETE", "/auth/totp", "{}").status == 401, "a password is asked for")
        let body = #"{"current_password":"\#(Person.password)"}"#
        #expect(try ann.call("DELETE", "/auth/totp", body).status == 204)
        #expect(try ann.call("DELETE", "/auth/totp", body).status == 404)
    }

    @Test func `what is not set up says so`() throws {
        let server = try RunningServer()
        for name in ["google", "facebook"] {
            #expect(try server.call("POST", "/api/v1/auth/oauth/\(name)", #"{"id_token":"x"}"#).status == 501)
        }
    }

    @Test(arguments: [
        "CONFAB_REGISTRATION=maybe", "CONFAB_PUBLIC_URL=chat.example.org", "CONFAB_PUBLIC_URL=https://a.example/path",
        "CONFAB_GOOGLE_CLIENT_ID=x", "CONFAB_FACEBOOK_APP_SECRET=x", "CONFAB_REQUIRE_EMAIL_VERIFICATION=perhaps",
        "CONFAB_PASSWORD_CHARACTERS_MIN=5", "CONFAB_PUBLIC_URL=ftp://a.example",
    ]) func `a setting that cannot be obeyed is refused at start`(line: String) throws {
        #expect(throws: (any Error).self) { try RunningServer(settings: line + "\n") }
    }
}
