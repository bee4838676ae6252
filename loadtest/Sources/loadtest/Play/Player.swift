import Glibc

/// One process's part of a run: its users do what is due at the moment at which it is due, whatever the server answers,
/// and everything that they hear is checked and timed from that moment.
final class Player: Listener {
    struct Settings {
        /// Of all processes' connections, the number of the first one here.
        var firstSocket = 0
        var prefix: [UInt8] = []
        var textBytes = 100
        var arrivals = Plan.Arrivals.poisson
        var seed: UInt64 = 1
        var resumes = true
        var awayMilliseconds = 0
        var settleSeconds = 20
    }

    struct StageOrder {
        var index: Int
        var start: Nanoseconds
        var end: Nanoseconds
        var rates: [Plan.Deed: Double] = [:]
        var storm = 0
        var stopped = 0
    }

    /// Bytes that a socket's peer has not taken, beyond which its messages are counted as unsent.
    static let unsentBytesMax = 256 << 10
    /// Done at once when the generator was held up, so that it still listens meanwhile.
    private static let burstMax = 4_096
    private static let second: Nanoseconds = 1_000_000_000

    let fleet: Fleet
    let settings: Settings
    let text: [UInt8]
    var chance: Chance
    var seats: [Seat] = []
    /// The channels by their room's number.
    private(set) var rooms: [Int: Channel] = [:]
    /// Those who send, by their place in the fleet.
    private(set) var senders: [Int] = []
    /// When each stage began; what is timed belongs to the stage in which it was due.
    private var starts: [Nanoseconds] = []
    private var tallies: [Int: Tally] = [:]
    /// What arrives is counted for this one; -1 while nothing is played.
    private var playing = -1
    /// Messages that were due when nobody was there to send them.
    var unsaid: [Nanoseconds] = []
    /// Who is to come back, in the order of time.
    var returning: [(due: Nanoseconds, index: Int)] = []

    init(fleet: Fleet, settings: Settings) {
        self.fleet = fleet
        self.settings = settings
        text = SendCommand.text(bytes: settings.textBytes)
        chance = Chance(seed: settings.seed)
        fleet.listener = self
    }

    // MARK: Setting up

    func connect(_ tokens: [[UInt8]], rate: Double) throws(Failure) {
        seats = Array(repeating: Seat(), count: tokens.count)
        try fleet.connect(tokens, rate: rate)
    }

    func enter(_ room: Int, channel id: [UInt8], lastNumber: Int, seq: Int, sockets: [Int], senders: [Int]) {
        let channel = Channel(id: id, lastMessageNumber: lastNumber)
        rooms[room] = channel
        for index in sockets where fleet.clients.indices.contains(index) {
            fleet.clients[index].channel = channel
            fleet.clients[index].order = OrderCheck(after: lastNumber)
            seats[index].seq = seq
        }
        self.senders += senders.filter(fleet.clients.indices.contains)
    }

    // MARK: Playing

    /// Plays one stage and tells of every second of it.
    func play(_ order: StageOrder, tell: (String) -> Void) throws(Failure) {
        try fleet.run(until: order.start)
        while starts.count <= order.index { starts.append(order.start) }
        playing = order.index
        storm(order)
        let stopped = try stopReading(order.stopped)
        var arrivals = Plan.Deed.allCases.enumerated().map { place, deed in
            (
                deed: deed,
                arrivals: Arrivals(
                    rate: order.rates[deed, default: 0], from: order.start, kind: settings.arrivals,
                    seed: settings.seed &+ UInt64(order.index * Plan.Deed.allCases.count + place) &* 0x9E37)
            )
        }
        var nextTick = order.start + Self.second
        var cpu = ProcessFigures.ownCPU
        func tick() {
            let total = ProcessFigures.ownCPU
            tallies[order.index, default: Tally()].clientCPU += total - cpu
            cpu = total
            tellTallies(of: order.index, tell)
        }
        while true {
            let now = Clock.now
            var doneCount = 0
            for place in arrivals.indices {
                while doneCount < Self.burstMax, let due = arrivals[place].arrivals.take(before: min(now, order.end)) {
                    act(arrivals[place].deed, due: due, now)
                    doneCount += 1
                }
            }
            sayUnsaid(now)
            try comeBack(now)
            if now >= nextTick, now < order.end {
                tick()
                nextTick += Self.second
            }
            if now >= order.end, doneCount == 0 { break }
            // Whoever is due already waits for the others' connections.
            let back = returning.prefix(1).map { max($0.due, now + 1_000_000) }
            let wakes = [order.end, nextTick] + arrivals.compactMap { $0.arrivals.next } + back
            try fleet.step(until: wakes.min() ?? order.end)
        }
        for client in stopped { try startReading(client) }
        tick()
        playing = -1
    }

    /// Waits for what is on its way. Says what is known of it, and then the last number that was promised of each room.
    func settle(tell: (String) -> Void) throws(Failure) {
        let deadline = Clock.after(seconds: Double(settings.settleSeconds))
        while Clock.now < deadline, !isSettled {
            sayUnsaid(Clock.now)
            try comeBack(Clock.now)
            try fleet.step(until: min(deadline, Clock.now + 20_000_000))
        }
        for index in tallies.keys.sorted() { tellTallies(of: index, tell) }
    }

    private var isSettled: Bool {
        unsaid.isEmpty && returning.isEmpty && seats.allSatisfy { $0.asked.isEmpty && $0.again.isEmpty }
    }

    /// Waits until everybody has heard everything up to these numbers, and counts what they have not.
    func hear(upTo numbers: [Int: Int]) throws(Failure) {
        for (room, number) in numbers { rooms[room]?.lastAnswered = max(rooms[room]?.lastAnswered ?? 0, number) }
        try fleet.run(until: Clock.after(seconds: Double(settings.settleSeconds))) {
            fleet.clients.allSatisfy { $0.order.lost(upTo: $0.channel?.lastAnswered ?? 0) == 0 }
        }
        fleet.faults.lost = fleet.clients.reduce(0) { $0 + $1.order.lost(upTo: $1.channel?.lastAnswered ?? 0) }
        fleet.faults.unanswered = unsaid.count + seats.reduce(0) { $0 + $1.asked.count + $1.again.count }
    }

    private func tellTallies(of index: Int, _ tell: (String) -> Void) {
        var tally = tallies.removeValue(forKey: index) ?? Tally()
        tally.connections = fleet.readyCount
        tally.faults = fleet.faults.total
        tell("\(index == playing ? "tick" : "late") stage=\(index) \(tally.pairs)")
    }

    // MARK: Counting

    /// Something arrived: it counts for the second in which it did.
    func count(_ what: Tally.Count) {
        guard playing >= 0 else { return }
        tallies[playing, default: Tally()][what] += 1
    }

    /// It is timed for the stage in which it was due.
    func time(_ what: Tally.Timed, due: Nanoseconds, _ now: Nanoseconds) {
        guard let index = starts.lastIndex(where: { $0 <= due }) else { return }
        tallies[index, default: Tally()].record(what, now > due ? now - due : 0)
    }
}
