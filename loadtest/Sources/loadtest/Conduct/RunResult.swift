import Glibc

/// All that a run came to.
struct RunResult {
    struct StageResult {
        var stage: Plan.Stage
        /// Seconds since the first stage began.
        var start: Double
        var tally = Tally()
        var secondCount = 0
        var serverCPU: Nanoseconds?
        /// The step of a search for the maximum that this was, in percent of the load, and what it missed.
        var step: (percent: Int, missed: String?)?
    }

    /// What one second of a stage came to.
    struct Second {
        var at: Double
        var stage: String
        var tally: Tally
        var serverPercent: Double?
        var serverKibibytes: Int?

        /// The seconds of a long run are many, and their histograms large: only what is drawn of them is kept.
        init(at: Double, stage: String, _ tally: Tally, serverPercent: Double?, serverKibibytes: Int?) {
            (self.at, self.stage, self.tally) = (at, stage, tally)
            (self.serverPercent, self.serverKibibytes) = (serverPercent, serverKibibytes)
            latencies = Tally.Timed.allCases.compactMap { timed in
                let latency = tally.latency(timed)
                guard latency.count > 0 else { return nil }
                return (
                    timed,
                    [50, 99, 100].map { Decimal.text(Double(latency.percentile($0)) / 1e6, places: 3) }
                )
            }
            self.tally.forgetLatencies()
        }

        var latencies: [(timed: Tally.Timed, milliseconds: [String])]
    }

    let plan: Plan
    let options: RunOptions
    let startedAt = time(nil)
    var server = ""
    var processes = 1
    var connectSeconds = 0.0
    var faults = Faults()
    /// Of a search for the maximum.
    var maxPercent: Int?
    private(set) var stages: [StageResult] = []
    private(set) var seconds: [Second] = []
    private(set) var figures = Figures()
    private(set) var isGood = false
    private var residentBefore: Int?
    private var residentAfter: Int?
    private var serverCPU: Nanoseconds?

    init(plan: Plan, options: RunOptions) {
        self.plan = plan
        self.options = options
    }

    private var serverResident: Int? { options.serverProcess.flatMap(ProcessFigures.residentBytes) }

    /// Everybody is connected.
    mutating func notice(before: Int?) {
        residentBefore = before
        residentAfter = serverResident
    }

    mutating func begin(_ stage: Plan.Stage) -> Int {
        let start = stages.reduce(0) { $0 + Double($1.stage.seconds) }
        stages.append(StageResult(stage: stage, start: start))
        if serverCPU == nil { serverCPU = options.serverProcess.flatMap(ProcessFigures.cpu) }
        return stages.count - 1
    }

    /// What was known of a stage only after it.
    mutating func late(_ stage: Int, _ tally: Tally) {
        guard stages.indices.contains(stage) else { return }
        stages[stage].tally.add(tally)
    }

    /// Takes a second of a stage, and says how it was.
    mutating func second(_ tally: Tally, of stage: Int) -> String {
        stages[stage].tally.add(tally)
        stages[stage].secondCount += 1
        let cpu = options.serverProcess.flatMap(ProcessFigures.cpu)
        var percent: Double?
        if let cpu, let serverCPU, cpu >= serverCPU {
            percent = Double(cpu - serverCPU) / 1e7
            stages[stage].serverCPU = (stages[stage].serverCPU ?? 0) + cpu - serverCPU
        }
        serverCPU = cpu
        let at = (seconds.last?.at ?? 0) + 1
        seconds.append(
            Second(
                at: at, stage: stages[stage].stage.name, tally, serverPercent: percent,
                serverKibibytes: serverResident.map { $0 / 1_024 }))
        let words = [
            "  \(stages[stage].stage.name) \(stages[stage].secondCount)/\(stages[stage].stage.seconds)",
            "\(tally.connections) connected", "\(tally[.sent]) sent", "\(tally[.replies]) replies",
            "\(tally[.deliveries]) deliveries", Self.latency(tally, .reply), Self.latency(tally, .delivery),
            Self.latency(tally, .connect), tally[.refused] > 0 ? "\(tally[.refused]) refused" : "",
            "\(tally.faults) faults", "client \(Decimal.text(Double(tally.clientCPU) / 1e7, places: 0)) %",
            percent.map { "server \(Decimal.text($0, places: 0)) %" } ?? "",
        ]
        return words.filter { !$0.isEmpty }.joined(separator: ", ") + "\n"
    }

    private static func latency(_ tally: Tally, _ timed: Tally.Timed) -> String {
        let latency = tally.latency(timed)
        guard latency.count > 0 else { return "" }
        let values = [50, 99].map { Decimal.text(Double(latency.percentile($0)) / 1e6, places: 2) }
        return "\(timed.rawValue) p50 \(values[0]) p99 \(values[1]) ms"
    }

    /// Ends one step of a search: what it missed, if it did.
    mutating func step(_ index: Int, percent: Int) -> String? {
        let figures = combined([index])
        var missed = plan.requirements.first { !$0.isHeld(by: figures[$0.figure]) }?.text
        if missed == nil, !faults.isNone { missed = "no faults: \(faults.errorsText)" }
        if missed == nil, let busiest = figures["busiest_client_percent"], busiest > Conductor.fullPercent {
            missed = "a generator that is not full (--processes)"
        }
        stages[index].step = (percent, missed)
        return missed
    }

    mutating func judge() {
        if let maxPercent {
            // The figures are those of the highest load that held.
            figures = combined(stages.indices.filter { stages[$0].step?.percent == maxPercent })
            figures.add("max_load_percent", Double(maxPercent))
            isGood = maxPercent > 0 && faults.isNone
        } else {
            figures = combined(stages.indices.filter { stages[$0].stage.isMeasured })
            for stage in stages where stage.stage.isMeasured {
                figures.add(stage.tally, seconds: Double(stage.stage.seconds), prefix: stage.stage.name + ".")
                if let cpu = stage.serverCPU {
                    let percent = Double(cpu) / 1e7 / Double(stage.stage.seconds)
                    figures.add("\(stage.stage.name).server_cpu_percent", percent, places: 1)
                }
            }
            isGood = faults.isNone && plan.requirements.allSatisfy { $0.isHeld(by: figures[$0.figure]) }
        }
    }

    private func combined(_ indices: [Int]) -> Figures {
        var figures = Figures(), tally = Tally()
        var seconds = 0.0, cpu: Nanoseconds?
        for index in indices {
            tally.add(stages[index].tally)
            seconds += Double(stages[index].stage.seconds)
            if let part = stages[index].serverCPU { cpu = (cpu ?? 0) + part }
        }
        figures.add("connections", Double(plan.sockets))
        figures.add("connect_seconds", connectSeconds, places: 2)
        figures.add(tally, seconds: seconds)
        if let cpu {
            figures.add("server_cpu_percent", Double(cpu) / 1e7 / max(seconds, 1), places: 1)
            if tally[.deliveries] > 0 {
                figures.add("server_cpu_us_per_delivery", Double(cpu) / 1e3 / Double(tally[.deliveries]), places: 2)
            }
        }
        if let residentBefore, let residentAfter {
            figures.add("server_rss_kib", Double(residentAfter / 1_024))
            let growth = Double(residentAfter - residentBefore) / 1_024
            figures.add("rss_per_connection_kib", growth / Double(plan.sockets), places: 2)
        }
        if let last = self.seconds.last?.serverKibibytes, let residentAfter {
            figures.add("server_rss_growth_kib", Double(last - residentAfter / 1_024))
        }
        figures.add(faults)
        return figures
    }
}
