/// What the command line asks of `history` and `audit`.
struct HistoryOptions: Equatable {
    var endpoint = Endpoint(address: 0x7F00_0001, port: 8080, host: "127.0.0.1:8080")
    var tokensFile = ""
    var outFile = ""
    /// There are made as many as are missing; 0 leaves them as they are.
    var channels = 0
    var clients = 20
    /// 0 makes the channels and ends.
    var seconds = 10
    /// Messages that all clients together send in a second.
    var rate = 400
    /// The share of messages right behind which the socket is cut.
    var cutAfterSend = 0.0
    /// Ends when standard input does, if that is sooner.
    var endsWithInput = false

    static let usage = """
        loadtest history --url URL --tokens FILE --out FILE [--channels 0] [--clients 20]
                         [--seconds 10] [--rate 400] [--cut-after-send 0.2] [--until-eof yes]
                loadtest audit  --url URL --tokens FILE --out FILE [--clients 20]
        """

    init(arguments: [String]) throws(UsageError) {
        var url: String?
        var rest = arguments[...]
        while let name = rest.popFirst() {
            guard let value = rest.popFirst() else { throw UsageError("\(name) wants a value") }
            switch name {
            case "--url": url = value
            case "--tokens": tokensFile = value
            case "--out": outFile = value
            case "--channels": channels = try Self.number(value, of: name, in: 0...10_000)
            case "--clients": clients = try Self.number(value, of: name, in: 1...1_000)
            case "--seconds": seconds = try Self.number(value, of: name, in: 0...86_400)
            case "--rate": rate = try Self.number(value, of: name, in: 1...100_000)
            case "--until-eof": endsWithInput = value == "yes"
            case "--cut-after-send":
                guard let share = Double(value), (0...1).contains(share) else {
                    throw UsageError("\(name) wants a share from 0 to 1, not \(value)")
                }
                cutAfterSend = share
            default: throw UsageError("no option is called \(name)")
            }
        }
        guard let url else { throw UsageError("--url is needed") }
        guard !tokensFile.isEmpty, !outFile.isEmpty else { throw UsageError("--tokens and --out are needed") }
        endpoint = try Endpoint(url: url)
        guard !endpoint.isSecure else { throw UsageError("a history is made over http://") }
    }

    private static func number(_ text: String, of name: String, in range: ClosedRange<Int>) throws(UsageError) -> Int {
        guard let number = Int(text), range.contains(number) else {
            throw UsageError("\(name) wants a number from \(range.lowerBound) to \(range.upperBound), not \(text)")
        }
        return number
    }
}
