import REST
import Testing
import Wire

@Suite("Router, refusing what it cannot read") struct RouterRefusalTests {
    @Test(arguments: [(400, "bad_request"), (413, "too_large"), (431, "bad_request"), (501, "bad_request")])
    func `a violation is answered like every other problem`(status: Int, code: String) throws {
        let answer = Asking.router().refusal(of: HTTPViolation(status: status, reason: "why"), to: nil, from: .local)
        #expect(answer.status == status)
        #expect(try answer.member("code") == code)
        #expect(try answer.member("detail") == "why")
        #expect(answer.headers["x-content-type-options"] == "nosniff")
        #expect(answer.headers["cache-control"] == "no-store")
        let id = try #require(try answer.member("request_id"))
        #expect(answer.headers["x-request-id"] == id)
    }

    @Test func `an allowed host is found whatever its case`() {
        let router = Router([], allowedHosts: ["Chat.Example"]) { _ in .success(Asking.caller) }
        #expect(router.isAllowed("chat.example:8080"))
        #expect(!router.isAllowed("evil.example"))
    }
}
