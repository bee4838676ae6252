public import Base
internal import Channels
public import REST
internal import Wire

/// Whether the server can do its work.
public struct HealthRoutes: Sendable {
    private let version: String
    private let time: TimeSource
    private let startedAt: Instant
    private let isStopping: @Sendable () -> Bool
    private let canCommit: @Sendable () async -> Bool
    private let integrity: @Sendable () -> Integrity

    /// What is known of damage to what is stored.
    public struct Integrity: Sendable {
        /// Things that are damaged, since the start.
        public var damagedCount: Int
        /// When everything was last looked at as a whole; `nil` while that has not been done since the start.
        public var lookedAt: Timestamp?

        public init(damagedCount: Int = 0, lookedAt: Timestamp? = nil) {
            self.damagedCount = damagedCount
            self.lookedAt = lookedAt
        }
    }

    /// - Parameters:
    ///   - isStopping: whether a planned stop has begun.
    ///   - canCommit: asks the committer for an empty transaction, there and back.
    ///   - integrity: what is known of damage to what is stored.
    public init(
        version: String, time: TimeSource, isStopping: @escaping @Sendable () -> Bool,
        canCommit: @escaping @Sendable () async -> Bool, integrity: @escaping @Sendable () -> Integrity
    ) {
        self.integrity = integrity
        self.isStopping = isStopping
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
                handler: health),
            Route(
                .get, "/livez", access: .anyone, "Whether the process is alive; asks nothing else",
                answers: [.init(200, Self.probe, "alive")]
            ) { (_: Call) async throws(APIError) -> HTTPResponse in Self.answer(200, "alive") },
            Route(
                .get, "/api/test", access: .anyone, "Says hello: the first thing that people try",
                answers: [.init(200, Self.greeting, "hello")]
            ) { (_: Call) async throws(APIError) -> HTTPResponse in
                .json { json in json.object { json in json.member("message", "Welcome to Confab!") } }
            },
            Route(
                .get, "/readyz", access: .anyone, "Whether the server should be sent clients",
                answers: [
                    .init(200, Self.probe, "ready"), .init(503, Self.probe, "stopping, or too slow in committing"),
                ], handler: ready),
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

    private static let probe = Shape(
        "Probe", [.required("status", .text(bytes: 1...16), "alive, ready, stopping or unready")])

    private static let greeting = Shape("Greeting", [.required("message", .text(bytes: 1...64), "a greeting")])

    /// Milliseconds that an empty transaction may take on a server that is ready.
    private static let commitMillisecondsMax = 1_000

    @Sendable private func ready(_ call: Call) async throws(APIError) -> HTTPResponse {
        if isStopping() { return Self.answer(503, "stopping") }
        let begun = time.instant()
        let isQuick = await canCommit() && time.instant().milliseconds(since: begun) <= Self.commitMillisecondsMax
        return isQuick ? Self.answer(200, "ready") : Self.answer(503, "unready")
    }

    private static func answer(_ status: Int, _ word: String) -> HTTPResponse {
        .json(status) { json in json.object { json in json.member("status", word) } }
    }

    /// The services of systems that had three where this has one.
    private static let services: Set<String> = ["confab", "auth_service", "admin_service", "education_service"]

    @Sendable private func health(_ call: Call) async throws(APIError) -> HTTPResponse {
        let service = call.head.query["service"] ?? "confab"
        guard Self.services.contains(service) else { throw APIError(Rejection(.notFound, "there is no such service")) }
        let begun = time.instant()
        let canCommit = await canCommit()
        let milliseconds = time.instant().milliseconds(since: begun)
        // What is damaged is not served; everything else is, so that clients are not sent away for it.
        let integrity = integrity(), isSound = integrity.damagedCount == 0, isHealthy = canCommit && isSound
        return .json(isHealthy ? 200 : 503) { json in
            json.object { json in
                json.member("status", isHealthy ? "healthy" : "unhealthy")
                json.member("service", service)
                json.member("version", version)
                json.object("checks") { json in
                    json.object("journal") { json in
                        json.member("status", canCommit ? "healthy" : "unhealthy")
                        json.member("milliseconds", milliseconds)
                    }
                    json.object("integrity") { json in
                        json.member("status", isSound ? "healthy" : "unhealthy")
                        json.member("damaged_count", integrity.damagedCount)
                        json.member("looked_at", orNull: integrity.lookedAt)
                    }
                }
                json.member("uptime_s", time.instant().milliseconds(since: startedAt) / 1_000)
            }
        }
    }
}
