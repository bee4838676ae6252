import Auth
import Base
import Persistence
import TestSupport
import Testing
import Wire

@Suite("Wrong passwords, over the routes") struct ThrottleTests {
    private func hall() throws -> Hall { try Hall(limits: Limits()) }

    private func login(
        _ name: String, _ password: String = "wrong password", in hall: Hall, from address: String = "203.0.113.1"
    ) async throws -> HTTPResponse {
        try await hall.ask("POST", "/auth/login", #"{"login":"\#(name)","password":"\#(password)"}"#, from: address)
    }

    @Test func `who guesses waits, and is told how long`() async throws {
        let hall = try hall()
        _ = try await hall.register(#""username":"ann""#)
        for _ in 0..<5 { #expect(try await login("ann", in: hall).status == 401) }
        let refused = try await login("ann", Hall.password, in: hall)
        #expect(refused.status == 429)
        #expect(try refused.code() == "rate_limited")
        #expect(refused.headers["retry-after"] == "1")
        hall.time.pass(milliseconds: 1_000)
        #expect(try await login("ann", Hall.password, in: hall).status == 200)
        #expect(try await login("ann", in: hall).status == 401, "a success forgets")
    }

    @Test func `who does not exist is waited for like who does, however the name is written`() async throws {
        let hall = try hall()
        for name in ["nobody", "NOBODY", "Nobody", "nobody", "nobody"] {
            #expect(try await login(name, in: hall).status == 401)
        }
        #expect(try await login("nobody", in: hall).status == 429)
    }

    @Test func `one guesser does not keep others out, and addresses of one network are one`() async throws {
        let hall = try hall()
        _ = try await hall.register(#""username":"ann""#)
        for host in 1...5 { _ = try await login("ann", in: hall, from: "2001:db8:1:1::\(host)") }
        #expect(try await login("ann", in: hall, from: "2001:db8:1:1::77").status == 429)
        #expect(try await login("ann", Hall.password, in: hall, from: "2001:db8:2:2::1").status == 200)
    }

    @Test func `the trail says who was wrong, and when the waiting began`() async throws {
        let hall = try hall()
        for _ in 0..<7 { _ = try await login("ann", in: hall) }
        let rows = try await hall.storage.audit.page(AuditFilter(), before: nil, limit: 20)
        #expect(rows.map(\.entry.action).reversed() == Array(repeating: .loginFailed, count: 4) + [.loginThrottled])
    }

    @Test func `a current password that is guessed by a stolen token is waited for too`() async throws {
        let hall = try hall()
        let token = try #require(try await hall.register(#""username":"ann""#).json()["access_token"]?.string)
        func change(_ password: String) async throws -> HTTPResponse {
            let body = #"{"current_password":"\#(password)","password":"a new password"}"#
            return try await hall.post("/auth/password/set", body, token: token)
        }
        for _ in 0..<5 { #expect(try await change("wrong").status == 401) }
        #expect(try await change(Hall.password).status == 429)
        hall.time.pass(milliseconds: 1_000)
        #expect(try await change(Hall.password).status == 204)
    }
}
