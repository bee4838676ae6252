import Glibc
import TestClient
import TestSupport
import Testing

@Suite("Tokens") struct TokenTests {
    @Test func `verifying tells whose a token is, and that a dead one is none`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server)
        func verify(_ token: String) throws -> HTTPAnswer {
            try server.call("POST", "/api/v1/auth/verify", #"{"token":"\#(token)"}"#)
        }
        let good = try verify(ann.token)
        #expect(good.status == 200)
        #expect(try good.json()["valid"] == "true")
        #expect(try good.json()["user_id"] == ann.id)
        #expect(try good.json()["role"] == "member")
        #expect(try good.json()["exp"] != nil)
        for bad in ["x", ann.refresh, String(ann.token.dropLast()), "a.b.c"] {
            #expect(try verify(bad).status == 401)
        }
        #expect(try ann.call("POST", "/auth/logout", "{}").status == 204)
        #expect(try verify(ann.token).status == 401)
    }

    @Test func `the older spellings verify and refresh as well`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server)
        let verified = try server.call("POST", "/api-token-verify", #"{"token":"\#(ann.token)"}"#)
        #expect(verified.status == 200)
        #expect(try verified.json()["user_id"] == ann.id)
        let refreshed = try server.call("POST", "/api-token-refresh", #"{"token":"\#(ann.refresh)"}"#)
        #expect(refreshed.status == 200)
        let token = try #require(refreshed.json()["token"])
        #expect(try server.call("GET", "/api/v1/users/me", token: token).status == 200)
        // Who never had a refresh token shows the token itself, until the login has ended.
        func renewed() throws -> HTTPAnswer { try server.call("POST", "/api-token-refresh", #"{"token":"\#(token)"}"#) }
        let another = try #require(try renewed().json()["token"])
        #expect(another != token)
        #expect(try server.call("GET", "/api/v1/users/me", token: another).status == 200)
        #expect(try server.call("POST", "/api/v1/auth/logout", token: another).status == 204)
        #expect(try renewed().status == 401)
    }

    @Test func `logging out everywhere closes every socket of the user and nobody else's`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), again = try ann.loggedInAgain(), bob = try Person("bob", on: server)
        let sockets = [try ann.socket(), try again.socket(), try again.socket()], unharmed = try bob.socket()
        #expect(try server.call("POST", "/api/v1/auth/logout-all", "{}").status == 401)
        #expect(try ann.call("POST", "/auth/logout-all", "{}").status == 204)
        for socket in sockets { #expect(try socket.client.readCloseCode() == 4009) }
        for person in [ann, again] {
            #expect(try person.call("GET", "/users/me").status == 401)
            let body = #"{"refresh_token":"\#(person.refresh)"}"#
            #expect(try server.call("POST", "/api/v1/auth/refresh", body).status == 401)
        }
        #expect(try unharmed.ask("ping")["type"] == "pong")
    }

    @Test func `a ticket opens one socket, and belongs to its login`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server)
        func ticket(_ person: Person) throws -> String {
            let json = try person.call("POST", "/auth/ws-ticket", "{}").json()
            #expect(json["expires_in"] == "30")
            return try #require(json["ticket"])
        }
        let first = try ticket(ann)
        let socket = try ChatSocket(on: server, query: "?ticket=\(first)")
        #expect(try socket.ask("identify")["data.user.id"] == ann.id)
        let second = try ChatSocket(on: server, query: "?ticket=\(first)")
        #expect(try second.ask("identify")["error.code"] == "invalid_token")
        #expect(try second.ask("identify", #"{"token":"\#(ann.token)"}"#)["type"] == "ready")
        let third = try ChatSocket(on: server, query: "?ticket=none")
        #expect(try third.ask("identify")["error.code"] == "invalid_token")

        let waiting = try ticket(ann)
        #expect(try ann.call("POST", "/auth/logout", "{}").status == 204)
        #expect(try socket.client.readCloseCode() == 4009)
        let late = try ChatSocket(on: server, query: "?ticket=\(waiting)")
        #expect(try late.ask("identify")["error.code"] == "invalid_token")
        #expect(!server.log.contains(first) && !server.log.contains(waiting), "no ticket is logged")
    }

    @Test func `a socket goes on with another token, of another login too, and ends with that`() throws {
        let server = try RunningServer()
        let ann = try Person("ann", on: server), again = try ann.loggedInAgain(), bob = try Person("bob", on: server)
        let socket = try ann.socket()
        let reply = try socket.ask("auth.refresh", #"{"token":"\#(again.token)"}"#)
        #expect(reply["ok"] == "true")
        #expect(reply["data.token_expires_at"] != nil)
        for token in [bob.token, "x", ann.refresh] {
            #expect(try socket.ask("auth.refresh", #"{"token":"\#(token)"}"#)["error.code"] == "invalid_token")
        }
        #expect(try ann.call("POST", "/auth/logout", "{}").status == 204)
        #expect(try socket.ask("ping")["type"] == "pong", "it belongs to the other login by now")
        #expect(try again.call("POST", "/auth/logout", "{}").status == 204)
        #expect(try socket.client.readCloseCode() == 4009)
    }

    @Test(arguments: ["HS256", "EdDSA", "ES256", "RS256"])
    func `keys change while the server runs, and old tokens live`(
        algorithm: String
    ) throws {
        let server = try RunningServer(["CONFAB_JWT_ALGORITHM": algorithm])
        let ann = try Person("ann", on: server)
        func published() throws -> JSONText { try server.call("GET", "/.well-known/jwks.json").json() }
        let before = try published()
        #expect((before["keys.0.kid"] == nil) == (algorithm == "HS256"))
        let ended = try Program.run(
            ["keys", "rotate", "--dev", "--data", server.data], ["CONFAB_JWT_ALGORITHM": algorithm])
        #expect(ended.status == 0, "\(ended.complaints)")
        let words = ended.output.split(whereSeparator: \.isWhitespace)
        #expect(words.first == Substring(algorithm))
        if algorithm != "HS256" {
            #expect(try published()["keys.0.kid"] == words.last.map { String($0) })
            #expect(try published()["keys.1.kid"] == before["keys.0.kid"])
            #expect(try server.call("GET", "/.well-known/jwks.json")["cache-control"] == "public, max-age=300")
        }
        #expect(try ann.call("GET", "/users/me").status == 200)
        let again = try ann.loggedInAgain()
        #expect(again.token.split(separator: ".")[0] != ann.token.split(separator: ".")[0])
        #expect(try server.stop() == 0)
        try server.start()
        for person in [ann, again] { #expect(try person.call("GET", "/users/me").status == 200) }
    }

    @Test func `a key that others may read keeps the server from starting`() throws {
        let server = try RunningServer()
        #expect(try server.stop() == 0)
        #expect(chmod(server.data + "/keys/signing.json", 0o644) == 0)
        let ended = try Program.run(["serve", "--listen", "127.0.0.1:0", "--dev", "--data", server.data])
        #expect(ended.status != 0)
        #expect(ended.complaints.contains("signing.json"))
    }

    @Test func `a secret that everybody knows is for development alone`() throws {
        let known = "your-secret-key-your-secret-key-your-secret-key"
        let place = TemporaryDirectory()
        let ended = try Program.run(
            ["serve", "--listen", "127.0.0.1:0", "--data", place.path + "/d"],
            ["CONFAB_JWT_SECRET": known, "CONFAB_SCRYPT_LOG_N": "17", "CONFAB_RATE_LIMITS": "on"])
        #expect(ended.status == 2)
        #expect(ended.complaints.contains("jwt-secret"))
        #expect(!ended.complaints.contains(known))
        let server = try RunningServer(["CONFAB_JWT_SECRET": known])
        #expect(try Person("ann", on: server).call("GET", "/users/me").status == 200)
        let refused = try Program.run(["keys", "rotate", "--dev", "--data", server.data])
        #expect(refused.status == 1)
        #expect(refused.complaints.contains("jwt-secret"))
    }
}
