import REST
import Testing
import Wire

@Suite("Pages of other origins") struct CrossOriginTests {
    private static let origins: Set<String> = ["https://a.example", "http://localhost:3000", "app://confab"]
    private static let headers = [
        "access-control-allow-origin", "access-control-expose-headers", "access-control-allow-methods",
        "access-control-allow-headers", "access-control-max-age", "access-control-allow-credentials",
    ]

    private func ask(
        _ line: String, _ fields: [String], origins: Set<String> = Self.origins
    ) async throws -> HTTPResponse {
        let head = try request(([line + " HTTP/1.1", "Host: a"] + fields + ["", ""]).joined(separator: "\r\n"))
        let router = Router(Asking.routes, allowedHosts: [], allowedOrigins: origins) { _ in .success(Asking.caller) }
        return await router.answer(head, body: [], from: HTTPClient(address: nil, isSecure: false, isLocal: false))
    }

    static let questions = [
        "GET /things/7", "GET /nothing", "PUT /things/7", "GET /me", "GET /busy", "DELETE /things/7",
    ]

    @Test(arguments: questions) func `of the list may read every answer, errors too`(line: String) async throws {
        for origin in Self.origins {
            let answer = try await ask(line, ["Origin: \(origin)"])
            #expect(answer.headers.values("access-control-allow-origin") == [origin])
            let exposed = answer.headers.tokens("access-control-expose-headers")
            #expect(exposed.contains("etag") && exposed.contains("retry-after") && exposed.contains("x-request-id"))
            #expect(answer.headers.tokens("vary").contains("origin"))
            #expect(answer.headers["access-control-allow-credentials"] == nil)
        }
    }

    @Test(arguments: [
        "https://b.example", "null", "*", "", "http://a.example", "https://a.example:443", "https://a.example.evil.org",
        "https://evil.org/https://a.example", "HTTPS://A.EXAMPLE", "https://a.example/", "https://a.example, null",
    ])
    func `that are not listed are told nothing, only caches are`(origin: String) async throws {
        for line in Self.questions + ["OPTIONS /things/7"] {
            let answer = try await ask(
                line, ["Origin: \(origin)", "Access-Control-Request-Method: GET"], origins: Self.origins.union(["null"])
            )
            for name in Self.headers { #expect(answer.headers[name] == nil) }
            #expect(answer.headers.tokens("vary").contains("origin"))
        }
    }

    @Test(arguments: [408, 413, 503]) func `may read refusals of what never reached a route`(status: Int) throws {
        let router = Router(Asking.routes, allowedHosts: [], allowedOrigins: Self.origins) { _ in
            .success(Asking.caller)
        }
        let violation = HTTPViolation(status: status, reason: "why")
        let head = try request("POST /things HTTP/1.1\r\nHost: a\r\nOrigin: https://a.example\r\n\r\n")
        #expect(
            router.refusal(of: violation, to: head, from: .local).headers["access-control-allow-origin"]
                == "https://a.example")
        #expect(router.refusal(of: violation, to: nil, from: .local).headers["access-control-allow-origin"] == nil)
    }

    @Test func `are not spoken of without a list`() async throws {
        let answer = try await ask("GET /things/7", ["Origin: https://a.example"], origins: [])
        for name in Self.headers + ["vary"] { #expect(answer.headers[name] == nil) }
    }

    @Test func `are told beforehand what a path really takes`() async throws {
        let answer = try await ask(
            "OPTIONS /things/7",
            [
                "Origin: https://a.example", "Access-Control-Request-Method: DELETE",
                "Access-Control-Request-Headers: authorization",
            ])
        #expect(answer.status == 204)
        #expect(answer.body.isEmpty)
        #expect(answer.headers["access-control-allow-origin"] == "https://a.example")
        #expect(answer.headers["access-control-allow-methods"] == "GET, HEAD, DELETE, OPTIONS")
        #expect(answer.headers["access-control-max-age"] == "7200")
        let allowed = answer.headers.tokens("access-control-allow-headers")
        for name in [
            "authorization", "content-type", "idempotency-key", "if-match", "if-none-match", "x-request-id", "range",
        ] { #expect(allowed.contains(name), "\(name)") }
        #expect(try await ask("OPTIONS /nothing", ["Origin: https://a.example"]).status == 404)
    }

    @Test func `OPTIONS without an origin is a question about methods`() async throws {
        for fields in [[], ["Access-Control-Request-Method: DELETE"], ["Origin: https://b.example"]] {
            let answer = try await ask("OPTIONS /things/7", fields)
            #expect(answer.status == 204)
            #expect(answer.headers["allow"] == "GET, HEAD, DELETE, OPTIONS")
            #expect(answer.headers["access-control-allow-methods"] == nil)
        }
        let server = try await ask("OPTIONS *", [])
        #expect(server.status == 204)
        #expect(server.headers["allow"] == "GET, HEAD, POST, DELETE, OPTIONS")
    }

    @Test func `who has it already is told whom the answer is for`() async throws {
        let tag = try #require(try await ask("GET /things/7", []).headers["etag"])
        let answer = try await ask("GET /things/7", ["Origin: https://a.example", "If-None-Match: \(tag)"])
        #expect(answer.status == 304)
        #expect(answer.headers["access-control-allow-origin"] == "https://a.example")
        #expect(answer.headers.tokens("vary").contains("origin"))
    }

    @Test(arguments: [
        "https://example.org", "http://localhost:3000", "http://127.0.0.1:8080", "http://[::1]:8080",
        "https://[fe80::1]",
        "app://confab", "chrome-extension://abcdef", "https://a.b.example:8443", "https://example.org:80",
    ])
    func `have origins as browsers write them`(text: String) { #expect(WebOrigin.isValid(text)) }

    @Test(arguments: [
        "", "*", "null", "example.org", "https://", "https://example.org/", "https://example.org/chat",
        "https://Example.org", "HTTPS://example.org", "https://example.org:443", "http://example.org:80",
        "https://example.org:", "https://example.org:0", "https://example.org:65536", "https://example.org:+8",
        "https://*.example.org", "https://a b", "://example.org", "https://user@example.org", "https://[::1",
        "https://[]x", "https://[::1]x80", "https://[::1]8080", "https://exämple.org", "1http://a",
    ])
    func `have no other origins`(text: String) { #expect(!WebOrigin.isValid(text)) }
}
