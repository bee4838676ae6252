public import Channels
public import Telemetry

/// How often something was refused, by the code that the client was told. Any thread may count.
public final class RefusalCounts: Sendable {
    private let values = SharedCounters()
    private static let places = Dictionary(
        uniqueKeysWithValues: Rejection.Code.allCases.enumerated().map { ($1, $0) })
    private static let overloaded = places[.overloaded] ?? 0

    public init() {
        precondition(Rejection.Code.allCases.count <= SharedCounters.countMax, "there are more codes than counters")
    }

    public func count(_ code: Rejection.Code) {
        // A flood is answered by as many of these.
        values.add(at: code == .overloaded ? Self.overloaded : Self.places[code] ?? 0)
    }

    /// In the order of the codes.
    public var counts: [Int] { Rejection.Code.allCases.indices.map { values.reading(at: $0) } }

    /// - Parameter doors: what was counted in the order of the codes, at each of the ways into the server.
    public static func family(of doors: [(name: String, counts: [Int])]) -> MetricFamily {
        var family = MetricFamily(
            "confab_refusals_total", .counter, "Commands and requests that were refused, by the code told.")
        for door in doors {
            for (code, count) in zip(Rejection.Code.allCases, door.counts) where count > 0 {
                family.add(count, [("code", code.rawValue), ("door", door.name)])
            }
        }
        return family
    }
}
