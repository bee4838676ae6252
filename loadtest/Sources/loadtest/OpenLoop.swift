/// Sends at a given rate whatever the server does, and times each answer from the moment at which its message was due:
/// a server that stalls is not spared the messages that come meanwhile.
final class OpenLoop: Listener {
    /// Bytes that a socket's peer has not taken, beyond which its messages are counted as not taken instead of sent.
    private static let unsentBytesMax = 256 << 10
    /// Messages made at once when the generator was held up, so that it still listens meanwhile.
    private static let burstMax = 4_096
    /// What falls due within so much time is written together, by each socket in one write, as a client does that has
    /// much to say. One write a message would cost the generator more than the server, and it would measure itself.
    private static let gatheringNanoseconds: Nanoseconds = 5_000_000

    private let fleet: Fleet
    private let text: [UInt8]
    private let prefix: [UInt8]
    private var senders: [Sender]
    private var turn = 0
    /// Of the last load; answers that come after its end are its own too.
    private(set) var figures = LoadFigures()
    /// By channel: what has been acknowledged.
    private(set) var promised: [ObjectIdentifier: Promised] = [:]
    /// Messages that each socket may have unanswered while the load is closed; none while it is open.
    private var inFlight = 0

    private struct Sender {
        /// When each message was due, 0 once it is answered; the first one is the `base`th of this socket.
        var due: [Nanoseconds] = []
        var base = 0
        var unanswered = 0
        var waitsUntil: Nanoseconds = 0
    }

    init(fleet: Fleet, textBytes: Int) {
        self.fleet = fleet
        text = SendCommand.text(bytes: textBytes)
        prefix = MessageMark.prefix(ofRun: fleet.nonce())
        senders = Array(repeating: Sender(), count: fleet.clients.count)
    }

    var unansweredCount: Int { senders.reduce(0) { $0 + $1.unanswered } }

    /// Offers `rate` messages a second, spread over all sockets in turn.
    func offer(_ rate: Double, seconds: Double) throws(Failure) {
        begin()
        let start = Clock.now, end = start + Nanoseconds(seconds * 1e9)
        let step = 1e9 / rate
        var count = 0
        while Clock.now < end {
            let now = min(Clock.now, end)
            let dueCount = min(Int(Double(now - start) / step), count + Self.burstMax)
            while count < dueCount {
                let due = start + Nanoseconds(Double(count) * step)
                count += 1
                figures.offered += 1
                figures.lag = max(figures.lag, now > due ? now - due : 0)
                send(from: fleet.clients[turn], due: due)
                turn = (turn + 1) % fleet.clients.count
            }
            try fleet.run(until: min(end, Clock.now + Self.gatheringNanoseconds))
        }
        finish(since: start)
    }

    /// Has each socket keep `inFlight` messages on their way.
    func saturate(inFlight: Int, seconds: Double) throws(Failure) {
        begin()
        self.inFlight = inFlight
        let start = Clock.now, end = start + Nanoseconds(seconds * 1e9)
        while Clock.now < end {
            for client in fleet.clients { fill(client) }
            try fleet.run(until: min(end, Clock.after(seconds: 0.05)))
        }
        self.inFlight = 0
        finish(since: start)
    }

    /// Waits until everything is answered.
    func drain(secondsMax: Double) throws(Failure) {
        try fleet.run(until: Clock.after(seconds: secondsMax)) { unansweredCount == 0 }
    }

    private func begin() {
        figures = LoadFigures()
        fleet.listener = self
        for index in senders.indices where senders[index].unanswered == 0 {
            senders[index].base += senders[index].due.count
            senders[index].due.removeAll(keepingCapacity: true)
        }
    }

    private func finish(since start: Nanoseconds) {
        figures.seconds = Double(Clock.now - start) / 1e9
        figures.answeredInTime = figures.answered
    }

    private func fill(_ client: Client) {
        while senders[client.index].unanswered < inFlight, client.phase == .ready,
            Clock.now >= senders[client.index].waitsUntil
        {
            figures.offered += 1
            send(from: client, due: Clock.now)
        }
    }

