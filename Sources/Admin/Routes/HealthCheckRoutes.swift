internal import Auth
public import Base
public import REST
internal import Wire

/// How each part of the server is, for who runs it.
public struct HealthCheckRoutes: Sendable {
    private let version: String
    private let time: TimeSource
    private let examine: @Sendable () async -> HealthReading

    public init(version: String, time: TimeSource, examine: @escaping @Sendable () async -> HealthReading) {
        self.version = version
        self.time = time
        self.examine = examine
    }

    public var routes: [Route] {
        [
            Route(
                .get, "/api/v1/health-check", access: .permitted(.readServer),
                "How each part of the server is: database, log, commits, disk, queues, backup, integrity",
                answers: [
                    .init(200, Self.shape, "all work, though some may want to be looked at"),
                    .init(503, Self.shape, "some part does not"),
                ], handler: check)
        ]
    }

    private static let shape = Shape(
        "HealthCheck",
        [
            .required("status", .text(bytes: 1...16), "healthy, degraded or unhealthy: the worst of the parts"),
            .required("version", .text(bytes: 1...32), "of the server"),
            .required("at", .time, "when this was so"),
        ])

    @Sendable private func check(_ call: Call) async throws(APIError) -> HTTPResponse {
        let reading = await examine(), now = time.now(), report = HealthReport(reading, at: now)
        return .json(report.status == .unhealthy ? 503 : 200) { json in
            json.object { json in
                json.member("status", report.status.rawValue)
                json.member("version", version)
                json.member("at", now)
                json.object("checks") { json in
                    for part in report.parts { part.write(to: &json) }
                }
            }
        }
    }
}

extension HealthReport.Part {
    fileprivate func write(to json: inout JSONWriter) {
        json.name(name)
        json.object { json in
            json.member("status", status.rawValue)
            if let advice { json.member("advice", advice) }
            for (name, value) in values {
                json.name(name)
                switch value {
                case .number(let number): json.value(number)
                case .time(let time?): json.value(time)
                case .time(nil): json.value(raw: Array("null".utf8))
                }
            }
        }
    }
}
