public import Base
internal import Channels
public import REST
internal import Wire

/// Whether the server can do its work.
public struct HealthRoutes: Sendable {
    private let version: String
    private let time: TimeSource
    private let startedAt: Instant
    private let canCommit: @Sendable () async -> Bool

    /// - Parameter canCommit: asks the committer for an empty transaction, there and back.
    public init(version: String, time: TimeSource, canCommit: @escaping @Sendable () async -> Bool) {
        self.version = version
        self.time = time
        self.canCommit = canCommit
        startedAt = time.instant()
    }

    public var routes: [Route] {
        [
            Route(
                .get, "/health", access: .anyone, "Whether the server can do its work",
                query: [.optional("service", .text(bytes: 1...64), "the service to answer for")],
                answers: [.init(200, Self.shape, "healthy"), .init(503, Self.shape, "a check fails")],
                handler: health)
        ]
    }

    private static let shape = Shape(
        "Health",
        [
            .required("status", .text(bytes: 1...16), "healthy or unhealthy"),
            .required("service", .text(bytes: 1...64), "whose health this is"),
            .required("version", .text(bytes: 1...32), "of the server"),
            .required("uptime_s", .integer(0...Int64.max), "seconds since the start"),
        ])

    /// The services of systems that had three where this has one.
    private static let services: Set<String> = ["confab", "auth_service", "admin_service", "education_service"]

    @Sendable private func health(_ call: Call) async throws(APIError) -> HTTPResponse {
        let service = call.head.query["service"] ?? "confab"
        guard Self.services.contains(service) else { throw APIError(Rejection(.notFound, "there is no such service")) }
        let begun = time.instant()
        let canCommit = await canCommit()
        let milliseconds = time.instant().milliseconds(since: begun)
        return .json(canCommit ? 200 : 503) { json in
            json.object { json in
                json.member("status", canCommit ? "healthy" : "unhealthy")
                json.member("service", service)
                json.member("version", version)
                json.object("checks") { json in
                    json.object("journal") { json in
                        json.member("status", canCommit ? "healthy" : "unhealthy")
                        json.member("milliseconds", milliseconds)
                    }
                }
                json.member("uptime_s", time.instant().milliseconds(since: startedAt) / 1_000)
            }
        }
    }
}
