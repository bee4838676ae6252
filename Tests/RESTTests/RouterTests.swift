import Channels
import REST
import Testing
import Wire

@Suite("Router") struct RouterTests {
    @Test(arguments: ["/things/7", "/things/7/", "/things/7?limit=0", "/things/%37"])
    func `finds a route, also behind a slash at the end`(path: String) async throws {
        let answer = try await Asking.ask("GET \(path)")
        if path.hasSuffix("=0") {
            #expect(answer.status == 422)
            #expect(try answer.pointers() == ["?limit"])
        } else {
            #expect(answer.status == 200)
            #expect(try answer.member("id") == "7")
        }
    }

    @Test(arguments: ["/", "/nothing", "/things/7/8", "/Things/7", "/operator"])
    func `answers 404 where there is nothing`(path: String) async throws {
        let answer = try await Asking.ask("GET \(path)")
        #expect(answer.status == 404)
        #expect(try answer.member("code") == "not_found")
    }

    @Test func `answers 405 with the methods that a path takes`() async throws {
        let answer = try await Asking.ask("PUT /things/7")
        #expect(answer.status == 405)
        #expect(answer.headers["allow"] == "GET, HEAD, DELETE, OPTIONS")
        #expect(try await Asking.ask("GET /things").headers["allow"] == "POST, OPTIONS")
    }

    @Test func `answers OPTIONS with the methods alone`() async throws {
        let answer = try await Asking.ask("OPTIONS /things/7")
        #expect(answer.status == 204)
        #expect(answer.headers["allow"] == "GET, HEAD, DELETE, OPTIONS")
        #expect(answer.body.isEmpty)
        #expect(try await Asking.ask("OPTIONS /nothing").status == 404)
    }

    @Test func `answers HEAD wherever GET is answered, with the same fields`() async throws {
        let get = try await Asking.ask("GET /things/7", ["X-Request-Id: r"])
        let head = try await Asking.ask("HEAD /things/7", ["X-Request-Id: r"])
        #expect(head.status == 200)
        #expect(head.headers == get.headers)
        // The writer leaves the body out and keeps its length.
        let written = try HTTPResponseWriter.encode(head, to: .head, keepsAlive: true, date: "now")
        let text = String(decoding: written, as: UTF8.self)
        #expect(text.hasSuffix("\r\n\r\n"))
        #expect(text.contains("Content-Length: \(get.body.count)\r\n"))
    }

    // MARK: Who calls

    @Test(arguments: ["Bearer good", "bearer good", "JWT good", "jwt  good"])
    func `takes a token by either scheme`(authorization: String) async throws {
        let answer = try await Asking.ask("GET /me", ["Authorization: \(authorization)"])
        #expect(answer.status == 200)
        #expect(try answer.member("user") == "108")
    }

    @Test(
        arguments: [
            (nil, "invalid_token"), ("Bearer bad", "invalid_token"), ("Bearer late", "token_expired"),
            ("Basic good", "invalid_token"), ("good", "invalid_token"), ("Bearer", "invalid_token"),
            ("Bearer bad token", "invalid_token"),
        ] as [(String?, String)])
    func `answers 401 and how to do better to who may be anybody`(authorization: String?, code: String) async throws {
        let answer = try await Asking.ask("GET /me", authorization.map { ["Authorization: \($0)"] } ?? [])
        #expect(answer.status == 401)
        #expect(answer.headers["www-authenticate"] == "Bearer error=\"invalid_token\"")
        #expect(try answer.member("code") == code)
    }

    @Test func `a token in the address is no token`() async throws {
        #expect(try await Asking.ask("GET /me?token=good&access_token=good").status == 401)
    }

    @Test func `an operator's route is not there for anybody else`() async throws {
        #expect(try await Asking.ask("POST /operator/things", isLocal: true).status == 200)
        let answer = try await Asking.ask("POST /operator/things", ["Authorization: Bearer good"])
        let nothing = try await Asking.ask("POST /operator/nothing")
        #expect(answer.status == 404)
        #expect(try answer.member("detail") == (try nothing.member("detail")))
    }

    // MARK: Hosts

    @Test(arguments: [
        ("chat.example", 404), ("CHAT.example:8080", 404), ("[::1]", 404), ("[::1]:8080", 404), ("evil.example", 421),
        ("chat.example.evil.example", 421), ("[::2]:8080", 421),
    ])
    func `answers for its own hosts only, whatever their port`(host: String, status: Int) async throws {
        let hosts: Set<String> = ["chat.example", "[::1]"]
        #expect(try await Asking.ask("GET /nothing", host: host, allowedHosts: hosts).status == status)
        // The operator comes through the server's own socket.
        #expect(try await Asking.ask("GET /nothing", isLocal: true, host: host, allowedHosts: hosts).status == 404)
    }

    @Test func `an error of a handler is an answer with its status`() async throws {
        let answer = try await Asking.ask("GET /busy")
        #expect(answer.status == 503)
        #expect(answer.headers["retry-after"] == "1")
        #expect(try answer.member("code") == "overloaded")
    }
}
