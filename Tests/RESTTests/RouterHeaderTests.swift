import REST
import Testing
import Wire

@Suite("Router, what every answer carries") struct RouterHeaderTests {
    static let questions = [
        "GET /things/7", "GET /nothing", "PUT /things/7", "OPTIONS /things/7", "GET /me", "GET /busy",
    ]

    @Test(arguments: questions) func `nothing may be guessed, framed or kept by others`(line: String) async throws {
        let answer = try await Asking.ask(line)
        #expect(answer.headers["x-content-type-options"] == "nosniff")
        #expect(answer.headers["referrer-policy"] == "no-referrer")
        #expect(answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'")
        #expect(answer.headers["cache-control"] == "no-store")
    }

    @Test(arguments: questions) func `who came by TLS is told to come by TLS, and nobody else is`(line: String)
        async throws
    {
        #expect(try await Asking.ask(line, isSecure: true).headers["strict-transport-security"] == "max-age=31536000")
        #expect(try await Asking.ask(line).headers["strict-transport-security"] == nil)
    }

    @Test func `what a route says itself stands`() async throws {
        let answer = try await Asking.ask("GET /page")
        #expect(answer.headers.values("cache-control") == ["no-cache"])
        #expect(answer.headers["x-content-type-options"] == "nosniff")
    }

    @Test(arguments: questions) func `a request's own id is given back`(line: String) async throws {
        let answer = try await Asking.ask(line, ["X-Request-Id: abc-123"])
        #expect(answer.headers.values("x-request-id") == ["abc-123"])
        if answer.status >= 400 { #expect(try answer.member("request_id") == "abc-123") }
    }

    @Test(arguments: [nil, "", "a b", "é", String(repeating: "x", count: 129)])
    func `a request without a usable id is given a new one`(given: String?) async throws {
        var ids: Set<String> = []
        for _ in 0..<3 {
            let answer = try await Asking.ask("GET /busy", given.map { ["X-Request-Id: \($0)"] } ?? [])
            let id = try #require(answer.headers["x-request-id"])
            #expect(id.utf8.count >= 16)
            #expect(try answer.member("request_id") == id)
            ids.insert(id)
        }
        #expect(ids.count == 3 && !ids.contains(given ?? ""))
    }

    @Test func `a problem says all that the standard and older clients look for`() async throws {
        let answer = try await Asking.ask("GET /nothing?a=b")
        #expect(answer.headers["content-type"] == "application/problem+json")
        for (name, value) in [
            ("type", "urn:confab:problem:not_found"), ("title", "Not found"), ("status", "404"),
            ("detail", "there is nothing at this path"), ("instance", "/nothing"), ("code", "not_found"),
            ("errors", "[]"), ("error", "there is nothing at this path"),
        ] as [(StaticString, String)] {
            #expect(try answer.member(name) == value)
        }
    }

    // MARK: Caching

    @Test func `who has it already is answered 304`() async throws {
        let first = try await Asking.ask("GET /things/7")
        let tag = try #require(first.headers["etag"])
        #expect(tag.hasPrefix("\"") && tag.hasSuffix("\""))
        for held in [tag, "W/\(tag)", "\"x\", \(tag)", "*"] {
            for method in ["GET", "HEAD"] {
                let answer = try await Asking.ask("\(method) /things/7", ["If-None-Match: \(held)"])
                #expect(answer.status == 304)
                #expect(answer.body.isEmpty)
                #expect(answer.headers["etag"] == tag)
            }
        }
    }

    @Test func `another thing has another tag`() async throws {
        let tag = try #require(try await Asking.ask("GET /things/7").headers["etag"])
        let other = try await Asking.ask("GET /things/8", ["If-None-Match: \(tag)"])
        #expect(other.status == 200)
        #expect(other.headers["etag"] != tag)
    }

    @Test func `what is no resource has no tag`() async throws {
        #expect(try await Asking.ask("GET /nothing").headers["etag"] == nil)
        #expect(try await Asking.ask("DELETE /things/7", ["If-None-Match: *"]).status == 204)
    }
}
