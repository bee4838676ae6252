import Glibc

/// `loadtest worker`: does what a conductor writes to its standard input, a line for each step, and tells of it on its
/// standard output. It ends when its input does.
final class Worker {
    private var endpoint = Endpoint(address: 0x7F00_0001, port: 8080, host: "127.0.0.1:8080")
    private var caFile: String?
    private var settings = Player.Settings()
    private var tokens: [[UInt8]] = []
    private var connectRate = Double.infinity
    private var player: Player?
    private var openings: [(room: Int, client: Client, type: String, data: [UInt8])] = []

    static func run() -> Int32 {
        let worker = Worker()
        do throws(Failure) {
            while let line = readLine() { try worker.take(line) }
            return 0
        } catch {
            tell("failed \(error.what)")
            return 1
        }
    }

    /// Whoever asked may be gone: then there is nobody to work for.
    private static func tell(_ line: String) {
        if !File.write(line + "\n", to: STDOUT_FILENO) { exit(1) }
    }

    private func take(_ text: String) throws(Failure) {
        let line = WordLine(text)
        switch line.word {
        case "server": try setServer(line)
        case "settings": set(line)
        case "token": tokens.append(Array(line.text("is").utf8))
        case "connect": try connect()
        case "make": try prepare(line)
        case "open": try open()
        case "enter": try enter(line)
        case "stage": try play(line)
        case "settle": try settle()
        case "expect": try expect(line)
        default: throw Failure("a worker does not know \(line.word)")
        }
    }

    private func setServer(_ line: WordLine) throws(Failure) {
        endpoint = Endpoint(
            address: UInt32(truncatingIfNeeded: line.number("address")),
            port: UInt16(truncatingIfNeeded: line.number("port")), host: line.text("host"),
            isSecure: line.text("secure") == "yes")
        // A path may have spaces and other marks in it: its bytes are written as numbers.
        let path = line.numbers("ca").map { UInt8(truncatingIfNeeded: $0) }
        caFile = path.isEmpty ? nil : String(decoding: path, as: UTF8.self)
    }

    private func set(_ line: WordLine) {
        settings.firstSocket = line.number("first")
        settings.prefix = Array(line.text("prefix").utf8)
        settings.textBytes = line.number("text_bytes")
        settings.arrivals = Plan.Arrivals(rawValue: line.text("arrivals")) ?? .poisson
        settings.seed = UInt64(line.number("seed"))
        settings.resumes = line.text("resume") == "yes"
        settings.awayMilliseconds = line.number("away_ms")
        settings.settleSeconds = line.number("settle")
        connectRate = line.decimal("connect_rate")
        if connectRate <= 0 { connectRate = .infinity }
    }

    private func connect() throws(Failure) {
        let fleet = try Fleet(endpoint: endpoint, firstConnection: settings.firstSocket, caFile: caFile)
        let player = Player(fleet: fleet, settings: settings)
        self.player = player
        try player.connect(tokens, rate: connectRate)
        let users = fleet.clients.map { String(decoding: $0.user, as: UTF8.self) }
        Self.tell("users server=\(WordLine.oneWord(fleet.server)) ids=\(users.joined(separator: ","))")
    }

    private func ready() throws(Failure) -> Player {
        guard let player else { throw Failure("nobody is connected") }
        return player
    }

    private func prepare(_ line: WordLine) throws(Failure) {
        let fleet = try ready().fleet, room = line.number("room"), index = line.number("socket")
        guard fleet.clients.indices.contains(index) else { throw Failure("there is no socket \(index)") }
        let others = line.list("users")
        // A channel of two is a direct one; opened again it is the same.
        let isDirect = others.count == 1
        let list = others.map { #""\#($0)""# }.joined(separator: ",")
        let data = isDirect ? #"{"user":\#(list)}"# : #"{"name":"load test \#(room)","members":[\#(list)]}"#
        openings.append((room, fleet.clients[index], isDirect ? "channel.open" : "channel.create", Array(data.utf8)))
    }

    /// Opens the channels, each from the first of its members, and says what they are called.
    private func open() throws(Failure) {
        let player = try ready()
        try ChannelSetup(fleet: player.fleet).run(openings.map { ($0.client, $0.type, $0.data) })
        player.fleet.listener = player
        for opening in openings {
            guard let channel = opening.client.channel else { throw Failure("the reply names no channel") }
            Self.tell(
                "made room=\(opening.room) channel=\(String(decoding: channel.id, as: UTF8.self))"
                    + " last=\(channel.lastAnswered) seq=\(channel.seq)")
        }
        openings = []
    }

    private func enter(_ line: WordLine) throws(Failure) {
        try ready().enter(
            line.number("room"), channel: Array(line.text("channel").utf8), lastNumber: line.number("last"),
            seq: line.number("seq"), sockets: line.numbers("sockets"), senders: line.numbers("senders"))
    }

    private func play(_ line: WordLine) throws(Failure) {
        var order = Player.StageOrder(
            index: line.number("index"), start: Nanoseconds(line.number("start")), end: Nanoseconds(line.number("end")))
        for deed in Plan.Deed.allCases { order.rates[deed] = line.decimal(deed.rawValue) }
        order.storm = line.number("storm")
        order.stopped = line.number("stopped")
        try ready().play(order, tell: Self.tell)
        Self.tell("played")
    }

    private func settle() throws(Failure) {
        let player = try ready()
        try player.settle(tell: Self.tell)
        let numbers = player.rooms.map { "\($0.key):\($0.value.lastAnswered)" }
        Self.tell("promised rooms=\(numbers.joined(separator: ","))")
    }

    private func expect(_ line: WordLine) throws(Failure) {
        let player = try ready()
        var numbers: [Int: Int] = [:]
        for entry in line.list("rooms") {
            let parts = entry.split(separator: ":").compactMap { Int($0) }
            if parts.count == 2 { numbers[parts[0]] = parts[1] }
        }
        try player.hear(upTo: numbers)
        Self.tell("result \(player.fleet.faults.pairs)")
    }
}
