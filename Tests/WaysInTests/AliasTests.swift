import Auth
import Base
import Gateway
import REST
import TestSupport
import Testing
import Wire

@Suite("Older spellings of the ways in") struct OlderWaysInTests {
    @Test func `a phone is asked and answered at one path`() async throws {
        let hall = try Hall()
        func post(_ body: String) async throws -> HTTPResponse {
            try await hall.ask("POST", "/phone-auth", body, under: "")
        }
        #expect(try await post(#"{"phone":"+491701234567"}"#).status == 202)
        let code = try await hall.postbox.code(1)
        let answer = try await post(#"{"phone":"+491701234567","code":"\#(code)"}"#)
        #expect(answer.status == 201)
        #expect(try answer.json()["access_token"] != nil)
        #expect(answer.headers["deprecation"] != nil)
    }

    @Test func `passwords are set and reset at the old paths`() async throws {
        let hall = try Hall()
        let token = try await hall.register(#""username":"ann","email":"ann@example.org""#).text("access_token")
        let body = #"{"old_password":"\#(Hall.password)","new_password":"another battery staple"}"#
        #expect(try await hall.ask("POST", "/password-set", body, token: token, under: "").status == 204)
        #expect(try await hall.login("ann", "another battery staple").status == 200)
        let asked = try await hall.ask("POST", "/password-reset", #"{"email":"ann@example.org"}"#, under: "")
        #expect(asked.status == 202)
        #expect(try await hall.ask("POST", "/password-set", body, under: "").status == 401)
    }
}
