/// Everything that the clients of one run wrote down, sorted by what the rules ask for.
struct History {
    /// What makes a message one and the same, however often it is sent.
    struct Name: Hashable {
        var channel: String
        var sender: String
        var key: String
    }

    struct Attempt { var time: UInt64, socket: Int }

    struct Ack {
        var time: UInt64
        /// When the attempt that it answers was written.
        var asked: UInt64
        var socket: Int
        var number: Int
        var isDuplicate: Bool
    }

    /// One message, from the first attempt to the last answer.
    struct Utterance {
        var text = ""
        var attempts: [Attempt] = []
        var acks: [Ack] = []
        var refusals = 0
        var unknowns = 0
    }

    /// A member's place in a channel.
    struct Seat: Hashable {
        var user: String
        var channel: String
    }

    /// A socket's view of one channel.
    struct Ear: Hashable {
        var user: String
        var socket: Int
        var channel: String
    }

    private(set) var utterances: [Name: Utterance] = [:]
    /// By channel, as the auditor read it.
    private(set) var logs: [String: [LoggedMessage]] = [:]
    /// What each socket was told, and from where on, in its order.
    private(set) var hearings: [Ear: [HistoryEntry]] = [:]
    private(set) var pages: [HistoryEntry] = []
    private(set) var deletions: [HistoryEntry] = []
    private(set) var marks: [HistoryEntry] = []
    private(set) var stays: [HistoryEntry] = []
    private(set) var oddities: [HistoryEntry] = []
    /// Lines that could not be read.
    private(set) var brokenLines = 0

    init() {}

    init(_ entries: [HistoryEntry]) {
        for entry in entries { add(entry) }
    }

    /// Adds a file of lines. The last one may be broken: who wrote it may have been killed.
    mutating func add(file bytes: Span<UInt8>) {
        var start = 0
        while start < bytes.count {
            var end = start
            while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
            if end > start {
                if let entry = HistoryEntry(bytes, in: start..<end) {
                    add(entry)
                } else if end < bytes.count {
                    brokenLines += 1
                }
            }
            start = end + 1
        }
    }

    mutating func add(_ entry: HistoryEntry) {
        let name = Name(channel: entry.channel, sender: entry.who, key: entry.key)
        switch entry.operation {
        case .send:
            utterances[name, default: Utterance()].attempts.append(Attempt(time: entry.time, socket: entry.socket))
            utterances[name]?.text = entry.text ?? ""
        case .ack:
            utterances[name, default: Utterance()].acks.append(
                Ack(
                    time: entry.time, asked: entry.asked, socket: entry.socket, number: entry.number,
                    isDuplicate: entry.isDuplicate))
        case .fail: utterances[name, default: Utterance()].refusals += 1
        case .info: utterances[name, default: Utterance()].unknowns += 1
        case .sub, .recv:
            hearings[Ear(user: entry.who, socket: entry.socket, channel: entry.channel), default: []].append(entry)
        case .page: pages.append(entry)
        case .del: deletions.append(entry)
        case .read: marks.append(entry)
        case .stay: stays.append(entry)
        case .final: logs[entry.channel] = entry.messages
        case .odd: oddities.append(entry)
        }
    }

    // MARK: What the rules ask for

    var acknowledgedCount: Int { utterances.values.count { !$0.acks.isEmpty } }
    var unknownCount: Int { utterances.values.reduce(0) { $0 + $1.unknowns } }

    /// The message of that number in the final log.
    func message(_ number: Int, in channel: String) -> LoggedMessage? {
        guard let log = logs[channel], number > 0 else { return nil }
        if number <= log.count, log[number - 1].number == number { return log[number - 1] }
        return log.first { $0.number == number }
    }

    /// Each channel that somebody sent to, or that was read at the end.
    var channels: Set<String> { Set(logs.keys).union(utterances.keys.map(\.channel)) }
}
