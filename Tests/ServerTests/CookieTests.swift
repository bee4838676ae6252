import TestClient
import Testing

@Suite("Cookies") struct CookieTests {
    private let server: RunningServer
    private let ann: Person

    init() throws {
        server = try RunningServer(["CONFAB_COOKIES": "on", "CONFAB_ALLOWED_ORIGINS": "https://chat.example"])
        ann = try Person("ann", on: server)
    }

    private var origin: String { "Origin: http://127.0.0.1:\(server.port)" }

    private func login(_ more: String = #""cookie":true"#) throws -> HTTPAnswer {
        try server.call(
            "POST", "/api/v1/auth/login", #"{"login":"ann","password":"\#(Person.password)",\#(more)}"#)
    }

    /// What the browser would send back.
    private func cookies(_ answer: HTTPAnswer) -> [String: String] {
        var found: [String: String] = [:]
        for header in answer.headers where header.name.lowercased() == "set-cookie" {
            let pair = header.value.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
            found[String(pair[0])] = pair.count == 2 ? String(pair[1]) : ""
        }
        return found
    }

    @Test func `who asks for them gets both tokens out of reach of scripts`() throws {
        let answer = try login()
        let set = answer.headers.filter { $0.name.lowercased() == "set-cookie" }.map(\.value)
        #expect(set.count == 2)
        for cookie in set {
            #expect(cookie.contains("; Path=/; ") && cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Lax"))
            #expect(!cookie.contains("Secure"), "there is no TLS here")
        }
        #expect(cookies(answer)["access_token"] == (try answer.json()["access_token"]))
        #expect(try login(#""remember":true"#)["set-cookie"] == nil)
    }

    @Test func `reading needs nothing more, changing needs a page of ours`() throws {
        let cookie = "Cookie: a=b; access_token=\(try #require(cookies(try login())["access_token"])); c"
        #expect(try server.call("GET", "/api/v1/users/me", fields: [cookie]).status == 200)
        func change(_ fields: [String]) throws -> Int {
            try server.call("PUT", "/api/v1/direct/2", "{}", fields: [cookie] + fields).status
        }
        for field in [
            nil, "Origin: null", "Origin: https://evil.example", "Origin: http://127.0.0.1",
            "Origin: https://chat.example.org",
            "Origin: http://chat.example",
        ] { #expect(try change(field.map { [$0] } ?? []) == 403, "\(field ?? "none")") }
        for field in [origin, "Origin: https://chat.example"] { #expect(try change([field]) != 403, "\(field)") }
        #expect(try server.call("PUT", "/api/v1/direct/2", token: ann.token, "{}").status == 404, "a bearer needs none")
    }

    @Test func `two of one name count for nothing`() throws {
        let token = try #require(cookies(try login())["access_token"])
        let fields = ["Cookie: access_token=\(token); access_token=x"]
        #expect(try server.call("GET", "/api/v1/users/me", fields: fields).status == 401)
        #expect(
            try server.call("GET", "/api/v1/users/me", fields: ["Cookie: __Host-access_token=\(token)"]).status == 401)
    }

    @Test func `whoever says in two ways that they are two people is refused`() throws {
        let bob = try Person("bob", on: server)
        let token = try #require(cookies(try login())["access_token"]), cookie = "Cookie: access_token=\(token)"
        #expect(try server.call("GET", "/api/v1/users/me", token: bob.token, fields: [cookie]).status == 400)
        #expect(try server.call("GET", "/api/v1/users/me", token: ann.token, fields: [cookie]).status == 200)
        let stale = "Cookie: access_token=x"
        #expect(try server.call("GET", "/api/v1/users/me", token: bob.token, fields: [stale]).status == 200)
    }

    @Test func `refreshing and logging out go by the cookie`() throws {
        let first = cookies(try login())
        let refresh = "Cookie: refresh_token=\(try #require(first["refresh_token"]))"
        #expect(try server.call("POST", "/api/v1/auth/refresh", #"{"cookie":true}"#, fields: [refresh]).status == 422)
        let answer = try server.call("POST", "/api/v1/auth/refresh", #"{"cookie":true}"#, fields: [refresh, origin])
        #expect(answer.status == 200)
        let second = cookies(answer)
        #expect(second["refresh_token"] != nil && second["refresh_token"] != first["refresh_token"])
        let access = "access_token=\(try #require(second["access_token"]))"
        let both = "Cookie: \(access); refresh_token=\(try #require(second["refresh_token"]))"
        #expect(try server.call("POST", "/api/v1/auth/logout", "{}", fields: [both]).status == 401)
        let out = try server.call("POST", "/api/v1/auth/logout", "{}", fields: [both, origin])
        #expect(out.status == 204)
        #expect(cookies(out) == ["access_token": "", "refresh_token": ""])
        #expect(try server.call("GET", "/api/v1/users/me", fields: ["Cookie: \(access)"]).status == 401)
    }

    @Test func `a socket identifies by the cookie, from a page of ours alone`() throws {
        let cookie = "Cookie: access_token=\(try #require(cookies(try login())["access_token"]))"
        // The upgrade names the host without its port.
        let own = "Origin: http://127.0.0.1"
        let socket = try ChatSocket(on: server, fields: [cookie, own])
        #expect(try socket.ask("identify")["data.user.id"] == ann.id)
        for fields in [[cookie], [cookie, "Origin: null"], [cookie, "Origin: https://evil.example"]] {
            #expect(throws: (any Error).self) { try ChatSocket(on: server, fields: fields) }
        }
        let stranger = try ChatSocket(on: server, fields: [own])
        #expect(try stranger.ask("identify")["error.code"] == "validation_failed")
    }

    @Test func `where they are off they count for nothing`() throws {
        let plain = try RunningServer()
        let bob = try Person("bob", on: plain), fields = ["Cookie: access_token=\(bob.token)"]
        #expect(try plain.call("GET", "/api/v1/users/me", fields: fields).status == 401)
        let body = #"{"login":"bob","password":"\#(Person.password)","cookie":true}"#
        #expect(try plain.call("POST", "/api/v1/auth/login", body).status == 501)
        let socket = try ChatSocket(on: plain, fields: fields)
        #expect(try socket.ask("identify")["error.code"] == "validation_failed")
    }
}
