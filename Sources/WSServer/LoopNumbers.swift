public import Telemetry

/// What one event loop counts about its connections. Only its thread writes.
public final class LoopNumbers: Sendable {
    public let accepted = Counter()
    /// Told that there are too many.
    public let refused = Counter()
    public let receivedByteCount = Counter()
    public let sentByteCount = Counter()

    public init() {}

    /// - Parameter connectionCount: of all loops together, just now.
    public static func families(of loops: [LoopNumbers], connectionCount: Int) -> [MetricFamily] {
        func sum(_ reading: (LoopNumbers) -> Int) -> Int { loops.reduce(0) { $0 + reading($1) } }
        return [
            .gauge("confab_connections", "Connections that are open, whatever they are for.", connectionCount),
            .counter(
                "confab_connections_accepted_total", "Connections that were accepted.", sum { $0.accepted.reading }),
            .counter(
                "confab_connections_refused_total", "Connections that were over a bound.", sum { $0.refused.reading }),
            .counter(
                "confab_network_received_bytes_total", "Bytes that clients sent, as they came from the network.",
                sum { $0.receivedByteCount.reading }),
            .counter(
                "confab_network_sent_bytes_total", "Bytes that were sent to clients, as they left for the network.",
                sum { $0.sentByteCount.reading }),
        ]
    }
}
