import Base
import REST
import Testing
import Wire

@Suite("Router, reading bodies") struct RouterBodyTests {
    private func post(_ body: String, _ type: String? = "application/json") async throws -> (Int, String?, [String?]) {
        let answer = try await Asking.ask("POST /things", type.map { ["Content-Type: \($0)"] } ?? [], body: body)
        guard answer.status != 201 else { return (201, try answer.member("name"), []) }
        return (answer.status, try answer.member("code"), try answer.pointers())
    }

    @Test(arguments: [
        "application/json", "Application/JSON", "application/json; charset=utf-8", "application/json ;x=y",
    ])
    func `takes JSON by its name`(type: String) async throws {
        #expect(try await post(#"{"name":"chess","future":1}"#, type) == (201, "chess", []))
    }

    @Test(arguments: ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", nil])
    func `answers 415 to what says that it is something else`(type: String?) async throws {
        #expect(try await post(#"{"name":"chess"}"#, type) == (415, "unsupported_type", []))
    }

    @Test func `a route may say how large its body may be`() throws {
        let routes = [1 << 20, nil].map { bytesMax in
            Route(
                .post, bytesMax == nil ? "/small" : "/large/{id}", access: .user, "", answers: [],
                bodyBytesMax: bytesMax
            ) { _ async throws(APIError) in HTTPResponse(status: 204) }
        }
        let stream = Route(
            .post, "/stream", access: .user, "", answers: [], streamsBody: true
        ) { _ async throws(APIError) in HTTPResponse(status: 204) }
        let router = Router(routes + [stream], allowedHosts: []) { _ in .failure(APIError(.unauthorized("nobody"))) }
        func plan(_ line: String) throws -> BodyPlan? {
            router.bodyPlan(of: try request("\(line) HTTP/1.1\r\nHost: a\r\n\r\n"))
        }
        #expect(try plan("POST /large/7") == BodyPlan(bytesMax: 1 << 20))
        #expect(try plan("POST /large/7/") == BodyPlan(bytesMax: 1 << 20))
        #expect(try plan("POST /stream") == BodyPlan(isStreamed: true))
        for line in ["POST /small", "PUT /large/7", "POST /other"] { #expect(try plan(line) == nil) }
    }

    @Test func `a route may take its body in pieces, and may leave the rest`() async throws {
        let route = Route(
            .post, "/", access: .anyone, "", answers: [], streamsBody: true
        ) { call async throws(APIError) in
            do throws(HTTPViolation) {
                var count = 0
                while let piece = try await call.stream.next() { count += piece.count }
                return .json { json in json.object { json in json.member("count", count) } }
            } catch {
                throw APIError(error)
            }
        }
        let router = Router([route], allowedHosts: []) { _ in .failure(APIError(.unauthorized("nobody"))) }
        let head = try request("POST / HTTP/1.1\r\nHost: a\r\n\r\n")
        func answer(_ fill: @escaping @Sendable (HTTPBodyStream) -> Void) async -> (Int, String) {
            let stream = HTTPBodyStream(bytesMax: 10) {}
            fill(stream)
            let response = await router.answer(head, body: [], stream: stream, from: .local)
            return (response.status, String(decoding: response.body, as: UTF8.self))
        }
        let whole = await answer { stream in
            for _ in 1...3 { _ = stream.put([1, 2, 3, 4]) }
            stream.end()
        }
        #expect(whole == (200, #"{"count":12}"#))
        let cut = await answer { stream in
            _ = stream.put([1])
            stream.end(HTTPViolation(status: 408, reason: "too slow"))
        }
        #expect(cut.0 == 408)
    }

    static let malformed = [
        "{", "[1", "name=chess", #"{"name":"a","name":"b"}"#, #"{"name":"\ud800"}"#, #"{"name":"a\u0000"}"#,
        "\u{FEFF}{}", #"{"name":"a"}x"#, #"{"name":NaN}"#,
        #"{"name":"# + String(repeating: "[", count: 33) + String(repeating: "]", count: 33) + "}",
    ]

    @Test(arguments: malformed) func `answers 400 to what is no acceptable JSON`(body: String) async throws {
        #expect(try await post(body) == (400, "bad_request", []))
    }

    @Test(arguments: [
        ("{}", ["/name"]), ("", ["/name"]), (#"{"name":null}"#, ["/name"]),
        (#"{"name":"","count":0}"#, ["/name", "/count"]),
        (#"{"name":"too long","count":11}"#, ["/name", "/count"]), (#"{"name":7}"#, ["/name"]),
        (#"{"name":"a","count":1.0}"#, ["/count"]), (#"{"name":"a","count":"1"}"#, ["/count"]),
        (#"{"name":"a","count":1e400}"#, ["/count"]), (#"{"name":"a","count":9223372036854775808}"#, ["/count"]),
        ("[]", [""]), ("7", [""]), ("null", [""]),
    ])
    func `answers 422 with every member at fault`(body: String, pointers: [String]) async throws {
        #expect(try await post(body) == (422, "validation_failed", pointers))
    }
}
