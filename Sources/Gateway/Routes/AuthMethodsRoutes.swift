internal import Auth
internal import Base
public import REST
internal import Wire

/// Which ways in this server offers, so that a page shows those and no others.
public struct AuthMethodsRoutes: Sendable {
    private let services: Services

    public init(_ services: Services) { self.services = services }

    public var routes: [Route] {
        [
            Route(
                .get, "/api/v1/auth/methods", access: .anyone, "Which ways in this server offers",
                answers: [.init(200, Self.shape, "the same for everybody")], handler: show)
        ]
    }

    private static let shape = Shape(
        "WaysIn",
        [
            .required("password", .boolean, "true"),
            .required("registration", .text(bytes: 4...6), "open, invite or closed"),
            .required("verification", .boolean, "whether who registers has to give an e-mail address and verify it"),
            .required("email", .boolean, "whether letters are sent: links for a new password, and to verify"),
            .required("phone", .boolean, "whether codes are sent to phones"),
            .required(
                "providers", .list(of: .text(bytes: 1...16), countMax: IdentityProvider.Name.allCases.count),
                "google, facebook"),
        ])

    @Sendable private func show(_ call: Call) async throws(APIError) -> HTTPResponse {
        let waysIn = services.settings.waysIn
        return .json { json in
            json.object { json in
                json.member("password", true)
                json.member("registration", waysIn.registration.rawValue)
                json.member("verification", services.requiresVerification)
                json.member("email", services.postbox.hasEmail)
                json.member("phone", services.postbox.hasText)
                json.array("providers") { json in
                    for provider in waysIn.providers { json.value("\(provider.name)") }
                }
            }
        }
    }
}
