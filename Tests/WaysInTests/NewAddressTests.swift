import Auth
import TestSupport
import Testing
import Wire

@Suite("Another e-mail address") struct NewAddressTests {
    @Test func `is told to the old one, and opens nothing before it is verified`() async throws {
        let hall = try Hall()
        let token = try await hall.register(#""username":"ann","email":"ann@example.org""#).text("access_token")
        _ = try await hall.postbox.letter(1)
        let change = #"{"email":"ann@example.net","current_password":"\#(Hall.password)"}"#
        #expect(try await hall.ask("PATCH", "/users/me", change, token: token).status == 200)
        let letter = try await hall.postbox.letter(2)
        #expect(letter.way == .email(to: "ann@example.org", subject: "Your e-mail address was changed"))
        #expect(letter.body.contains("Hello ann"))
        #expect(!letter.body.contains("ann@example.net"), "who reads the old address need not know the new one")
        #expect(try await hall.account("ann")?.isEmailVerified == false)
        // A change of something else tells nobody.
        #expect(try await hall.ask("PATCH", "/users/me", #"{"bio":"a"}"#, token: token).status == 200)
        #expect(hall.postbox.all.count == 2)
    }
}
