/// The measured part of both message scenarios: senders keep their messages in flight, everyone's arrivals are timed
/// and checked.
///
/// The load is closed: a sender's next message waits for an earlier one's completion. Latency is therefore that of so
/// many messages in flight, not that of a fixed rate. With `--rate` messages are sent at that rate, evenly, by whoever
/// has room for one; what nobody has room for is not sent.
final class Traffic: Listener {
    private static let drainSecondsMax = 5.0
    /// How long a refused sender waits before it tries again.
    private static let refusedPauseSeconds = 0.1
    /// What falls due within so much time is sent together.
    private static let pacedPauseSeconds = 0.001

    private let fleet: Fleet
    private let senders: [Client]
    private let members: [Client]
    private let receiversPerMessage: Int
    private let prefix: [UInt8]
    private let text: [UInt8]
    /// Messages a second in all; `nil` for as many as go.
    private let rate: Int?
    /// Who sends next, where there is a rate.
    private var turn = 0
    private var isSending = false
    private var isMeasuring = false
    private var measuredFrom = Nanoseconds.max

    private(set) var figures = TrafficFigures()

    /// All members have their channel; whoever sends has a place for `inFlight` messages.
    init(fleet: Fleet, senders: [Client], members: [Client], receiversPerMessage: Int, options: Options) {
        self.fleet = fleet
        self.senders = senders
        self.members = members
        self.receiversPerMessage = receiversPerMessage
        prefix = MessageMark.prefix(ofRun: fleet.nonce())
        text = SendCommand.text(bytes: options.textBytes)
        rate = options.rate
        for member in members { member.order = OrderCheck(after: member.channel?.lastAnswered ?? 0) }
        for sender in senders { sender.outstanding = Outstanding(inFlight: options.inFlight) }
    }

    func run(options: Options) throws(Failure) {
        fleet.listener = self
        defer { fleet.listener = nil }
        isSending = true
        try send(forSeconds: options.warmupSeconds)

        let ownCPU = ProcessFigures.ownCPU
        let serverCPU = options.serverProcess.flatMap(ProcessFigures.cpu)
        measuredFrom = Clock.now
        isMeasuring = true
        try send(forSeconds: options.seconds)
        isMeasuring = false
        isSending = false
        figures.seconds = Double(Clock.now - measuredFrom) / 1e9
        figures.ownCPU = ProcessFigures.ownCPU - ownCPU
        if let serverCPU, let now = options.serverProcess.flatMap(ProcessFigures.cpu) {
            figures.serverCPU = now - serverCPU
        }
        try drain()
    }

    private func send(forSeconds seconds: Int) throws(Failure) {
        let end = Clock.after(seconds: Double(seconds))
        if let rate { return try send(Double(rate), until: end) }
        while Clock.now < end {
            for sender in senders { fill(sender) }
            try fleet.run(until: min(end, Clock.after(seconds: Self.refusedPauseSeconds)))
        }
    }

    private func send(_ rate: Double, until end: Nanoseconds) throws(Failure) {
        var arrivals = Arrivals(rate: rate, from: Clock.now, kind: .even, seed: 1)
        while Clock.now < end {
            while arrivals.take(before: Clock.now) != nil { sendFromNext() }
            try fleet.run(until: min(end, Clock.after(seconds: Self.pacedPauseSeconds)))
        }
    }

    /// The next one who has room for a message sends it.
    private func sendFromNext() {
        for _ in senders.indices {
            let sender = senders[turn]
            turn = (turn + 1) % senders.count
            if sender.outstanding.hasRoom, sender.phase == .ready { return send(from: sender) }
        }
    }

    /// Waits for what is on its way, then counts what did not come.
    private func drain() throws(Failure) {
        try fleet.run(until: Clock.after(seconds: Self.drainSecondsMax)) {
            senders.allSatisfy { $0.outstanding.count == 0 }
                && members.allSatisfy { $0.order.lost(upTo: $0.channel?.lastAnswered ?? 0) == 0 }
        }
        for sender in senders { fleet.faults.unanswered += sender.outstanding.unanswered }
        for member in members { fleet.faults.lost += member.order.lost(upTo: member.channel?.lastAnswered ?? 0) }
        if figures.completed == 0 { fleet.faults.count("nothing_was_delivered") }
    }

