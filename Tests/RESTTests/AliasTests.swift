import Base
import Channels
import REST
import Testing
import Wire

@Suite("Alias") struct AliasTests {
    private static let aliases = [
        Alias(.post, "/old/things", for: "/things"),
        Alias(.post, "/older/things", for: "/things").with { alias in
            alias.renamed = ["title": "name"]
            alias.required = (["title"], "a title is required")
            alias.answer = .told(status: 200) { answer, json in
                json.object { $0.member("made", answer["name"]?.string ?? "") }
            }
            alias.refusals = [.init(422, at: "/name", as: 400, "that is no title")]
        },
        Alias(.get, "/old/me", for: "/me"),
        Alias(.get, "/old/things/{id}", for: "/things/{id}"),
        Alias(.get, "/old/busy", for: "/busy"),
        Alias(.post, "/old/either", for: "/things").with { $0.successorWith = ("secret", "/secret") },
    ]

    private let router = Router(
        Asking.routes + aliases.map { $0.route(among: Asking.routes) }, allowedHosts: []
    ) { _ in .success(Asking.caller) }

    private func ask(_ line: String, _ body: String = "", headers: String = "") async throws -> HTTPResponse {
        let head = try request(
            "\(line) HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\(headers)"
                + "Content-Length: \(body.utf8.count)\r\n\r\n")
        return await router.answer(
            head, body: Array(body.utf8), from: HTTPClient(address: nil, isSecure: false, isLocal: false))
    }

    private func text(_ response: HTTPResponse) -> String { String(decoding: response.body, as: UTF8.self) }

    @Test func `answers as its successor does, and names it`() async throws {
        let response = try await ask("POST /old/things", #"{"name":"one"}"#)
        #expect(response.status == 201)
        #expect(text(response) == #"{"name":"one"}"#)
        #expect(response.headers["deprecation"]?.hasPrefix("@") == true)
        #expect(response.headers["link"] == #"</things>; rel="successor-version""#)
        #expect(try await ask("POST /things", #"{"name":"one"}"#).headers["deprecation"] == nil)
    }

    @Test func `passes on what stands in the path and the query`() async throws {
        let response = try await ask("GET /old/things/7?limit=3")
        #expect(text(response) == #"{"id":"7","limit":3}"#)
    }

    @Test func `asks for who calls where its successor does`() async throws {
        #expect(try await ask("GET /old/me").status == 401)
        #expect(try await ask("GET /old/me", headers: "Authorization: JWT good\r\n").status == 200)
    }

    @Test func `takes older names, and answers in its own shape`() async throws {
        let response = try await ask("POST /older/things", #"{"title":"one"}"#)
        #expect(response.status == 200)
        #expect(text(response) == #"{"made":"one"}"#)
    }

    @Test func `refuses what is missing in its own words`() async throws {
        let response = try await ask("POST /older/things", "{}")
        #expect(response.status == 400)
        let problem = try JSONDocument(parsing: response.body).root
        #expect(problem["error"]?.string == "a title is required")
        #expect(problem["errors"]?.elements.first?["pointer"]?.string == "/title")
        #expect(response.headers["deprecation"] != nil)
    }

    @Test func `tells refusals of its successor in its own words, and others as they are`() async throws {
        let long = try await ask("POST /older/things", #"{"title":"far too long"}"#)
        #expect(long.status == 400)
        #expect(try JSONDocument(parsing: long.body).root["error"]?.string == "that is no title")
        let wrong = try await ask("POST /older/things", #"{"title":"one","count":99}"#)
        #expect(wrong.status == 422)
        let busy = try await ask("GET /old/busy")
        #expect(busy.status == 503)
        #expect(busy.headers["retry-after"] != nil && busy.headers["link"] != nil)
    }

    @Test func `a name given in both spellings counts once, and as the older one only where it comes first`()
        async throws
    {
        #expect(text(try await ask("POST /older/things", #"{"title":"one","name":"two"}"#)) == #"{"made":"one"}"#)
        #expect(try await ask("POST /older/things", #"{"title":"one","title":"two"}"#).status == 400)
    }

    @Test func `has another successor for another body`() async throws {
        let response = try await ask("POST /old/either", #"{"secret":1}"#)
        #expect(response.status == 200)
        #expect(response.headers["link"] == #"</secret>; rel="successor-version""#)
        #expect(try await ask("POST /old/either", #"{"name":"one"}"#).status == 201)
    }
}
