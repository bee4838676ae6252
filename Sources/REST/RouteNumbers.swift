internal import Base
internal import Channels
public import Telemetry
internal import Wire

/// How often each route was asked, what it answered, and how long that took. Routers come and go with the settings;
/// what they counted stays.
public final class RouteNumbers: Sendable {
    /// One route's numbers. Requests that meet here have cost so much by then that a lock is nothing.
    final class Cell: Sendable {
        struct Counts {
            var statuses: [Int: Int] = [:]
            var times = HistogramReading(.time)
        }

        let method: String
        let path: String
        private let counts = Guarded(Counts())

        init(method: String, path: String) {
            self.method = method
            self.path = path
        }

        func count(_ status: Int, nanoseconds: Int) {
            counts.withLock { counts in
                counts.statuses[status, default: 0] += 1
                counts.times.observe(nanoseconds)
            }
        }

        var reading: Counts { counts.withLock { $0 } }
    }

    public let refusals = RefusalCounts()
    private let cells = Guarded<[String: Cell]>([:])

    public init() {}

    func cell(of route: Route) -> Cell { cell(route.method.rawValue, route.path) }

    /// For what came to no route.
    func nowhere(_ method: HTTPMethod) -> Cell { cell(method.rawValue, "none") }

    private func cell(_ method: String, _ path: String) -> Cell {
        cells.withLock { cells in
            let name = "\(method) \(path)"
            if let cell = cells[name] { return cell }
            let cell = Cell(method: method, path: path)
            cells[name] = cell
            return cell
        }
    }

    private var called: [(cell: Cell, counts: Cell.Counts)] {
        cells.withLock { Array($0.values) }.map { ($0, $0.reading) }.filter { !$0.1.statuses.isEmpty }
            .sorted { ($0.0.path, $0.0.method) < ($1.0.path, $1.0.method) }
    }

    /// Requests that were answered, and those of them that the server failed to do.
    public var sums: (requests: Int, failures: Int) {
        called.reduce(into: (0, 0)) { sums, row in
            for (status, count) in row.counts.statuses {
                sums.0 += count
                if status >= 500 { sums.1 += count }
            }
        }
    }

    public var families: [MetricFamily] {
        var requests = MetricFamily(
            "confab_http_requests_total", .counter, "Requests that were answered, by route and status.")
        var times = MetricFamily(
            "confab_http_request_seconds", .histogram, "Time that answers took, without sending them.")
        for (cell, counts) in called {
            let labels = [(name: "method", value: cell.method), (name: "route", value: cell.path)]
            for (status, count) in counts.statuses.sorted(by: { $0.key < $1.key }) {
                requests.add(count, labels + [("status", "\(status)")])
            }
            // Two hundred routes with all bounds would be five thousand lines.
            times.add(counts.times, labels, step: 3)
        }
        return [requests, times]
    }
}
