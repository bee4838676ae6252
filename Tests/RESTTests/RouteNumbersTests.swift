import Auth
import Base
import REST
import Telemetry
import Testing
import Wire

@Suite("Numbers of routes") struct RouteNumbersTests {
    private func router(_ numbers: RouteNumbers, _ more: [Route] = []) -> Router {
        Router(Asking.routes + more, allowedHosts: [], numbers: numbers, findKey: Self.key) { token in
            token == "good" ? .success(Asking.caller) : .failure(APIError(.unauthorized("no")))
        }
    }

    private static func key(_ text: String) -> APIKey? {
        let scope: KeyScope = text.hasSuffix("metrics") ? .metrics : .mint
        return APIKey(
            id: 1, name: "k", prefix: "k", scopes: [scope], user: nil, login: LoginID(high: 1, low: 1),
            createdAt: Timestamp(milliseconds: 0))
    }

    private func ask(
        _ line: String, _ fields: [String] = [], of router: Router, from address: String = "203.0.113.1"
    ) async throws -> HTTPResponse {
        let head = try request(([line + " HTTP/1.1", "Host: a"] + fields + ["", ""]).joined(separator: "\r\n"))
        let client = HTTPClient(address: IPAddress(address), isSecure: false, isLocal: false)
        return await router.answer(head, body: [], from: client)
    }

    private func lines(_ numbers: RouteNumbers, _ name: String) -> [String] {
        String(decoding: Exposition.text(of: numbers.families), as: UTF8.self).split(separator: "\n").map(String.init)
            .filter { $0.hasPrefix(name) }
    }

    @Test func `count each route's answers by status, whatever stood in its gaps`() async throws {
        let numbers = RouteNumbers(), router = router(numbers)
        for line in ["GET /things/1", "GET /things/2?limit=99", "GET /things/3", "GET /me", "GET /nothing"] {
            _ = try await ask(line, of: router)
        }
        // Another router of the same server goes on counting.
        _ = try await ask("HEAD /things/4", of: self.router(numbers))
        #expect(
            lines(numbers, "confab_http_requests_total") == [
                #"confab_http_requests_total{method="GET",route="/me",status="401"} 1"#,
                #"confab_http_requests_total{method="GET",route="/things/{id}",status="200"} 3"#,
                #"confab_http_requests_total{method="GET",route="/things/{id}",status="422"} 1"#,
                #"confab_http_requests_total{method="GET",route="none",status="404"} 1"#,
            ])
        #expect(
            lines(numbers, "confab_http_request_seconds_count") == [
                #"confab_http_request_seconds_count{method="GET",route="/me"} 1"#,
                #"confab_http_request_seconds_count{method="GET",route="/things/{id}"} 4"#,
                #"confab_http_request_seconds_count{method="GET",route="none"} 1"#,
            ])
        #expect(numbers.sums == (6, 0))
    }

    @Test func `count refusals by the code that was told`() async throws {
        let numbers = RouteNumbers(), router = router(numbers)
        for line in ["GET /me", "GET /busy", "GET /busy", "GET /nothing"] { _ = try await ask(line, of: router) }
        _ = router.refusal(of: HTTPViolation(status: 413, reason: "why"), to: nil, from: .local)
        let family = RefusalCounts.family(of: [("http", numbers.refusals.counts)])
        let told = family.samples.map { "\($0.labels[0].value) \(Int($0.value))" }
        #expect(told == ["invalid_token 1", "not_found 1", "too_large 1", "overloaded 2"])
        #expect(numbers.sums == (4, 2))
    }

    private static let nearby = Route(
        .get, "/near", access: .nearbyOr(.readServer, .metrics), "For this machine", answers: []
    ) { _ async throws(APIError) in .json { json in json.object { _ in } } }

    @Test(
        arguments: [
            ("127.0.0.1", [], 200), ("127.9.9.9", [], 200), ("::1", [], 200), ("203.0.113.1", [], 401),
            ("127.0.0.1", ["X-Forwarded-For: 203.0.113.1"], 401), ("127.0.0.1", ["Forwarded: for=203.0.113.1"], 401),
            ("127.0.0.1", ["X-Real-IP: 203.0.113.1"], 401), ("127.0.0.1", ["Via: 1.1 proxy"], 401),
            ("203.0.113.1", ["X-API-Key: ck_metrics"], 200), ("203.0.113.1", ["X-API-Key: ck_mint"], 403),
            ("203.0.113.1", ["Authorization: Bearer good"], 403),
        ] as [(String, [String], Int)]) func `what is for this machine is for nobody whom a proxy speaks for`(
            address: String, fields: [String], status: Int
        ) async throws
    {
        let router = router(RouteNumbers(), [Self.nearby])
        #expect(try await ask("GET /near", fields, of: router, from: address).status == status)
    }
}
