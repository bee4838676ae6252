/// One user who talks, is cut off, comes back and asks again, and writes down all of it. A value of what the user
/// knows: the connection and its turns are the run's (`HistoryRun`).
final class HistoryClient {
    enum Phase {
        case away(until: Nanoseconds)
        case connecting, upgrading, greeting, entering, ready
    }

    /// What waits for its answer.
    enum Pending {
        case enter
        case send(Said)
        case delete(channel: String, number: Int)
        case mark(channel: String)
        case stay(comes: Bool)
        case page(channel: String, after: Int, limit: Int)
        case rest(Rest)
    }

    /// A message of one's own.
    struct Said {
        var channel: String
        var key: String
        var text: String
        /// An attempt of it had no outcome, so that it is asked again until there is one.
        var isInDoubt = false
    }

    /// A part of a log that a resume left out, read page by page.
    struct Rest {
        var channel: String
        var socket: Int
        var from: Int
        var through: Int
    }

    let index: Int
    let token: [UInt8]
    var descriptor: Int32 = -1
    var phase = Phase.away(until: 0)
    var socket: WebSocketClient?
    var carried: [UInt8] = []
    var awaitsWritable = true
    /// Counts connections, so that what a socket heard is told from what another did.
    var socketNumber = 0

    var user = ""
    var session = ""
    var epoch = ""
    var personalSeq = 0
    /// The last place seen of each channel's log.
    var cursors: [String: Int] = [:]
    /// The highest message number known of each channel.
    var heights: [String: Int] = [:]
    /// The channel that the user leaves and joins; the one who made it stays.
    var openChannel: String?
    /// Out of it, as far as is known.
    var isOut = false
    /// It had asked to come (true) or to leave on a connection that ended before the answer, and may hear of it later.
    var stayInDoubt: Bool?
    /// Messages of one's own that are there, some of them.
    var own: [(channel: String, number: Int)] = []

    var pending: [Int: (what: Pending, asked: Nanoseconds)] = [:]
    /// To be asked again.
    var inDoubt: [Said] = []
    var lastID = 0
    var lastKey = 0
    var nextAt: Nanoseconds = 0
    /// Was refused, and asks for nothing again before.
    var restsUntil: Nanoseconds = 0

    init(index: Int, token: [UInt8]) {
        self.index = index
        self.token = token
    }

    var isReady: Bool { if case .ready = phase { true } else { false } }

    /// Nothing of one's own is without an outcome.
    var isSettled: Bool { isReady && inDoubt.isEmpty && pending.isEmpty }
}
