/// What members who stop reading cost the others of their channel. The same load twice: first without them, then
/// with `--stopped` members who are connected and read nothing. One of them begins again before the server gives it up,
/// and must then get everything that it has missed, in order.
enum StoppedReaders {
    /// Of each stopped reader's socket: little, so that the server's queue is what fills and not the kernel's.
    private static let receiveBufferBytes: Int32 = 4_096
    /// The server gives up a socket that takes no byte for 30 s; a round must be shorter.
    private static let roundSecondsMax = 20
    private static let ratioMax = 2.0
    /// Where others use the machine, a quick round is easily met by somebody else's slow one.
    private static let sharedRatioMax = 5.0
    private static let catchUpSecondsMax = 20.0

    static func run(_ options: Options, tokens: [[UInt8]]) throws(Failure) -> Report {
        let count = options.receivers + 1, needed = count + options.stopped
        guard tokens.count >= needed else {
            throw Failure("\(needed) tokens are needed; \(options.tokensFile) has \(tokens.count)")
        }
        guard options.seconds + options.warmupSeconds <= roundSecondsMax else {
            throw Failure("a round and its warm-up may take \(roundSecondsMax) s together")
        }
        let fleet = try Fleet(endpoint: options.endpoint)
        let readers = try gather(fleet, Array(tokens[..<needed]), count: count)
        let publisher = readers[0]

        let before = try round(options, fleet, readers)
        fleet.receiveBufferBytes = receiveBufferBytes
        try fleet.connect(Array(tokens[..<needed]) + tokens[count..<needed])
        let stopped = Array(fleet.clients[needed...])
        for client in stopped {
            client.channel = publisher.channel
            client.order = OrderCheck(after: publisher.channel?.lastAnswered ?? 0)
            try fleet.stopReading(client)
        }
        let resident = options.serverProcess.flatMap(ProcessFigures.residentBytes)
        let during = try round(options, fleet, readers)
        let growth = resident.flatMap { before in
            options.serverProcess.flatMap(ProcessFigures.residentBytes).map { $0 - before }
        }

        let promised = publisher.channel?.lastAnswered ?? 0, returning = stopped[0]
        let missed = promised - returning.order.last
        let begun = Clock.now
        fleet.listener = CatchUp(fleet: fleet)
        try fleet.startReading(returning)
        try fleet.run(until: Clock.after(seconds: catchUpSecondsMax)) {
            returning.order.lost(upTo: promised) == 0 || returning.phase == .closed
        }
        let catchUpSeconds = Double(Clock.now - begun) / 1e9
        fleet.faults.lost += returning.order.lost(upTo: promised)
        fleet.close()

        var report = Report(scenario: options.scenario)
        report.add("readers", "members who read", .whole(options.receivers))
        report.add("stopped", "members who do not", .whole(options.stopped))
        let p99 = [before, during].map { Double($0.deliveryLatency.percentile(99)) / 1e6 }
        report.add("delivery_p99_without_ms", "delivery p99 without them", .decimal(p99[0], places: 3), "ms")
        report.add("delivery_p99_with_ms", "delivery p99 with them", .decimal(p99[1], places: 3), "ms")
        let ratio = p99[1] / max(p99[0], 0.001)
        report.add("delivery_p99_ratio", "ratio", .decimal(ratio, places: 2))
        report.add("messages_without", "messages without them", .whole(before.completed))
        report.add("messages_with", "messages with them", .whole(during.completed))
        if let growth {
            report.add("rss_growth_bytes", "growth of the server's memory", .whole(growth), "bytes")
            report.add(
                "rss_growth_per_stopped_bytes", "for each who does not read", .whole(growth / options.stopped), "bytes")
        }
        report.add("missed", "messages that the returning one had missed", .whole(missed))
        report.add("catch_up_seconds", "and had after", .decimal(catchUpSeconds, places: 2), "s")
        report.add(fleet.faults)
        report.isGood = report.isGood && ratio < (options.isShared ? sharedRatioMax : ratioMax) && missed > 0
        return report
    }

    /// Makes everybody a member of one channel, and sends those away who will come back to read nothing.
    private static func gather(
        _ fleet: Fleet, _ tokens: [[UInt8]], count: Int
    ) throws(Failure) -> [Client] {
        try fleet.connect(tokens)
        try fleet.requireDistinctUsers()
        let others = fleet.clients.dropFirst().map { [UInt8(ascii: "\"")] + $0.user + [UInt8(ascii: "\"")] }
        let data =
            Array(#"{"name":"load test","members":["#.utf8) + others.joined(separator: [UInt8(ascii: ",")])
            + Array("]}".utf8)
        try ChannelSetup(fleet: fleet).run([(fleet.clients[0], "channel.create", data)])
        for client in fleet.clients[count...] { fleet.leave(client) }
        let readers = Array(fleet.clients[..<count])
        for client in readers { client.channel = readers[0].channel }
        return readers
    }

    private static func round(
        _ options: Options, _ fleet: Fleet, _ readers: [Client]
    ) throws(Failure) -> TrafficFigures {
        let traffic = Traffic(
            fleet: fleet, senders: [readers[0]], members: readers, receiversPerMessage: readers.count - 1,
            options: options)
        try traffic.run(options: options)
        return traffic.figures
    }
}

/// Follows the numbers of messages that come late.
private final class CatchUp: Listener {
    private let fleet: Fleet

    init(fleet: Fleet) { self.fleet = fleet }

    func answered(_ id: Int, by reply: Envelope, in bytes: Span<UInt8>, at client: Client, _ now: Nanoseconds) {
        fleet.faults.count("unexpected_reply")
    }

    func heard(_ event: Envelope, in bytes: Span<UInt8>, at client: Client, _ now: Nanoseconds) {
        guard let value = JSONScan.member("message_number", bytes, in: event.data),
            let number = JSONScan.number(bytes, value)
        else { return fleet.faults.count("event_without_number") }
        switch client.order.take(number) {
        case .inOrder: break
        case .outOfOrder: fleet.faults.reordered += 1
        case .repeated: fleet.faults.duplicated += 1
        }
    }
}
