/// A run's figures, in the order in which they are told: a table for people, one JSON object for programs.
struct Report {
    enum Value {
        case whole(Int)
        case decimal(Double, places: Int)
        case word(String)
        case counts([(code: String, count: Int)])
    }

    struct Entry {
        var key: String
        var label: String
        var value: Value
        var unit: String

        init(_ key: String, _ label: String, _ value: Value, _ unit: String = "") {
            self.key = key
            self.label = label
            self.value = value
            self.unit = unit
        }
    }

    private(set) var entries: [Entry] = []
    var isGood = true

    init(scenario: Options.Scenario) { add("scenario", "scenario", .word(scenario.rawValue)) }

    mutating func add(_ key: String, _ label: String, _ value: Value, _ unit: String = "") {
        entries.append(Entry(key, label, value, unit))
    }

    mutating func add(_ faults: Faults) {
        isGood = faults.isNone
        add("lost", "lost", .whole(faults.lost))
        add("duplicated", "duplicated", .whole(faults.duplicated))
        add("reordered", "reordered", .whole(faults.reordered))
        add("overtaken", "events before their reply", .whole(faults.overtaken))
        add("unanswered", "unanswered", .whole(faults.unanswered))
        add("errors", "errors", .counts(faults.errorsByCode))
    }
}

extension Report {
    init(_ figures: TrafficFigures, faults: Faults, options: Options, connections: Int, size: Entry) {
        self.init(scenario: options.scenario)
        entries.append(size)
        add("connections", "connections", .whole(connections))
        add("in_flight", "in flight per sender", .whole(options.inFlight))
        add("text_bytes", "text", .whole(options.textBytes), "bytes")
        add("warmup_seconds", "warm-up", .whole(options.warmupSeconds), "s")
        add("seconds", "measured", .decimal(figures.seconds, places: 3), "s")
        add("messages", "messages completed", .whole(figures.completed))
        add("replies_per_second", "replies", .whole(rate(figures.replies, figures.seconds)), "/s")
        add("deliveries_per_second", "deliveries", .whole(rate(figures.deliveries, figures.seconds)), "/s")
        add("refused", "refused as overloaded", .whole(figures.refused))
        add("reply", "send to reply", figures.replyLatency)
        add("delivery", "send to delivery", figures.deliveryLatency)
        addCPU("client", figures.ownCPU, figures)
        if let serverCPU = figures.serverCPU { addCPU("server", serverCPU, figures) }
        add(faults)
    }

    private func rate(_ count: Int, _ seconds: Double) -> Int {
        seconds > 0 ? Int((Double(count) / seconds).rounded()) : 0
    }

    private mutating func add(_ key: String, _ label: String, _ latency: Histogram) {
        let percentiles: [(name: String, percent: Double)] = [("p50", 50), ("p90", 90), ("p99", 99), ("p99.9", 99.9)]
        for (name, percent) in percentiles {
            let milliseconds = Double(latency.percentile(percent)) / 1e6
            let keyName = name.split(separator: ".").joined(separator: "_")
            add("\(key)_\(keyName)_ms", "\(label), \(name)", .decimal(milliseconds, places: 3), "ms")
        }
        add("\(key)_max_ms", "\(label), max", .decimal(Double(latency.max) / 1e6, places: 3), "ms")
    }

    /// Per message completed and per delivery; the share of one core shows which side was the limit.
    private mutating func addCPU(_ side: String, _ cpu: Nanoseconds, _ figures: TrafficFigures) {
        let microseconds = Double(cpu) / 1e3
        let share = figures.seconds > 0 ? Double(cpu) / 1e7 / figures.seconds : 0
        add("\(side)_cpu_percent", "\(side) CPU", .decimal(share, places: 1), "% of a core")
        let perMessage = microseconds / Double(max(figures.replies, 1))
        add("\(side)_cpu_us_per_message", "\(side) CPU per message", .decimal(perMessage, places: 2), "us")
        let perDelivery = microseconds / Double(max(figures.deliveries, 1))
        add("\(side)_cpu_us_per_delivery", "\(side) CPU per delivery", .decimal(perDelivery, places: 2), "us")
    }
}

extension Report {
    var table: String {
        let width = entries.map { $0.label.count }.max() ?? 0
        return entries.map { entry in
            let padding = String(repeating: " ", count: width - entry.label.count)
            let unit = entry.unit.isEmpty || entry.unit.hasPrefix("/") ? entry.unit : " \(entry.unit)"
            return "  \(entry.label)\(padding)  \(entry.value.text)\(unit)\n"
        }.joined()
    }

    /// One member per line, so that a line of shell finds a figure too.
    var json: String {
        "{\n" + entries.map { "  \"\($0.key)\": \($0.value.json)" }.joined(separator: ",\n") + "\n}\n"
    }
}

extension Report.Value {
    fileprivate var text: String {
        switch self {
        case .whole(let number): Decimal.grouped(number)
        case .decimal(let number, let places): Decimal.text(number, places: places)
        case .word(let word): word
        case .counts(let counts):
            counts.isEmpty ? "none" : counts.map { "\($0.code) ×\($0.count)" }.joined(separator: ", ")
        }
    }

    fileprivate var json: String {
        switch self {
        case .whole(let number): String(number)
        case .decimal(let number, let places): Decimal.text(number, places: places)
        case .word(let word): JSONText.quoted(word)
        case .counts(let counts):
            "{" + counts.map { "\(JSONText.quoted($0.code)): \($0.count)" }.joined(separator: ", ") + "}"
        }
    }
}
