/// A run's figures by name, in the order in which they are told.
struct Figures: Equatable {
    struct Figure: Equatable {
        var name: String
        var value: Double
        var places: Int
    }

    private(set) var all: [Figure] = []

    subscript(name: String) -> Double? { all.first { $0.name == name }?.value }

    mutating func add(_ name: String, _ value: Double, places: Int = 0) {
        all.append(Figure(name: name, value: value, places: places))
    }

    static let percentiles: [(name: String, percent: Double)] = [
        ("p50", 50), ("p90", 90), ("p99", 99), ("p99_9", 99.9), ("max", 100),
    ]

    /// What a stage, or all measured ones together, come to. Nothing is said of what did not happen.
    mutating func add(_ tally: Tally, seconds: Double, prefix: String = "") {
        for count in Tally.Count.allCases {
            switch count {
            case .sent, .replies, .deliveries, .pages, .marks, .returns, .typing:
                add("\(prefix)\(count.rawValue)", Double(tally[count]))
                add("\(prefix)\(count.rawValue)_per_second", Double(tally[count]) / max(seconds, 0.001), places: 1)
            case .replayed, .refused, .unsent: add("\(prefix)\(count.rawValue)", Double(tally[count]))
            }
        }
        for timed in Tally.Timed.allCases {
            let latency = tally.latency(timed)
            guard latency.count > 0 else { continue }
            for (name, percent) in Self.percentiles {
                add("\(prefix)\(timed.rawValue)_\(name)_ms", Double(latency.percentile(percent)) / 1e6, places: 3)
            }
        }
        let percent = Double(tally.clientCPU) / 1e7 / max(seconds, 0.001)
        add("\(prefix)client_cpu_percent", percent, places: 1)
        add("\(prefix)busiest_client_percent", tally.busiestPercent, places: 1)
    }

    mutating func add(_ faults: Faults) {
        add("lost", Double(faults.lost))
        add("duplicated", Double(faults.duplicated))
        add("reordered", Double(faults.reordered))
        add("overtaken", Double(faults.overtaken))
        add("unanswered", Double(faults.unanswered))
        add("errors", Double(faults.errorsByCode.reduce(0) { $0 + $1.count }))
    }

    /// Every name that a run of these stages may tell of, so that a slip in a requirement is found before the run.
    static func names(ofStages stages: [String]) -> Set<String> {
        var tally = Tally()
        for timed in Tally.Timed.allCases { tally.record(timed, 1) }
        var figures = Figures()
        for prefix in [""] + stages.map({ $0 + "." }) {
            figures.add(tally, seconds: 1, prefix: prefix)
            figures.add("\(prefix)server_cpu_percent", 0)
        }
        figures.add(Faults())
        return Set(figures.all.map(\.name)).union(others)
    }

    private static let others: Set<String> = [
        "connect_seconds", "server_rss_kib", "server_rss_growth_kib", "rss_per_connection_kib", "max_load_percent",
        "server_cpu_us_per_delivery", "connections",
    ]
}
