import Auth
import Base
import Gateway
import Testing

@Suite("What a page is told of the ways in") struct AuthMethodsTests {
    private func methods(_ hall: Hall) async throws -> JSONElement {
        try await hall.ask("GET", "/auth/methods").json()
    }

    @Test func `a server that was told nothing offers passwords, and to everybody`() async throws {
        let said = try await methods(Hall(hasEmail: false, hasText: false))
        #expect(said["password"]?.bool == true)
        #expect(said["registration"]?.string == "open")
        for name in ["email", "phone", "verification"] as [StaticString] { #expect(said[name]?.bool == false) }
        #expect(said["providers"]?.elements.isEmpty == true)
    }

    @Test func `what is set up is offered`() async throws {
        let hall = try Hall { settings in
            settings.registration = .invite
            settings.requiresVerification = true
            settings.providers = [
                .google(clientID: "a", clientSecret: Secret(Array("b".utf8))),
                .facebook(appID: "c", appSecret: Secret(Array("d".utf8))),
            ]
        }
        let said = try await methods(hall)
        #expect(said["registration"]?.string == "invite")
        for name in ["email", "phone", "verification"] as [StaticString] { #expect(said[name]?.bool == true) }
        #expect(said["providers"]?.elements.compactMap(\.string) == ["google", "facebook"])
    }
}