    private func fill(_ sender: Client) {
        guard rate == nil else { return }
        while isSending, sender.outstanding.hasRoom, sender.phase == .ready { send(from: sender) }
    }

    private func send(from sender: Client) {
        guard let channel = sender.channel else { return }
        let sequence = sender.outstanding.send(at: Clock.now, deliveries: receiversPerMessage)
        fleet.send(from: sender) { bytes in
            SendCommand.append(
                MessageMark(sender: sender.index, sequence: sequence), prefix: prefix,
                id: SendCommand.idBase + sequence, channel: channel.id, text: text, to: &bytes)
        }
    }

    // MARK: Arrivals

    func answered(_ id: Int, by reply: Envelope, in bytes: Span<UInt8>, at client: Client, _ now: Nanoseconds) {
        let sequence = id - SendCommand.idBase
        guard reply.isDone == true else {
            // A server may be too busy, and says so; everything else is a fault.
            let code = reply.errorCode(bytes)
            if code == "overloaded" { figures.refused += 1 } else { fleet.faults.count(code) }
            // Its place is filled again at the next pause, so that a refusing server is not hammered.
            if !client.outstanding.refuse(sequence) { fleet.faults.count("unexpected_reply") }
            return
        }
        guard let (sentAt, isComplete) = client.outstanding.answer(sequence), let channel = client.channel else {
            return fleet.faults.count("unexpected_reply")
        }
        guard let numberValue = JSONScan.member("message_number", bytes, in: reply.data),
            let number = JSONScan.number(bytes, numberValue)
        else { return fleet.faults.count("reply_without_number") }
        if let flag = JSONScan.member("duplicate", bytes, in: reply.data), JSONScan.equals(bytes, flag, "true") {
            fleet.faults.count("answered_as_duplicate")
        }
        channel.lastAnswered = max(channel.lastAnswered, number)
        if isMeasuring { figures.replies += 1 }
        if sentAt >= measuredFrom { figures.replyLatency.record(now &- sentAt) }
        if isComplete { complete(client) }
    }

    func heard(_ event: Envelope, in bytes: Span<UInt8>, at client: Client, _ now: Nanoseconds) {
        guard let channel = client.channel, JSONScan.equals(bytes, event.channel, channel.id) else { return }
        guard let message = MessageEvent(event, bytes, prefix: prefix) else {
            return fleet.faults.count("event_without_number")
        }
        switch client.order.take(message.number) {
        case .inOrder: break
        case .outOfOrder: fleet.faults.reordered += 1
        case .repeated:
            fleet.faults.duplicated += 1
            return
        }
        guard let mark = message.mark, mark.sender < fleet.clients.count else {
            return fleet.faults.count("somebody_elses_message")
        }
        let sender = fleet.clients[mark.sender]
        guard sender !== client else {
            if sender.outstanding.awaitsReply(mark.sequence) { fleet.faults.overtaken += 1 }
            return
        }
        guard let (sentAt, isComplete) = sender.outstanding.deliver(mark.sequence) else {
            return fleet.faults.count("unexpected_delivery")
        }
        if isMeasuring { figures.deliveries += 1 }
        if sentAt >= measuredFrom { figures.deliveryLatency.record(now &- sentAt) }
        if isComplete { complete(sender) }
    }

    private func complete(_ sender: Client) {
        if isMeasuring { figures.completed += 1 }
        fill(sender)
    }
}

/// What was measured between the window's two ends; latencies are of the messages sent in it, however late they came.
struct TrafficFigures {
    var seconds = 0.0
    var replies = 0
    var deliveries = 0
    /// Messages that the server was too busy for.
    var refused = 0
    /// Messages with their reply and all their deliveries.
    var completed = 0
    var replyLatency = Histogram()
    var deliveryLatency = Histogram()
    var ownCPU: Nanoseconds = 0
    var serverCPU: Nanoseconds?
}
