import TestClient
import Testing

@Suite("Accounts") struct AccountTests {
    @Test func `registering logs in, and the token says who one is`() throws {
        let server = try RunningServer()
        let body =
            #"{"username":"Ann","email":"Ann@Example.org","password":"\#(Person.password)","display_name":"Ann A."}"#
        let answer = try server.call("POST", "/api/v1/auth/register", body)
        #expect(answer.status == 201)
        let json = try answer.json()
        #expect(json.names() == ["user", "access_token", "refresh_token", "token_type", "expires_in"])
        #expect(json["token_type"] == "Bearer")
        #expect(json["expires_in"] == "7200")
        let me = try server.call("GET", "/api/v1/users/me", token: json["access_token"])
        #expect(me.status == 200)
        #expect(try me.json()["id"] == json["user.id"])
        #expect(try me.json()["display_name"] == "Ann A.")
        #expect(!me.text.contains("password"))
        for login in ["ann", "ANN", "ann@example.org"] {
            let body = #"{"login":"\#(login)","password":"\#(Person.password)"}"#
            #expect(try server.call("POST", "/api/v1/auth/login", body).status == 200)
        }
    }

    @Test func `a name that is taken is refused by its member`() throws {
        let server = try RunningServer()
        _ = try Person("ann", on: server)
        let body = #"{"username":"ANN","password":"\#(Person.password)"}"#
        let answer = try server.call("POST", "/api/v1/auth/register", body)
        #expect(answer.status == 409)
        #expect(try answer.json()["code"] == "already_exists")
        #expect(try answer.json()["errors.0.pointer"] == "/username")
    }

    @Test func `a wrong password and an unknown user hear the same`() throws {
        let server = try RunningServer()
        _ = try Person("ann", on: server)
        let answers = try ["ann", "nobody", "not@here.example", "+491701234567", "!"].map { login in
            try server.call("POST", "/api/v1/auth/login", #"{"login":"\#(login)","password":"wrong password"}"#)
        }
        for answer in answers {
            #expect(answer.status == 401)
            #expect(answer.headers.map(\.name) == answers[0].headers.map(\.name))
            #expect(answer["www-authenticate"] == answers[0]["www-authenticate"])
            let json = try answer.json(), first = try answers[0].json()
            #expect(json["code"] == "invalid_credentials")
            for name in json.names() where name != "request_id" { #expect(json[name] == first[name]) }
        }
    }

    @Test func `a refresh token is spent by its use, and using it again ends the login everywhere`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), other = try ann.loggedInAgain()
        let socket = try ann.socket(), unharmed = try other.socket()
        func refresh(_ token: String) throws -> HTTPAnswer {
            try server.call("POST", "/api/v1/auth/refresh", #"{"refresh_token":"\#(token)"}"#)
        }
        let second = try refresh(ann.refresh).json()
        let access = try #require(second["access_token"]), successor = try #require(second["refresh_token"])
        #expect(successor != ann.refresh)
        #expect(try server.call("GET", "/api/v1/users/me", token: access).status == 200)

        #expect(try refresh(ann.refresh).status == 401)
        #expect(try socket.client.readCloseCode() == 4009)
        #expect(try refresh(successor).status == 401)
        #expect(try server.call("GET", "/api/v1/users/me", token: access).status == 401)
        #expect(try unharmed.ask("ping")["type"] == "pong")
        #expect(try other.call("GET", "/users/me").status == 200)
    }

    @Test(arguments: [true, false]) func `logging out closes the login's sockets and ends its tokens at once`(
        byRefreshToken: Bool
    ) throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), other = try ann.loggedInAgain()
        let sockets = [try ann.socket(), try ann.socket()], unharmed = try other.socket()
        let body = byRefreshToken ? #"{"refresh_token":"\#(ann.refresh)"}"# : "{}"
        let answer = try server.call(
            "POST", "/api/v1/auth/logout", token: byRefreshToken ? nil : ann.token, body)
        #expect(answer.status == 204)
        #expect(answer.body.isEmpty)
        let me = try ann.call("GET", "/users/me")
        #expect(me.status == 401)
        #expect(me["www-authenticate"] == #"Bearer error="invalid_token""#)
        for socket in sockets { #expect(try socket.client.readCloseCode() == 4009) }
        let again = try ChatSocket(on: server)
        #expect(try again.ask("identify", #"{"token":"\#(ann.token)"}"#)["error.code"] == "invalid_token")
        #expect(try unharmed.ask("ping")["type"] == "pong")
    }

    @Test func `a login that was ended stays ended over a restart`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), other = try ann.loggedInAgain()
        #expect(try ann.call("POST", "/auth/logout", "{}").status == 204)
        #expect(try server.stop() == 0)
        try server.start()
        #expect(try ann.call("GET", "/users/me").status == 401)
        #expect(try other.call("GET", "/users/me").status == 200)
    }
}
