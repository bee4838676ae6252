/// What one user of a run has on their way and needs in order to come back.
struct Seat {
    enum What { case message, page, mark, typing }

    struct Asked {
        var what: What
        var due: Nanoseconds
        /// Was sent on an earlier connection already, which ended before its answer.
        var isAgain = false
    }

    /// Waits for its answer, by the command's number.
    var asked: [Int: Asked] = [:]
    /// Messages to be sent again after coming back.
    var again: [(number: Int, asked: Asked)] = []
    private(set) var lastNumber = SendCommand.idBase

    /// When one who is away was due to come back.
    var returnDue: Nanoseconds?
    /// Events of messages that were due before were missed, and are not timed.
    var presentSince: Nanoseconds = 0

    var session: [UInt8] = []
    var epoch: [UInt8] = []
    var personalSeq = 0
    /// The last place seen of the channel's log.
    var seq = 0

    /// Takes the next command's number.
    mutating func ask(_ what: What, due: Nanoseconds) -> Int {
        lastNumber += 1
        asked[lastNumber] = Asked(what: what, due: due)
        return lastNumber
    }

    /// The connection is gone: messages will be sent again, the rest is forgotten.
    mutating func leave() {
        for (number, entry) in asked.sorted(by: { $0.key < $1.key }) where entry.what == .message {
            var entry = entry
            entry.isAgain = true
            again.append((number, entry))
        }
        asked.removeAll()
    }

    /// The data of `resume`.
    func resumption(token: [UInt8], channel: [UInt8]?) -> [UInt8] {
        var bytes = Array(#"{"token":""#.utf8) + token
        bytes += Array(#"","session_id":""#.utf8) + session
        bytes += Array(#"","epoch":""#.utf8) + epoch
        bytes += Array(#"","me_seq":\#(personalSeq),"channels":{"#.utf8)
        if let channel { bytes += [UInt8(ascii: "\"")] + channel + Array(#"":\#(seq)"#.utf8) }
        return bytes + Array("}}".utf8)
    }

    /// Keeps what `ready` or `resumed` tells of the session.
    mutating func enter(_ data: Range<Int>, _ bytes: Span<UInt8>) {
        if let value = JSONScan.string("session_id", bytes, in: data) { session = JSONScan.copy(bytes, value) }
        if let value = JSONScan.string("epoch", bytes, in: data) { epoch = JSONScan.copy(bytes, value) }
        if let value = JSONScan.member("me_seq", bytes, in: data), let number = JSONScan.number(bytes, value) {
            personalSeq = number
        }
    }
}
