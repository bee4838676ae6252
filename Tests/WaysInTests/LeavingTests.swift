import TestSupport
import Testing
import Wire

@Suite("Erasing oneself") struct LeavingTests {
    @Test func `takes the password, but for the first ten minutes of a login`() async throws {
        let hall = try Hall()
        let ann = try await hall.register(#""username":"ann""#).text("access_token")
        hall.time.pass(milliseconds: 600_000)
        #expect(try await hall.ask("DELETE", "/users/me", "{}", token: ann).status == 422)
        let fresh = try await hall.login("ann").text("access_token")
        let wrong = #"{"current_password":"guessed it"}"#
        #expect(try await hall.ask("DELETE", "/users/me", wrong, token: fresh).status == 401)
        #expect(try await hall.ask("GET", "/users/me", token: ann).status == 200)
        #expect(try await hall.ask("DELETE", "/users/me", "{}", token: fresh).status == 204)
        #expect(try await hall.ask("GET", "/users/me", token: ann).status == 401)
    }

    @Test func `is done by an older login that has the password`() async throws {
        let hall = try Hall()
        let ann = try await hall.register(#""username":"ann""#).text("access_token")
        hall.time.pass(milliseconds: 3_600_000)
        let proof = #"{"current_password":"\#(Hall.password)"}"#
        #expect(try await hall.ask("DELETE", "/users/me", proof, token: ann).status == 204)
        #expect(try await hall.login("ann").status == 401)
    }
}
