/// What becomes of a server that is offered more than it can do: first its capacity is sought, by a closed load and by
/// an open one that grows; then it is offered that, twice and five times as much, whatever it answers; and after each
/// it is seen how soon it is itself again. All three levels come in each of several rounds, so that a machine that is
/// faster or slower for a while is so for each of them.
enum Overload {
    private static let multiples = [1, 2, 5]
    private static let roundCount = 5
    /// Messages that each socket keeps on their way while the capacity is sought.
    private static let inFlight = 4
    /// The steps in which an open load grows, at most so many, as long as each brings so much more goodput.
    private static let riseFactor = 1.25, riseCountMax = 6, growthMin = 1.02
    private static let drainSecondsMax = 10.0
    private static let recoverySecondsMax = 10.0
    /// Of the capacity, while it is watched whether the server has recovered.
    private static let calmShare = 0.5
    private static let calmMillisecondsMax = 100.0

    static func run(_ options: Options, tokens: [[UInt8]]) throws(Failure) -> Report {
        let fleet = try connect(options, tokens: tokens)
        let load = OpenLoop(fleet: fleet, textBytes: options.textBytes)
        fleet.skipsEvents = true

        try load.saturate(inFlight: inFlight, seconds: 1)
        try load.drain(secondsMax: drainSecondsMax)
        let saturated = try measure(1, options) { () throws(Failure) in
            try load.saturate(inFlight: inFlight, seconds: max(1, Double(options.seconds) / 4))
            return load.figures
        }
        try load.drain(secondsMax: drainSecondsMax)
        guard saturated.figures.goodput > 0 else {
            throw Failure("nothing was acknowledged; errors: \(fleet.faults.errorsText)")
        }
        let rising = try rise(load, from: saturated.figures.goodput, options)
        let capacity = ([saturated] + rising).map(\.figures.goodput).max() ?? 0

        var levels = multiples.map { Level(multiple: $0, figures: LoadFigures()) }
        for _ in 0..<roundCount {
            for index in levels.indices {
                let multiple = levels[index].multiple
                var level = try measure(multiple, options) { () throws(Failure) in
                    try load.offer(
                        capacity * Double(multiple), seconds: Double(options.seconds) / Double(roundCount))
                    return load.figures
                }
                let end = Clock.now
                try load.drain(secondsMax: drainSecondsMax)
                level.took(late: load.figures)
                level.recoveries = [try recover(load, since: end, rate: capacity * calmShare)]
                levels[index].add(level)
            }
        }
        fleet.faults.unanswered = load.unansweredCount
        let inexact = try StoredNumbers(fleet: fleet).differences(from: load.promised)
        fleet.close()
        return report(options, [saturated] + rising, levels, inexact: inexact, fleet.faults)
    }

    /// An open load that grows until the goodput does not: a closed one waits for its answers, so that less gathers in
    /// each turn of the server, and it finds a lower capacity.
    private static func rise(
        _ load: OpenLoop, from goodput: Double, _ options: Options
    ) throws(Failure) -> [Level] {
        var rate = goodput, best = goodput
        var levels: [Level] = []
        while levels.count < riseCountMax {
            rate *= riseFactor
            let level = try measure(1, options) { () throws(Failure) in
                try load.offer(rate, seconds: max(1, Double(options.seconds) / 8))
                return load.figures
            }
            try load.drain(secondsMax: drainSecondsMax)
            levels.append(level)
            guard level.figures.goodput > best * growthMin else { break }
            best = level.figures.goodput
        }
        return levels
    }