    private func send(from client: Client, due: Nanoseconds) {
        guard let channel = client.channel, client.phase == .ready else { return }
        guard client.socket.outgoing.count < Self.unsentBytesMax else {
            figures.notTaken += 1
            return
        }
        let index = client.index
        let sequence = senders[index].due.count + senders[index].base
        senders[index].due.append(due)
        senders[index].unanswered += 1
        fleet.send(from: client) { bytes in
            SendCommand.append(
                MessageMark(sender: index, sequence: sequence), prefix: prefix, id: SendCommand.idBase + sequence,
                channel: channel.id, text: text, to: &bytes)
        }
    }

    // MARK: Arrivals

    func answered(_ id: Int, by reply: Envelope, in bytes: Span<UInt8>, at client: Client, _ now: Nanoseconds) {
        let index = client.index
        let place = id - SendCommand.idBase - senders[index].base
        guard senders[index].due.indices.contains(place), senders[index].due[place] > 0 else {
            return fleet.faults.count("unexpected_reply")
        }
        let due = senders[index].due[place]
        senders[index].due[place] = 0
        senders[index].unanswered -= 1
        if reply.isDone == true {
            figures.answered += 1
            figures.latency.record(now &- due)
            keep(reply, in: bytes, of: client)
            if inFlight > 0 { fill(client) }
        } else {
            refused(reply, in: bytes, at: client, now)
        }
    }

    private func keep(_ reply: Envelope, in bytes: Span<UInt8>, of client: Client) {
        guard let value = JSONScan.member("message_number", bytes, in: reply.data),
            let number = JSONScan.number(bytes, value), let channel = client.channel
        else { return fleet.faults.count("reply_without_number") }
        if !promised[ObjectIdentifier(channel), default: Promised()].take(number) {
            fleet.faults.count("number_promised_twice")
        }
    }

    private func refused(_ reply: Envelope, in bytes: Span<UInt8>, at client: Client, _ now: Nanoseconds) {
        guard let code = JSONScan.string("code", bytes, in: reply.error),
            JSONScan.equals(bytes, code, "overloaded")
        else { return fleet.faults.count(reply.errorCode(bytes)) }
        figures.refused += 1
        guard let value = JSONScan.member("retry_after_ms", bytes, in: reply.error),
            let wait = JSONScan.number(bytes, value), wait > 0
        else { return fleet.faults.count("refused_without_retry_after_ms") }
        figures.retryAfterMax = max(figures.retryAfterMax, wait)
        // Obeyed in the closed load only: an open one is many people, each of whom comes for the first time.
        senders[client.index].waitsUntil = now + Nanoseconds(wait) * 1_000_000
    }

    func heard(_ event: Envelope, in bytes: Span<UInt8>, at client: Client, _ now: Nanoseconds) {}
}

/// The message numbers of one channel that replies have promised.
struct Promised {
    private var isTaken: [Bool] = []
    private(set) var count = 0

    /// False when it was promised before.
    mutating func take(_ number: Int) -> Bool {
        guard number > 0 else { return false }
        while isTaken.count < number { isTaken.append(false) }
        guard !isTaken[number - 1] else { return false }
        isTaken[number - 1] = true
        count += 1
        return true
    }

    /// Whether these are all the numbers up to `last`: then every message that is stored was acknowledged, and every
    /// one that was acknowledged is stored.
    func isExactly(upTo last: Int) -> Bool { count == last && isTaken.count == last }
}

/// What came of one load.
struct LoadFigures {
    var seconds = 0.0
    var offered = 0
    /// Not sent, because the peer did not take what was sent before.
    var notTaken = 0
    /// Acknowledged while the load lasted, and in all.
    var answeredInTime = 0
    var answered = 0
    var refused = 0
    var latency = Histogram()
    /// The longest `retry_after_ms` heard.
    var retryAfterMax = 0
    /// How far the generator fell behind its own schedule.
    var lag: Nanoseconds = 0

    /// What came of this load and another like it.
    mutating func add(_ other: LoadFigures) {
        seconds += other.seconds
        offered += other.offered
        notTaken += other.notTaken
        answeredInTime += other.answeredInTime
        answered += other.answered
        refused += other.refused
        latency.add(other.latency)
        retryAfterMax = max(retryAfterMax, other.retryAfterMax)
        lag = max(lag, other.lag)
    }

    var goodput: Double { seconds > 0 ? Double(answeredInTime) / seconds : 0 }

    func milliseconds(_ percent: Double) -> Double { Double(latency.percentile(percent)) / 1e6 }
}
