import REST
import Testing
import Wire

@Suite("Router, answering with parts") struct RouterPartTests {
    private func ask(_ fields: [String], _ method: String = "GET") async throws -> HTTPResponse {
        try await Asking.ask("\(method) /file", fields)
    }

    @Test(arguments: [
        ("bytes=0-3", "0123", "bytes 0-3/10"), ("bytes=4-", "456789", "bytes 4-9/10"),
        ("bytes=-2", "89", "bytes 8-9/10"), ("bytes=0-9223372036854775807", "0123456789", "bytes 0-9/10"),
    ])
    func `gives the part that is asked for`(range: String, text: String, place: String) async throws {
        let answer = try await ask(["Range: \(range)"])
        #expect(answer.status == 206)
        #expect(String(decoding: answer.body, as: UTF8.self) == text)
        #expect(answer.headers["content-range"] == place)
        #expect(answer.headers["etag"] == "\"f\"")
        #expect(answer.headers["content-type"] == "image/png")
    }

    @Test(arguments: ["bytes=10-", "bytes=-0", "bytes=99999999999999999999-"])
    func `answers 416 with the length when nothing of it is there`(range: String) async throws {
        let answer = try await ask(["Range: \(range)"])
        #expect(answer.status == 416)
        #expect(answer.headers["content-range"] == "bytes */10")
        #expect(answer.headers["content-type"] == "application/problem+json")
    }

    @Test(arguments: ["bytes=9-1", "bytes=a-b", "lines=1-2", "bytes=0-1,4-5", ""])
    func `gives the whole where it does not take the range`(range: String) async throws {
        let answer = try await ask(["Range: \(range)"])
        #expect(answer.status == 200)
        #expect(answer.body.count == 10)
        #expect(answer.headers["accept-ranges"] == "bytes")
        #expect(answer.headers["content-range"] == nil)
    }

    @Test func `takes no range but of GET, once, and of what has ranges`() async throws {
        #expect(try await ask(["Range: bytes=0-3"], "HEAD").status == 200)
        #expect(try await ask(["Range: bytes=0-3", "Range: bytes=0-3"]).status == 200)
        #expect(try await Asking.ask("GET /things/7", ["Range: bytes=0-3"]).status == 200)
    }

    @Test(arguments: [
        ("\"f\"", 206), ("\"g\"", 200), ("W/\"f\"", 200), ("Sun, 06 Nov 1994 08:49:37 GMT", 206),
        ("Sun, 06 Nov 1994 08:49:36 GMT", 200), ("nonsense", 200),
    ])
    func `gives a part only of what the client has`(validator: String, status: Int) async throws {
        #expect(try await ask(["Range: bytes=0-3", "If-Range: \(validator)"]).status == status)
        // A range that is not taken cannot fail.
        let unsatisfiable = try await ask(["Range: bytes=10-", "If-Range: \(validator)"])
        #expect(unsatisfiable.status == (status == 206 ? 416 : 200))
    }

    @Test(
        arguments: [
            (["If-None-Match: \"f\""], 304), (["If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT"], 304),
            (["If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT"], 304),
            (["If-Modified-Since: Sun Nov  6 08:49:36 1994"], 200), (["If-Match: \"f\""], 200),
            (["If-Match: \"g\""], 412), (["If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT"], 412),
            // Conditions are judged before the range.
            (["If-None-Match: \"f\"", "Range: bytes=0-3"], 304), (["If-Match: \"g\"", "Range: bytes=10-"], 412),
            (["If-Match: \"f\"", "Range: bytes=0-3"], 206), (["If-None-Match: \"g\"", "Range: bytes=10-"], 416),
        ] as [([String], Int)])
    func `obeys conditions`(fields: [String], status: Int) async throws {
        let answer = try await ask(fields)
        #expect(answer.status == status)
        if status == 412 { #expect(try answer.member("code") == "precondition_failed") }
    }

    @Test func `says with 304 what the client is to keep, and nothing of the content`() async throws {
        let answer = try await ask(["If-None-Match: \"f\""])
        #expect(answer.body.isEmpty)
        #expect(answer.headers["etag"] == "\"f\"")
        #expect(answer.headers["cache-control"] == "no-cache")
        #expect(answer.headers["content-security-policy"] == "sandbox")
        for name in ["content-type", "last-modified", "accept-ranges", "content-range"] {
            #expect(answer.headers[name] == nil)
        }
    }

    @Test func `asks no condition of what is refused anyway`() async throws {
        #expect(try await Asking.ask("GET /nothing", ["If-Match: \"x\""]).status == 404)
        #expect(try await Asking.ask("GET /me", ["If-Match: \"x\""]).status == 401)
    }
}
