/// What the command line asks for.
struct Options: Equatable {
    enum Scenario: String { case pairs, fanout, overload, crowd, stopped = "stopped-readers" }

    var scenario = Scenario.pairs
    var endpoint = Endpoint(address: 0x7F00_0001, port: 8080, host: "127.0.0.1:8080")
    var tokensFile = ""
    var pairs = 500
    var receivers = 1_000
    var sockets = 200
    var members = 20
    var floorPercent = 90
    var answerMillisecondsMax = 2_000
    /// Goodput for each second of the server's CPU time is judged, not for each second, and recovery is only told of.
    var isShared = false
    var stopped = 500
    /// Messages a second in all; without it crowd has its own, and pairs are as fast as the answers come.
    var rate: Int?
    var channel = ""
    var inFlight = 1
    var seconds = 10
    var warmupSeconds = 2
    var textBytes = 100
    var serverProcess: Int?
    var jsonFile: String?

    static let usage = """
        usage: loadtest pairs  --url URL --tokens FILE [--pairs 500] [--rate N]
               loadtest fanout --url URL --tokens FILE [--receivers 1000]
               loadtest overload --url URL --tokens FILE [--sockets 200] [--members 20] [--floor 90]
               loadtest crowd  --url URL --tokens FILE --channel ID [--receivers 1000] [--rate 100]
               loadtest stopped-readers --url URL --tokens FILE [--receivers 1000] [--stopped 500]
               \(RunOptions.usage)
               \(HistoryOptions.usage)
               \(CheckCommand.usage)

          run and needs take a scenario file; loadtest/README.md says what stands in one. Of the others:

          --url URL          http://127.0.0.1:8080; loopback only
          --tokens FILE      an access token per line; of several words the last one
          --in-flight N      messages that each sender keeps on their way (1)
          --stopped N        members who stop reading, besides --receivers who go on (500)
          --channel ID       the channel of crowd; the tokens' users belong to it
          --rate N           messages that crowd (100) or pairs (as many as go) send in a second
          --members N        members of each channel of overload (20)
          --floor N          percent of the peak that overload's goodput must keep (90)
          --p99-max N        milliseconds that overload's acknowledgements may take, p99 (2000)
          --machine shared   judges overload's goodput by the server's CPU time: others use the machine too (own)
          --seconds N        length of the measured window, of each level with overload (10)
          --warmup N         seconds of the same load before it (2)
          --text-bytes N     length of each message's text (100)
          --server-pid PID   the server's process, for its CPU time and memory
          --json FILE        writes the figures as one JSON object too

        Exit status: 0 all well, 1 an error or a message lost, repeated or out of order, 2 a wrong command line.

        """

    init() {}

    init(arguments: [String]) throws(UsageError) {
        guard let word = arguments.first else {
            throw UsageError(
                "which one: run, pairs, fanout, overload, crowd, stopped-readers, history, audit or check?")
        }
        guard let scenario = Scenario(rawValue: word) else { throw UsageError("no scenario is called \(word)") }
        self.scenario = scenario
        var url: String?
        var index = 1
        while index < arguments.count {
            let name = arguments[index]
            guard index + 1 < arguments.count else { throw UsageError("\(name) wants a value") }
            let value = arguments[index + 1]
            index += 2
            switch name {
            case "--url": url = value
            case "--tokens": tokensFile = value
            case "--pairs": pairs = try Self.number(value, of: name, in: 1...100_000)
            case "--receivers": receivers = try Self.number(value, of: name, in: 1...100_000)
            case "--sockets": sockets = try Self.number(value, of: name, in: 1...100_000)
            case "--p99-max": answerMillisecondsMax = try Self.number(value, of: name, in: 1...60_000)
            case "--machine":
                guard ["own", "shared"].contains(value) else { throw UsageError("--machine is own or shared") }
                isShared = value == "shared"
            case "--stopped": stopped = try Self.number(value, of: name, in: 1...999)
            case "--members": members = try Self.number(value, of: name, in: 1...1_000)
            case "--channel": channel = value
            case "--rate": rate = try Self.number(value, of: name, in: 1...100_000)
            case "--floor": floorPercent = try Self.number(value, of: name, in: 1...100)
            case "--in-flight": inFlight = try Self.number(value, of: name, in: 1...10_000)
            case "--seconds": seconds = try Self.number(value, of: name, in: 1...3_600)
            case "--warmup": warmupSeconds = try Self.number(value, of: name, in: 0...600)
            case "--text-bytes": textBytes = try Self.number(value, of: name, in: 1...16_384)
            case "--server-pid": serverProcess = try Self.number(value, of: name, in: 1...Int(Int32.max))
            case "--json": jsonFile = value
            default: throw UsageError("no option is called \(name)")
            }
        }
        guard let url else { throw UsageError("--url is needed") }
        guard !tokensFile.isEmpty else { throw UsageError("--tokens is needed") }
        endpoint = try Endpoint(url: url)
    }

    private static func number(_ text: String, of name: String, in range: ClosedRange<Int>) throws(UsageError) -> Int {
        guard let number = Int(text), range.contains(number) else {
            throw UsageError("\(name) wants a number from \(range.lowerBound) to \(range.upperBound), not \(text)")
        }
        return number
    }
}

/// The command line cannot be obeyed.
struct UsageError: Error, Equatable {
    var what: String

    init(_ what: String) { self.what = what }
}