    private static func connect(_ options: Options, tokens: [[UInt8]]) throws(Failure) -> Fleet {
        guard tokens.count >= options.sockets else {
            throw Failure(
                "\(options.sockets) sockets need as many tokens; \(options.tokensFile) has \(tokens.count)")
        }
        let fleet = try Fleet(endpoint: options.endpoint)
        try fleet.connect(Array(tokens[..<options.sockets]))
        try fleet.requireDistinctUsers()
        var commands: [(client: Client, type: String, data: [UInt8])] = []
        for start in stride(from: 0, to: options.sockets, by: options.members) {
            let others = fleet.clients[start..<min(start + options.members, options.sockets)].dropFirst()
                .map { [UInt8(ascii: "\"")] + $0.user + [UInt8(ascii: "\"")] }
            let data =
                Array(#"{"name":"load test","members":["#.utf8)
                + others.joined(separator: [UInt8(ascii: ",")]) + Array("]}".utf8)
            commands.append((fleet.clients[start], "channel.create", data))
        }
        try ChannelSetup(fleet: fleet).run(commands)
        for client in fleet.clients {
            client.channel = fleet.clients[client.index / options.members * options.members].channel
        }
        return fleet
    }

    /// Seconds from the end of the load to the first second in which nobody was refused and answers were quick again;
    /// `nil` when that did not come.
    private static func recover(_ load: OpenLoop, since end: Nanoseconds, rate: Double) throws(Failure) -> Double? {
        while true {
            let begun = Double(Clock.now - end) / 1e9
            guard begun <= recoverySecondsMax else { return nil }
            try load.offer(rate, seconds: 1)
            try load.drain(secondsMax: 1)
            if load.figures.refused == 0, load.figures.milliseconds(99) < calmMillisecondsMax { return begun }
        }
    }

    private static func measure(
        _ multiple: Int, _ options: Options, _ body: () throws(Failure) -> LoadFigures
    ) throws(Failure) -> Level {
        let serverCPU = options.serverProcess.flatMap(ProcessFigures.cpu), ownCPU = ProcessFigures.ownCPU
        var level = Level(multiple: multiple, figures: try body())
        level.ownCPU = ProcessFigures.ownCPU - ownCPU
        if let serverCPU, let now = options.serverProcess.flatMap(ProcessFigures.cpu) {
            level.serverCPU = now - serverCPU
        }
        return level
    }

    struct Level {
        var multiple: Int
        var figures: LoadFigures
        /// Of each round how long the server took to recover; `nil` where it did not.
        var recoveries: [Double?] = []
        /// Of each round the p99 of the answers, in milliseconds.
        var answerP99s: [Double] = []
        var ownCPU: Nanoseconds = 0
        var serverCPU: Nanoseconds?

        init(multiple: Int, figures: LoadFigures) {
            self.multiple = multiple
            self.figures = figures
        }

        /// Acknowledged for each second of the server's CPU time; 0 where that is not known.
        var goodputPerCPU: Double {
            serverCPU.map { Double(figures.answeredInTime) / max(Double($0) / 1e9, 0.01) } ?? 0
        }

        /// The longest; `nil` when it was not always.
        var recoverySeconds: Double? {
            recoveries.contains { $0 == nil } ? nil : recoveries.compactMap { $0 }.max()
        }

        /// The middle one of the rounds': a machine that stands still for a second does so in one of them.
        var answerP99: Double { answerP99s.isEmpty ? 0 : answerP99s.sorted()[answerP99s.count / 2] }

        /// Another round of the same level.
        mutating func add(_ round: Level) {
            figures.add(round.figures)
            recoveries += round.recoveries
            answerP99s.append(round.figures.milliseconds(99))
            ownCPU += round.ownCPU
            if let cpu = round.serverCPU { serverCPU = (serverCPU ?? 0) + cpu }
        }

        /// The same load's figures after its last answers have come.
        mutating func took(late: LoadFigures) {
            let answeredInTime = figures.answeredInTime
            figures = late
            figures.answeredInTime = answeredInTime
        }
    }

    private static func report(
        _ options: Options, _ sought: [Level], _ levels: [Level], inexact: Int, _ faults: Faults
    ) -> Report {
        // Of the levels alone: they were measured side by side, and what was sought once before may have been luck.
        let peak = levels.map(\.figures.goodput).max() ?? 0, perCPU = levels.map(\.goodputPerCPU).max() ?? 0
        var report = Report(scenario: options.scenario)
        report.add("sockets", "sockets", .whole(options.sockets))
        report.add("members", "members of each channel", .whole(options.members))
        let capacity = sought.map(\.figures.goodput).max() ?? 0
        report.add("closed_per_second", "goodput of a closed load", .whole(Int(sought[0].figures.goodput)), "/s")
        report.add("capacity_per_second", "capacity", .whole(Int(capacity)), "/s")
        report.add("peak_per_second", "highest goodput", .whole(Int(peak)), "/s")
        var isGood = true
        for level in levels { isGood = report.add(level, peak: peak, perCPU: perCPU, options) && isGood }
        report.add("inexact_channels", "channels that hold other messages than were acknowledged", .whole(inexact))
        report.add(faults)
        report.isGood = report.isGood && isGood && inexact == 0
        return report
    }
}

extension Report {
    /// Whether the level is what was promised of it.
    fileprivate mutating func add(
        _ level: Overload.Level, peak: Double, perCPU: Double, _ options: Options
    ) -> Bool {
        let figures = level.figures, key = "x\(level.multiple)", seconds = max(figures.seconds, 0.001)
        func add(_ name: String, _ label: String, _ value: Value, _ unit: String) {
            self.add("\(key)_\(name)", "\(level.multiple)x: \(label)", value, unit)
        }
        let share = 100 * figures.goodput / max(peak, 1), answerP99 = level.answerP99
        add("offered_per_second", "offered", .whole(Int(Double(figures.offered) / seconds)), "/s")
        add("goodput_per_second", "acknowledged", .whole(Int(figures.goodput)), "/s")
        add("goodput_percent", "of the highest", .decimal(share, places: 1), "%")
        add("refused_per_second", "refused as overloaded", .whole(Int(Double(figures.refused) / seconds)), "/s")
        add("not_taken_per_second", "not taken by TCP", .whole(Int(Double(figures.notTaken) / seconds)), "/s")
        add("retry_after_max_ms", "longest retry_after_ms", .whole(figures.retryAfterMax), "ms")
        add("reply_p50_ms", "due to acknowledged, p50", .decimal(figures.milliseconds(50), places: 1), "ms")
        add("reply_p99_ms", "due to acknowledged, p99 (middle round)", .decimal(answerP99, places: 1), "ms")
        add("reply_max_ms", "due to acknowledged, max", .decimal(Double(figures.latency.max) / 1e6, places: 1), "ms")
        add("lag_max_ms", "generator behind, max", .decimal(Double(figures.lag) / 1e6, places: 1), "ms")
        add("client_cpu_percent", "client CPU", .decimal(Double(level.ownCPU) / 1e7 / seconds, places: 1), "%")
        if let cpu = level.serverCPU {
            add("server_cpu_percent", "server CPU", .decimal(Double(cpu) / 1e7 / seconds, places: 1), "%")
            add("goodput_per_cpu_second", "acknowledged per second of it", .whole(Int(level.goodputPerCPU)), "")
            let percent = 100 * level.goodputPerCPU / max(perCPU, 1)
            add("goodput_per_cpu_percent", "of the highest", .decimal(percent, places: 1), "%")
        }
        if let recovery = level.recoverySeconds {
            add("recovery_seconds", "recovered after", .decimal(recovery, places: 2), "s")
        } else {
            add("recovery_seconds", "recovered after", .word("never"), "")
        }
        let judged = options.isShared ? 100 * level.goodputPerCPU / max(perCPU, 1) : share
        return (level.multiple == 1 || judged >= Double(options.floorPercent))
            && answerP99 <= Double(options.answerMillisecondsMax)
            && (options.isShared || level.recoverySeconds != nil)
    }
}
