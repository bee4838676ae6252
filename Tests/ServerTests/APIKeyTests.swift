import Glibc
import TestClient
import TestSupport
import Testing

@Suite("API keys") struct APIKeyTests {
    private let server: RunningServer
    /// The token of an administrator.
    private let admin: String

    init() throws {
        server = try RunningServer()
        let place = TemporaryDirectory()
        Files.write(#"{"username":"root","role":"admin"}"#, to: place.path + "/users.jsonl")
        let imported = try Program.run(["user", "import", place.path + "/users.jsonl", "--dev", "--data", server.data])
        try #require(imported.status == 0, "\(imported.complaints)")
        let token = try Program.run(["token", "root", "--dev", "--data", server.data])
        admin = String(try #require(token.lines.first))
    }

    private func make(_ scopes: String, user: String? = nil, more: String = "") throws -> (id: String, key: String) {
        let actor = user.map { #","user":"\#($0)""# } ?? ""
        let answer = try server.call(
            "POST", "/api/v1/admin/api-keys", token: admin, #"{"name":"k","scopes":[\#(scopes)]\#(actor)\#(more)}"#)
        try #require(answer.status == 201, "\(answer.text)")
        let json = try answer.json()
        return (try #require(json["id"]), try #require(json["key"]))
    }

    private func call(_ method: String, _ path: String, key: String, _ body: String? = nil) throws -> HTTPAnswer {
        try server.call(method, "/api/v1" + path, body, fields: ["X-API-Key: \(key)"])
    }

    @Test func `a key is shown once, and listed without its secret`() throws {
        let made = try make(#""introspect","mint""#)
        let list = try server.call("GET", "/api/v1/admin/api-keys", token: admin)
        #expect(
            try list.json().names("items.0")
                == ["id", "name", "prefix", "scopes", "user", "created_at", "last_used_at", "expires_at"])
        #expect(try list.json()["items.0.id"] == made.id)
        #expect(!list.text.contains(made.key.suffix(43)))
        #expect(try list.json()["items.0.prefix"] == String(made.key.dropFirst(3).prefix(12)))
        let ann = try Person("ann", on: server)
        for (method, path) in [("GET", ""), ("POST", ""), ("DELETE", "/\(made.id)")] {
            let body = method == "POST" ? #"{"name":"k","scopes":["mint"]}"# : nil
            #expect(try ann.call(method, "/admin/api-keys" + path, body).status == 403)
            #expect(try call(method, "/admin/api-keys" + path, key: made.key, body).status == 403)
        }
        for body in [
            #"{"name":"k","scopes":[]}"#, #"{"name":"k","scopes":["all"]}"#, #"{"name":"k","scopes":["bot"]}"#,
            #"{"name":"k","scopes":["mint"],"user":"\#(ann.id)"}"#, #"{"name":"","scopes":["mint"]}"#,
            #"{"name":"k","scopes":["mint"],"expires_at":"2001-01-01T00:00:00Z"}"#,
        ] { #expect(try server.call("POST", "/api/v1/admin/api-keys", token: admin, body).status == 422, "\(body)") }
    }

    @Test func `introspection tells a service whose token it is, and of anything else only that it is none`() throws {
        let key = try make(#""introspect""#).key, other = try make(#""mint""#).key
        let ann = try Person("ann", on: server)
        func ask(_ token: String, key: String) throws -> HTTPAnswer {
            try call("POST", "/auth/introspect", key: key, #"{"token":"\#(token)"}"#)
        }
        let good = try ask(ann.token, key: key).json()
        #expect(good["active"] == "true" && good["user_id"] == ann.id && good["role"] == "member")
        #expect(good["exp"] != nil && good["username"] == "ann")
        for token in ["x", ann.refresh, key, ann.token + "A"] {
            let answer = try ask(token, key: key)
            #expect(answer.status == 200)
            #expect(answer.text == #"{"active":false}"#)
        }
        #expect(try ask(ann.token, key: other).status == 403)
        #expect(try ask(ann.token, key: String(key.dropLast()) + (key.hasSuffix("A") ? "B" : "A")).status == 401)
        let answer = try server.call("POST", "/api/v1/auth/introspect", token: ann.token, #"{"token":"x"}"#)
        #expect(answer.status == 401)
        _ = try ann.call("POST", "/auth/logout", "{}")
        #expect(try ask(ann.token, key: key).text == #"{"active":false}"#)
    }

    @Test func `minting makes a user once, and never one with rights`() throws {
        let key = try make(#""mint""#).key
        func mint(_ body: String) throws -> HTTPAnswer { try call("POST", "/auth/mint", key: key, body) }
        let first = try mint(
            #"{"external_id":"crm-7","username":"gina","display_name":"Gina","role":"customer","ttl":600}"#)
        #expect(first.status == 200)
        let json = try first.json()
        #expect(json.names() == ["user", "access_token", "refresh_token", "token_type", "expires_in"])
        #expect(json["user.role"] == "customer" && json["expires_in"] == "600")
        let me = try server.call("GET", "/api/v1/users/me", token: json["access_token"])
        #expect(try me.json()["username"] == "gina")
        let again = try mint(#"{"external_id":"crm-7","username":"other"}"#).json()
        #expect(again["user.id"] == json["user.id"] && again["user.username"] == "gina")
        let refresh = #"{"refresh_token":"\#(try #require(again["refresh_token"]))"}"#
        #expect(try server.call("POST", "/api/v1/auth/refresh", refresh).status == 200)
        #expect(try mint(#"{"external_id":"crm-8","username":"Gina"}"#).status == 409)
        for role in ["admin", "superuser", "moderator", "instructor"] {
            #expect(try mint(#"{"external_id":"crm-9","role":"\#(role)"}"#).status == 403)
        }
        for body in [
            #"{"external_id":"crm-9","role":"emperor"}"#, #"{"external_id":""}"#, "{}",
            #"{"external_id":"crm-9","ttl":7201}"#, #"{"external_id":"crm-9","ttl":1}"#,
            #"{"external_id":"crm-9","username":"a b"}"#,
        ] { #expect(try mint(body).status == 422, "\(body)") }
        #expect(try server.call("POST", "/api/v1/auth/mint", token: admin, #"{"external_id":"a"}"#).status == 401)
    }

    @Test func `a bot acts as its user where that is a member, and not on the account`() throws {
        let ann = try Person("ann", on: server), robot = try Person("robot", on: server)
        let made = try make(#""bot""#, user: robot.id), key = made.key
        let direct = try robot.direct(with: ann)
        let sent = try call("POST", "/channels/\(direct)/messages", key: key, #"{"client_msg_id":"1","text":"beep"}"#)
        #expect(sent.status == 201)
        #expect(try call("GET", "/users/me", key: key).json()["id"] == robot.id)
        #expect(
            try ann.call("GET", "/channels/\(direct)/messages").json()["items.0.sender"] == robot.id
                || ann.call("GET", "/channels/\(direct)/messages").text.contains("beep"))
        for (method, path) in [("POST", "/auth/logout-all"), ("POST", "/auth/ws-ticket"), ("POST", "/auth/logout")] {
            #expect(try call(method, path, key: key, "{}").status / 100 == 4, "\(path)")
        }
        // Nor under its number.
        for (method, body) in [("PATCH", #"{"bio":"beep"}"#), ("PUT", "{}"), ("DELETE", "{}")] {
            #expect(try call(method, "/users/\(robot.id)", key: key, body).status == 403, "\(method)")
            #expect(try call(method, "/users/me", key: key, body).status == 403, "\(method)")
        }
        #expect(try call("GET", "/users/\(robot.id)", key: key).status == 200)
        let both = try server.call("GET", "/api/v1/users/me", token: ann.token, fields: ["X-API-Key: \(key)"])
        #expect(both.status == 400)

        let socket = try ChatSocket(on: server)
        try socket.identify(key)
        #expect(try socket.send("boop", as: "2", to: direct)["ok"] == "true")
        #expect(
            try server.call("DELETE", "/api/v1/admin/api-keys/\(made.id)", token: admin).status == 204)
        #expect(try socket.client.readCloseCode() == 4009)
        #expect(try call("GET", "/users/me", key: key).status == 401)
        let late = try ChatSocket(on: server)
        #expect(try late.ask("identify", #"{"token":"\#(key)"}"#)["error.code"] == "invalid_token")
        #expect(try server.call("DELETE", "/api/v1/admin/api-keys/\(made.id)", token: admin).status == 404)
        #expect(try robot.call("GET", "/users/me").status == 200, "the user's own login is another")
        #expect(!server.log.contains(key.suffix(43)))
    }

    @Test func `a service hands in what happened with a key for that, and with no other`() throws {
        let key = try make(#""events""#).key, other = try make(#""mint""#).key
        let event = #"{"id":"e-1","type":"order.paid"}"#
        #expect(try call("POST", "/admin/events", key: key, event).status == 202)
        #expect(try call("POST", "/admin/events", key: other, event).status == 403)
        #expect(try call("POST", "/admin/events", key: "ck_none", event).status == 401)
        #expect(try call("GET", "/admin/api-keys", key: key).status == 403)
    }

    @Test func `a bot has none of its user's rights over the server`() throws {
        let root = try #require(try server.call("GET", "/api/v1/users/me", token: admin).json()["id"])
        let key = try make(#""bot""#, user: root).key
        #expect(try call("GET", "/users/me", key: key).status == 200)
        #expect(try call("GET", "/admin/api-keys", key: key).status == 403)
    }

    @Test func `a trusted issuer's token is a login like any other`() throws {
        let place = TemporaryDirectory(), secret = "f00dfacef00dfacef00dfacef00dbeef"
        Files.write(
            #"[{"issuer":"https://id.example","audience":"chat","secret":"\#(secret)"}]"#, to: place.path + "/i.json")
        #expect(throws: (any Error).self, "others may read the secret") {
            try RunningServer(["CONFAB_TRUSTED_ISSUERS": place.path + "/i.json"])
        }
        #expect(chmod(place.path + "/i.json", 0o600) == 0)
        let server = try RunningServer(["CONFAB_TRUSTED_ISSUERS": place.path + "/i.json"])
        // Signed by another confab that holds the secret: its iss and aud are the trusted ones.
        let token = try ForeignToken.make(secret: secret, subject: "u-1", name: "zoe")
        let socket = try ChatSocket(on: server)
        try socket.identify(token)
        #expect(socket.opening["data.user.username"] == "zoe")
        let me = try server.call("GET", "/api/v1/users/me", token: token)
        #expect(me.status == 200)
        #expect(try me.json()["id"] == socket.opening["data.user.id"])
        #expect(try server.call("GET", "/api/v1/sync", token: token).status == 200)
        #expect(try server.call("POST", "/api/v1/auth/logout-all", token: token, "{}").status == 204)
        #expect(try socket.client.readCloseCode() == 4009)
        #expect(try server.call("GET", "/api/v1/users/me", token: token).status == 401)
        #expect(try server.stop() == 0)
        try server.start()
        #expect(try server.call("GET", "/api/v1/users/me", token: token).status == 401, "over a restart too")
        let fresh = try ForeignToken.make(secret: secret, subject: "u-1", name: "other")
        #expect(try server.call("GET", "/api/v1/users/me", token: fresh).json()["username"] == "zoe")
        let forged = try ForeignToken.make(secret: "f00dfacef00dfacef00dfacef00dbeee", subject: "u-1", name: "zoe")
        #expect(try server.call("GET", "/api/v1/users/me", token: forged).status == 401)
        let late = try ChatSocket(on: server)
        #expect(try late.ask("identify", #"{"token":"\#(forged)"}"#)["error.code"] == "invalid_token")
        #expect(try late.ask("identify", #"{"token":"\#(fresh)"}"#)["type"] == "ready")
    }
}
