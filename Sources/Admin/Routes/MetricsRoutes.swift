internal import Auth
internal import Base
public import REST
public import Telemetry
internal import Wire

/// The server's numbers, for whoever collects them.
public struct MetricsRoutes: Sendable {
    private let isOpen: Bool
    private let gather: @Sendable () async -> [MetricFamily]

    /// - Parameters:
    ///   - isOpen: to everybody, as on a machine of somebody who develops.
    ///   - gather: reads all numbers, just now.
    public init(isOpen: Bool, gather: @escaping @Sendable () async -> [MetricFamily]) {
        self.isOpen = isOpen
        self.gather = gather
    }

    public var routes: [Route] {
        [
            Route(
                .get, "/metrics", access: isOpen ? .anyone : .nearbyOr(.readServer, .metrics),
                "The server's numbers, as Prometheus reads them",
                answers: [.init(200, nil, "text in the exposition format, version 0.0.4")]
            ) { [gather] (_: Call) async throws(APIError) -> HTTPResponse in
                HTTPResponse(
                    status: 200, headers: HTTPHeaders([("Content-Type", Exposition.contentType)]),
                    body: Exposition.text(of: await gather()))
            }
        ]
    }
}
