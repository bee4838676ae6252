import CEpoll
import Glibc

/// Has worker processes carry out a plan together, and brings together what they tell of it.
final class Conductor {
    /// One process has so many connections at most, so that descriptors and one core last.
    private static let socketsPerWorkerMax = 20_000
    /// Between the order and the first stage, for the slowest worker to read it.
    private static let leadNanoseconds: Nanoseconds = 300_000_000
    private static let patienceSeconds = 60.0
    /// A generator busier than that measures itself.
    static let fullPercent = 90.0

    let plan: Plan
    let options: RunOptions
    private let tokens: [[UInt8]]
    private var workers: [WorkerProcess] = []
    /// The connections of each worker.
    private var shares: [Range<Int>] = []
    /// Of each worker, those who send.
    private var senderCounts: [Int] = []
    var result: RunResult

    init(_ plan: Plan, _ options: RunOptions, tokens: [[UInt8]]) throws(Failure) {
        guard !tokens.isEmpty, plan.rooms.isEmpty || tokens.count >= plan.sockets else {
            throw Failure("\(plan.sockets) users are needed, and there are \(tokens.count)")
        }
        self.plan = plan
        self.options = options
        self.tokens = tokens
        result = RunResult(plan: plan, options: options)
        let count = options.processes ?? max(1, (plan.sockets - 1) / Self.socketsPerWorkerMax + 1)
        let workerCount = min(count, plan.sockets)
        shares = (0..<workerCount).map {
            plan.sockets * $0 / workerCount..<plan.sockets * ($0 + 1) / workerCount
        }
        result.processes = workerCount
    }

    func run() throws(Failure) -> RunResult {
        let before = options.serverProcess.flatMap(ProcessFigures.residentBytes)
        try connect()
        result.notice(before: before)
        if plan.findsMax { try findMax() } else { try playAll() }
        result.judge()
        return result
    }

    // MARK: Setting up

    private func connect() throws(Failure) {
        var chance = Chance(seed: Clock.now ^ UInt64(getpid()) << 40)
        let prefix = String(decoding: MessageMark.prefix(ofRun: chance.next()), as: UTF8.self)
        let endpoint = options.endpoint
        let ca = (options.caFile ?? "").utf8.map { String($0) }.joined(separator: ",")
        let begun = Clock.now
        for share in shares {
            let worker = try WorkerProcess()
            workers.append(worker)
            try worker.tell(
                "server address=\(endpoint.address) port=\(endpoint.port) host=\(endpoint.host)"
                    + " secure=\(endpoint.isSecure ? "yes" : "no") ca=\(ca)")
            let rate = Double(plan.connectRate) * Double(share.count) / Double(plan.sockets)
            try worker.tell(
                "settings first=\(share.lowerBound) prefix=\(prefix) text_bytes=\(plan.textBytes)"
                    + " arrivals=\(plan.arrivals.rawValue) seed=\(plan.seed &+ share.lowerBound)"
                    + " resume=\(plan.resumes ? "yes" : "no") away_ms=\(plan.awayMilliseconds)"
                    + " settle=\(plan.settleSeconds) connect_rate=\(rate)")
            for index in share {
                try worker.tell("token is=" + String(decoding: tokens[index % tokens.count], as: UTF8.self))
            }
            try worker.tell("connect")
        }
        var users: [Substring] = []
        let each = plan.connectRate > 0 ? 1 / Double(plan.connectRate) : 0
        let secondsMax = Self.patienceSeconds + Double(plan.sockets) * (each + 0.002)
        for worker in workers {
            let line = try worker.answer("users", secondsMax: secondsMax)
            users += line.list("ids")
            result.server = line.text("server")
        }
        result.connectSeconds = Double(Clock.now - begun) / 1e9
        guard plan.rooms.isEmpty || Set(users).count == plan.sockets else {
            throw Failure("the tokens belong to \(Set(users).count) users; \(plan.sockets) are needed")
        }
        try makeRooms(users)
    }

    private func makeRooms(_ users: [Substring]) throws(Failure) {
        let rooms = plan.roomsOfSockets
        var makers: [Int] = []
        for (room, sockets) in rooms.enumerated() {
            let owner = shares.firstIndex { $0.contains(sockets.lowerBound) } ?? 0
            makers.append(owner)
            try workers[owner].tell(
                "make room=\(room) socket=\(sockets.lowerBound - shares[owner].lowerBound)"
                    + " users=\(sockets.dropFirst().map { users[$0] }.joined(separator: ","))")
        }
        for owner in Set(makers) { try workers[owner].tell("open") }
        senderCounts = shares.map { _ in 0 }
        for owner in Set(makers).sorted() {
            for _ in 0..<makers.count(where: { $0 == owner }) {
                try enter(workers[owner].answer("made", secondsMax: Self.patienceSeconds), rooms)
            }
        }
    }

    /// Tells everybody who is in a room what it is called.
    private func enter(_ made: WordLine, _ rooms: [Range<Int>]) throws(Failure) {
        let room = made.number("room")
        guard rooms.indices.contains(room) else { throw Failure("a worker made a room that nobody asked for") }
        for (index, share) in shares.enumerated() {
            let here = rooms[room].clamped(to: share)
            guard !here.isEmpty else { continue }
            let places = here.map { $0 - share.lowerBound }
            let senders = plan.senders == .all ? places : here.contains(rooms[room].lowerBound) ? [places[0]] : []
            senderCounts[index] += senders.count
            func list(_ numbers: [Int]) -> String { numbers.map { "\($0)" }.joined(separator: ",") }
            try workers[index].tell(
                "enter room=\(room) channel=\(made.text("channel")) last=\(made.number("last"))"
                    + " seq=\(made.number("seq")) sockets=\(list(places)) senders=\(list(senders))")
        }
    }

