/// A channel of thousands: its first user writes into it at a steady rate, whatever comes back, and `--receivers`
/// others listen. What that costs everybody else is measured by another run beside it; here it is only checked that
/// everyone hears everything, in order.
enum Crowd {
    private static let drainSecondsMax = 20.0
    private static let usualRate = 100

    static func run(_ options: Options, tokens: [[UInt8]]) throws(Failure) -> Report {
        let needed = options.receivers + 1
        guard tokens.count >= needed else {
            throw Failure("\(needed) tokens are needed; \(options.tokensFile) has \(tokens.count)")
        }
        guard !options.channel.isEmpty else { throw Failure("which channel? --channel") }
        let fleet = try Fleet(endpoint: options.endpoint)
        try fleet.connect(Array(tokens[..<needed]))
        let crowd = CrowdListener(fleet: fleet, channel: Array(options.channel.utf8), textBytes: options.textBytes)
        fleet.listener = crowd
        let ownCPU = ProcessFigures.ownCPU
        let serverCPU = options.serverProcess.flatMap(ProcessFigures.cpu)
        let begun = Clock.now
        let rate = options.rate ?? usualRate
        let total = rate * options.seconds
        for count in 1...total {
            let due = begun + Nanoseconds(count) * 1_000_000_000 / Nanoseconds(rate)
            if Clock.now < due { try fleet.run(until: due) }
            crowd.send(count)
        }
        let seconds = Double(Clock.now - begun) / 1e9
        try fleet.run(until: Clock.after(seconds: drainSecondsMax)) { crowd.isComplete(total) }
        fleet.faults.lost += crowd.lost(total)
        fleet.listener = nil
        fleet.close()

        var report = Report(scenario: options.scenario)
        report.add("receivers", "who listen", .whole(options.receivers))
        report.add("rate", "messages", .whole(rate), "/s")
        report.add("messages", "messages sent", .whole(total))
        report.add("refused", "refused as overloaded", .whole(crowd.refused))
        report.add("deliveries", "deliveries", .whole(crowd.deliveries))
        report.add(
            "deliveries_per_second", "deliveries while sending", .whole(Int(Double(crowd.deliveries) / seconds)), "/s")
        report.add(
            "client_cpu_seconds", "client CPU", .decimal(Double(ProcessFigures.ownCPU - ownCPU) / 1e9, places: 2), "s")
        if let serverCPU, let now = options.serverProcess.flatMap(ProcessFigures.cpu) {
            report.add("server_cpu_seconds", "server CPU", .decimal(Double(now - serverCPU) / 1e9, places: 2), "s")
        }
        report.add(fleet.faults)
        return report
    }
}

/// Sends into one channel, and follows its numbers at every socket.
private final class CrowdListener: Listener {
    private let fleet: Fleet
    private let channel: [UInt8]
    private let text: [UInt8]
    private var isStarted: [Bool]
    private var heardCount: [Int]
    private var answered = 0
    private(set) var refused = 0
    private(set) var deliveries = 0

    init(fleet: Fleet, channel: [UInt8], textBytes: Int) {
        self.fleet = fleet
        self.channel = channel
        text = [UInt8](repeating: UInt8(ascii: "x"), count: textBytes)
        isStarted = [Bool](repeating: false, count: fleet.clients.count)
        heardCount = [Int](repeating: 0, count: fleet.clients.count)
    }

    func send(_ count: Int) {
        fleet.send(from: fleet.clients[0]) { bytes in
            bytes += Array(#"{"id":\#(count),"type":"message.send","data":{"channel":""#.utf8) + channel
            bytes += Array(#"","text":""#.utf8) + text + Array(#""}}"#.utf8)
        }
    }

    /// Everyone has heard everything that was taken.
    func isComplete(_ total: Int) -> Bool { answered == total && lost(total) == 0 }

    func lost(_ total: Int) -> Int { heardCount.reduce(0) { $0 + max(0, total - refused - $1) } }

    func answered(_ id: Int, by reply: Envelope, in bytes: Span<UInt8>, at client: Client, _ now: Nanoseconds) {
        answered += 1
        guard reply.isDone != true else { return }
        let code = reply.errorCode(bytes)
        if code == "overloaded" { refused += 1 } else { fleet.faults.count(code) }
    }

    func heard(_ event: Envelope, in bytes: Span<UInt8>, at client: Client, _ now: Nanoseconds) {
        guard JSONScan.equals(bytes, event.channel, channel),
            let value = JSONScan.member("message_number", bytes, in: event.data),
            let number = JSONScan.number(bytes, value)
        else { return }
        if !isStarted[client.index] {
            isStarted[client.index] = true
            client.order = OrderCheck(after: number - 1)
        }
        switch client.order.take(number) {
        case .inOrder: break
        case .outOfOrder: fleet.faults.reordered += 1
        case .repeated: fleet.faults.duplicated += 1
        }
        heardCount[client.index] += 1
        deliveries += 1
    }
}
