import Auth
import Base
import Channels
import REST
import Testing
import Wire

/// A request as it comes over the wire.
func request(_ text: String) throws -> HTTPRequestHead {
    var parser = HTTPRequestParser(headBytesMax: 16 << 10, headerCountMax: 100, bodyBytesMax: 1 << 20)
    Array(text.utf8).withUnsafeBytes { parser.receive($0) }
    guard case .head(let head) = parser.nextEvent() else { throw Malformed(text: text) }
    return head
}

struct Malformed: Error { let text: String }

/// A small API, to be asked.
struct Asking {
    static let caller = Caller(user: known(108), login: LoginID(high: 1, low: 2), role: .member, permissions: [])

    private static func known(_ number: Int64) -> UserID {
        guard let user = UserID(rawValue: number) else { preconditionFailure("\(number) is a user's number") }
        return user
    }

    static let thing = Shape(
        "Thing",
        [
            .required("name", .text(bytes: 1...5), "what it is called"),
            .optional("count", .integer(1...10), "how many there are"),
        ])

    static let routes: [Route] = [
        Route(.get, "/things/{id}", access: .anyone, "One thing", answers: []) { call async throws(APIError) in
            let limit = try call.number("limit", in: 1...10) ?? 0
            return .json { json in
                json.object { json in
                    json.member("id", call.parameters["id"] ?? "")
                    json.member("limit", limit)
                }
            }
        },
        Route(.post, "/things", access: .anyone, "Makes a thing", body: thing, answers: []) {
            call async throws(APIError) in
            .json(201) { json in json.object { json in json.member("name", call.body["name"]?.string ?? "") } }
        },
        Route(.delete, "/things/{id}", access: .anyone, "Forgets one", answers: []) { _ async throws(APIError) in
            HTTPResponse(status: 204)
        },
        Route(.get, "/me", access: .user, "Who calls", answers: []) { call async throws(APIError) in
            let user = try call.user()
            return .json { json in json.object { json in json.member("user", user) } }
        },
        Route(.get, "/busy", access: .anyone, "Never now", answers: []) { _ async throws(APIError) in
            throw APIError(.overloaded)
        },
        Route(.get, "/page", access: .anyone, "For people", answers: []) { _ async throws(APIError) in
            HTTPResponse(
                status: 200, headers: HTTPHeaders([("Cache-Control", "no-cache"), ("Content-Type", "text/html")]),
                body: Array("<p>".utf8))
        },
        Route(.get, "/file", access: .anyone, "To be read in parts", answers: []) { _ async throws(APIError) in
            HTTPResponse(
                status: 200,
                headers: HTTPHeaders([
                    ("Content-Type", "image/png"), ("ETag", "\"f\""), ("Accept-Ranges", "bytes"),
                    ("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT"), ("Content-Security-Policy", "sandbox"),
                    ("Cache-Control", "no-cache"),
                ]), body: Array("0123456789".utf8))
        },
        Route(.get, "/long", access: .anyone, "A long one", answers: []) { call async throws(APIError) in
            let count = Int(try call.number("count", in: 0...100_000_000) ?? 5_000)
            let type = call.head.query["type"] ?? "application/json"
            return HTTPResponse(
                status: 200, headers: HTTPHeaders([("Content-Type", type), ("Accept-Ranges", "bytes")]),
                body: Array(repeating: 0x61, count: count))
        },
        Route(.post, "/long", access: .anyone, "Makes a long one", answers: []) { _ async throws(APIError) in
            .json(201) { json in json.object { $0.member("text", String(repeating: "a", count: 5_000)) } }
        },
        Route(.post, "/secret", access: .anyone, "Gives a token", answers: [], isSecret: true) {
            _ async throws(APIError) in
            .json { json in json.object { $0.member("token", String(repeating: "a", count: 5_000)) } }
        },
        Route(.get, "/wrong", access: .anyone, "Fails at length", answers: []) { _ async throws(APIError) in
            throw APIError(Rejection(.badRequest, String(repeating: "a", count: 5_000)))
        },
        Route(.post, "/operator/things", access: .operatorOnly, "For the operator", answers: []) {
            _ async throws(APIError) in .json { json in json.object { _ in } }
        },
    ]

    static func router(allowedHosts: Set<String> = []) -> Router {
        Router(routes, allowedHosts: allowedHosts) { token in
            switch token {
            case "good": .success(caller)
            case "late": .failure(APIError(Rejection(.tokenExpired, "the access token has expired")))
            default: .failure(APIError(.unauthorized("the access token is not valid")))
            }
        }
    }

    /// The answer to a request, its fields given as lines.
    static func ask(
        _ line: String, _ fields: [String] = [], body: String = "", isLocal: Bool = false, isSecure: Bool = false,
        host: String = "a",
        allowedHosts: Set<String> = []
    ) async throws -> HTTPResponse {
        let head = try request(([line + " HTTP/1.1", "Host: \(host)"] + fields + ["", ""]).joined(separator: "\r\n"))
        return await router(allowedHosts: allowedHosts).answer(
            head, body: Array(body.utf8),
            from: isLocal ? .local : HTTPClient(address: IPAddress("203.0.113.1"), isSecure: isSecure, isLocal: false))
    }
}

extension HTTPResponse {
    func member(_ name: StaticString) throws -> String? {
        let element = try JSONDocument(parsing: body).root[name]
        return element.map { $0.string ?? String(decoding: $0.raw, as: UTF8.self) }
    }

    func pointers() throws -> [String?] {
        try JSONDocument(parsing: body).root["errors"]?.elements.map { $0["pointer"]?.string } ?? []
    }
}