    // MARK: Playing

    private func playAll() throws(Failure) {
        var start = Clock.now + Self.leadNanoseconds
        // All at once, so that no stage waits for its order.
        for (index, stage) in plan.stages.enumerated() {
            start = try order(stage, index: index, from: start)
        }
        for worker in workers { try worker.tell("settle") }
        for stage in plan.stages { try follow(result.begin(stage)) }
        try settle()
    }

    /// Raises the last stage's load until a requirement is missed, and comes closer to that point.
    private func findMax() throws(Failure) {
        var start = Clock.now + Self.leadNanoseconds
        let first = plan.stages.dropLast()
        for (index, stage) in first.enumerated() { start = try order(stage, index: index, from: start) }
        for stage in first { try follow(result.begin(stage)) }
        guard let last = plan.stages.last else { return }
        var search = MaximumSearch()
        while let percent = search.next {
            var stage = last
            stage.load = last.load * percent / 100
            let index = result.begin(stage)
            _ = try order(stage, index: index, from: max(start, Clock.now + Self.leadNanoseconds))
            for worker in workers { try worker.tell("settle") }
            try follow(index)
            try settle()
            let missed = result.step(index, percent: percent)
            search.found(percent, holds: missed == nil)
            File.write("  \(percent) %: \(missed.map { "missed \($0)" } ?? "held")\n", to: STDERR_FILENO)
        }
        result.maxPercent = search.best
    }

    private func order(_ stage: Plan.Stage, index: Int, from start: Nanoseconds) throws(Failure) -> Nanoseconds {
        let end = start + Nanoseconds(stage.seconds) * 1_000_000_000
        var stopped = stage.stopped
        let sendersCount = max(1, senderCounts.reduce(0, +))
        for (place, worker) in workers.enumerated().reversed() {
            let share = Double(shares[place].count) / Double(plan.sockets)
            let sending = Double(senderCounts[place]) / Double(sendersCount)
            let rates = Plan.Deed.allCases.map { deed in
                "\(deed.rawValue)=\(plan.rate(of: deed, in: stage) * (deed == .messages ? sending : share))"
            }
            let stoppedHere = min(stopped, shares[place].count)
            stopped -= stoppedHere
            try worker.tell(
                "stage index=\(index) start=\(start) end=\(end) storm=\(stage.storm) stopped=\(stoppedHere) "
                    + rates.joined(separator: " "))
        }
        return end
    }

    /// Brings the workers' seconds of one stage together as they come.
    private func follow(_ stage: Int) throws(Failure) {
        var playing = Array(workers.indices)
        let deadline = Clock.after(seconds: Double(result.stages[stage].stage.seconds) + Self.patienceSeconds)
        while !playing.isEmpty {
            var second = Tally()
            var tickCount = 0
            for index in playing {
                reading: while true {
                    guard let line = try workers[index].line(until: deadline) else {
                        throw Failure("a worker fell silent")
                    }
                    switch line.word {
                    case "played":
                        playing.removeAll { $0 == index }
                        break reading
                    case "tick":
                        let tally = try readTally(line)
                        second.add(tally)
                        second.connections += tally.connections
                        second.faults += tally.faults
                        second.busiestPercent = max(second.busiestPercent, Double(tally.clientCPU) / 1e7)
                        tickCount += 1
                        break reading
                    case "late": try result.late(line.number("stage"), readTally(line))
                    default: throw Failure("a worker says \(line.word) while it plays")
                    }
                }
            }
            if tickCount > 0 { File.write(result.second(second, of: stage), to: STDERR_FILENO) }
        }
    }

    private func readTally(_ line: WordLine) throws(Failure) -> Tally {
        guard let tally = Tally(line) else { throw Failure("a worker's figures cannot be read") }
        return tally
    }

    /// Waits for what is on its way, and has everybody checked against all that was promised to anybody.
    private func settle() throws(Failure) {
        let secondsMax = Self.patienceSeconds + Double(plan.settleSeconds)
        var promised: [Int: Int] = [:]
        for worker in workers {
            answering: while true {
                guard let line = try worker.line(until: Clock.after(seconds: secondsMax)) else {
                    throw Failure("a worker did not settle")
                }
                switch line.word {
                case "late": try result.late(line.number("stage"), readTally(line))
                case "promised":
                    for entry in line.list("rooms") {
                        let parts = entry.split(separator: ":").compactMap { Int($0) }
                        if parts.count == 2 { promised[parts[0]] = max(promised[parts[0]] ?? 0, parts[1]) }
                    }
                    break answering
                default: throw Failure("a worker says \(line.word) instead of settling")
                }
            }
        }
        let rooms = promised.map { "\($0.key):\($0.value)" }.joined(separator: ",")
        for worker in workers { try worker.tell("expect rooms=\(rooms)") }
        var faults = Faults()
        for worker in workers { faults.add(Faults(try worker.answer("result", secondsMax: secondsMax))) }
        result.faults = faults
    }
}

/// Looks for the highest load, in percent of the planned one, at which everything holds: doubles until it does not,
/// then halves what is between.
struct MaximumSearch {
    private static let percentMax = 100_000
    private static let halvings = 4
    private(set) var best = 0
    private var missed: Int?
    private var stepsLeft = halvings
    /// What is to be tried next; `nil` when it is known well enough.
    private(set) var next: Int? = 100

    mutating func found(_ percent: Int, holds: Bool) {
        if holds { best = max(best, percent) } else { missed = min(missed ?? percent, percent) }
        guard let missed else {
            next = percent * 2 <= Self.percentMax ? percent * 2 : nil
            return
        }
        let middle = (best + missed) / 2
        next = stepsLeft > 0 && middle > best && middle < missed ? middle : nil
        stepsLeft -= 1
    }
}
