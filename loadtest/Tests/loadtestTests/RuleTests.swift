import Testing

@testable import loadtest

/// A short history in which everything is as it should be, as lines of a file, and what becomes of it when one of them
/// is another.
struct RuleTests {
    private static let first = #"{"number":1,"seq":2,"sender":"1","key":"a","deleted":true}"#
    private static let rest =
        #"{"number":2,"seq":3,"sender":"2","key":"b","text":"B"},"#
        + #"{"number":3,"seq":4,"sender":"1","key":"d","text":"D"},"#
        + #"{"number":4,"seq":5,"sender":"1","key":"e","text":"E"}"#

    private static let good: [String] = [
        #"{"t":1,"op":"sub","who":"1","socket":1,"channel":"c"}"#,
        #"{"t":1,"op":"sub","who":"2","socket":1,"channel":"c","seq":1}"#,
        #"{"t":1,"op":"recv","who":"1","socket":1,"channel":"c","seq":1}"#,
        #"{"t":10,"op":"send","who":"1","socket":1,"channel":"c","key":"a","text":"A"}"#,
        #"{"t":20,"asked":10,"op":"ack","who":"1","socket":1,"channel":"c","key":"a","number":1,"seq":2}"#,
        heard(21, "1", 1, #""number":1,"seq":2,"sender":"1","key":"a","text":"A""#),
        heard(21, "2", 1, #""number":1,"seq":2,"sender":"1","key":"a","text":"A""#),
        // The second user's message has no outcome at first.
        #"{"t":30,"op":"send","who":"2","socket":1,"channel":"c","key":"b","text":"B"}"#,
        #"{"t":31,"op":"info","who":"2","socket":1,"channel":"c","key":"b"}"#,
        #"{"t":32,"op":"sub","who":"2","socket":2,"channel":"c","seq":2}"#,
        #"{"t":33,"op":"send","who":"2","socket":2,"channel":"c","key":"b","text":"B"}"#,
        heard(34, "2", 2, #""number":2,"seq":3,"sender":"2","key":"b","text":"B""#),
        #"{"t":35,"asked":33,"op":"ack","who":"2","socket":2,"channel":"c","key":"b","#
            + #""number":2,"seq":3,"duplicate":true}"#,
        #"{"t":36,"op":"send","who":"1","socket":1,"channel":"c","key":"refused","text":"R"}"#,
        #"{"t":37,"op":"fail","who":"1","socket":1,"channel":"c","key":"refused","code":"overloaded"}"#,
        #"{"t":40,"op":"send","who":"1","socket":1,"channel":"c","key":"d","text":"D"}"#,
        #"{"t":41,"op":"send","who":"1","socket":1,"channel":"c","key":"e","text":"E"}"#,
        #"{"t":42,"asked":40,"op":"ack","who":"1","socket":1,"channel":"c","key":"d","number":3,"seq":4}"#,
        #"{"t":43,"asked":41,"op":"ack","who":"1","socket":1,"channel":"c","key":"e","number":4,"seq":5}"#,
        #"{"t":50,"op":"del","who":"1","channel":"c","number":1,"state":"asked"}"#,
        #"{"t":51,"op":"del","who":"1","channel":"c","number":1,"state":"done"}"#,
        #"{"t":52,"op":"recv","who":"2","socket":2,"channel":"c","seq":4,"last_seq":6}"#,
        // The third user leaves and comes back.
        #"{"t":2,"op":"sub","who":"3","socket":1,"channel":"c","seq":6}"#,
        #"{"t":53,"op":"stay","who":"3","channel":"c","state":"asked"}"#,
        #"{"t":54,"asked":53,"op":"stay","who":"3","channel":"c","seq":8,"state":"done"}"#,
        #"{"t":55,"op":"stay","who":"3","channel":"c","comes":true,"state":"asked"}"#,
        #"{"t":57,"asked":55,"op":"stay","who":"3","channel":"c","comes":true,"seq":10,"state":"done"}"#,
        #"{"t":57,"op":"sub","who":"3","socket":1,"channel":"c","seq":10}"#,
        #"{"t":58,"op":"recv","who":"3","socket":1,"channel":"c","seq":11}"#,
        #"{"t":60,"asked":59,"op":"page","who":"3","channel":"c","limit":1,"has_more":true,"messages":[\#(first)]}"#,
        #"{"t":61,"asked":60,"op":"page","who":"2","channel":"c","after":1,"limit":10,"messages":[\#(rest)]}"#,
        #"{"t":62,"asked":61,"op":"page","who":"2","channel":"c","limit":1,"has_more":true,"messages":[\#(first)]}"#,
        #"{"t":71,"asked":70,"op":"read","who":"2","channel":"c","number":3,"state":"done"}"#,
        #"{"t":81,"asked":80,"op":"read","who":"2","channel":"c","number":3,"state":"final"}"#,
        // A channel of which nobody hears anything.
        #"{"t":82,"op":"send","who":"1","socket":1,"channel":"q","key":"q1","text":"Q"}"#,
        #"{"t":83,"asked":82,"op":"ack","who":"1","socket":1,"channel":"q","key":"q1","number":1,"seq":2}"#,
        #"{"t":84,"op":"send","who":"1","socket":1,"channel":"q","key":"q2","text":"R"}"#,
        #"{"t":85,"op":"fail","who":"1","socket":1,"channel":"q","key":"q2","code":"storage_full"}"#,
        #"{"t":90,"op":"final","channel":"q","messages":[{"number":1,"seq":2,"sender":"1","key":"q1","text":"Q"}]}"#,
        #"{"t":90,"op":"final","channel":"c","messages":[\#(first),\#(rest)]}"#,
    ]

    private static func heard(_ time: Int, _ user: String, _ socket: Int, _ message: String) -> String {
        #"{"t":\#(time),"op":"recv","who":"\#(user)","socket":\#(socket),"channel":"c",\#(message)}"#
    }

    private func history(_ lines: [String]) -> History {
        var history = History()
        let text = Array((lines.joined(separator: "\n") + "\n").utf8)
        history.add(file: text.span)
        return history
    }

    /// The rules that a history breaks.
    private func broken(_ lines: [String]) -> Set<String> {
        let history = history(lines)
        return Set(Rule.all.filter { !$0.violations(history).isEmpty }.map(\.name))
    }

    @Test func `all hold of a history in which everything is as it should be`() {
        #expect(broken(Self.good) == [])
        #expect(history(Self.good).acknowledgedCount == 5)
        #expect(history(Self.good).unknownCount == 1)
    }

    /// What is changed, in which lines, and the rules that then must be broken, others being broken or not.
    static let planted: [(rule: String, what: String, from: String, to: String)] = [
        ("R1", "a hole in the numbers", #""number":3,"seq":4"#, #""number":7,"seq":4"#),
        ("R1", "a place behind its successor", #""number":4,"seq":5"#, #""number":4,"seq":3"#),
        ("R1", "a channel that nobody read", #""op":"final","channel":"c""#, #""op":"final","channel":"z""#),
        (
            "R2", "a message twice in the log", #""key":"d","text":"D"},{"number":4"#,
            #""key":"e","text":"D"},{"number":4"#
        ),
        (
            "R2", "two numbers for one key", #""number":2,"seq":3,"duplicate":true}"#,
            #""number":2,"seq":3}"# + "\n"
                + #"{"t":36,"asked":30,"op":"ack","who":"2","channel":"c","key":"b","number":4,"seq":5}"#
        ),
        (
            "R3", "a message that nobody sent", #""key":"d","text":"D"},{"number":4"#,
            #""key":"x","text":"D"},{"number":4"#
        ),
        (
            "R3", "a message with another text", #""key":"d","text":"D"},{"number":4"#,
            #""key":"d","text":"Q"},{"number":4"#
        ),
        (
            "R4", "an acknowledged message that is lost", #",{"number":4,"seq":5,"sender":"1","key":"e","text":"E"}]}"#,
            "]}"
        ),
        ("R4", "the only message of a channel", #"{"number":1,"seq":2,"sender":"1","key":"q1","text":"Q"}"#, ""),
        ("R4", "an acknowledgement with another's number", #""key":"e","number":4"#, #""key":"e","number":3"#),
        (
            "R5", "a refused message behind the others", #""key":"q1","text":"Q"}]"#,
            #""key":"q1","text":"Q"},{"number":2,"seq":3,"sender":"1","key":"q2","text":"R"}]"#
        ),
        ("R5", "a refused message that is there", #""key":"e","text":"E"}]}"#, #""key":"refused","text":"R"}]}"#),
        ("R6", "a message sent after an acknowledgement, below it", #"{"t":10,"op":"send""#, #"{"t":99,"op":"send""#),
        ("R7", "a socket's messages the wrong way round", #"{"t":42,"asked":40"#, #"{"t":42,"asked":42"#),
        (
            "R8", "a message that was shown and is another",
            #""op":"recv","who":"2","socket":2,"channel":"c","number":2"#,
            #""op":"recv","who":"2","socket":2,"channel":"c","number":5"#
        ),
        (
            "R8", "a message shown with another text",
            #""socket":2,"channel":"c","number":2,"seq":3,"sender":"2","key":"b","text":"B"}"#,
            #""socket":2,"channel":"c","number":2,"seq":3,"sender":"2","key":"b","text":"?"}"#
        ),
        ("R9", "a place left out", #""socket":2,"channel":"c","seq":2}"#, #""socket":2,"channel":"c","seq":1}"#),
        ("R9", "a place told twice", #""seq":4,"last_seq":6"#, #""seq":3,"last_seq":6"#),
        ("R9", "a socket that began nowhere", #"{"t":32,"op":"sub""#, #"{"t":32,"op":"odd""#),
        (
            "R10", "a page with a hole",
            #""limit":10,"messages":[{"number":2,"seq":3,"sender":"2","key":"b","text":"B"},"#,
            #""limit":10,"messages":["#
        ),
        ("R10", "a stale page", #",{"number":4,"seq":5,"sender":"1","key":"e","text":"E"}]}"#, "]}"),
        ("R11", "a deletion undone", #""key":"a","deleted":true}"#, #""key":"a","text":"A"}"#),
        ("R11", "a deletion by nobody", #""op":"del""#, #""op":"odd""#),
        ("R12", "a marker that went back", #""number":3,"state":"final""#, #""number":2,"state":"final""#),
        ("R13", "a client that does not understand", #""op":"info""#, #""op":"odd""#),
        ("R13", "a line that cannot be read", #""op":"info""#, #""op":"what""#),
        ("R14", "an event for who has left", #"{"t":55,"op":"stay""#, #"{"t":59,"op":"stay""#),
        ("R14", "a page for who has left", #"{"t":55,"op":"stay""#, #"{"t":70,"op":"stay""#),
    ]

    @Test(arguments: planted)
    func `one each is broken by what it forbids`(rule: String, what: String, from: String, to: String) {
        let lines = Self.planting(to, for: from)
        #expect(lines != Self.good, "\(what): nothing was planted")
        #expect(broken(lines).contains(rule), "\(what)")
    }

    /// So that no rule leans on another one to be found out.
    @Test func `each is broken alone by one of them`() {
        for rule in Rule.all {
            let alone = Self.planted.filter { planted in
                planted.rule == rule.name && broken(Self.planting(planted.to, for: planted.from)) == [rule.name]
            }
            #expect(!alone.isEmpty, "\(rule.name)")
        }
    }

    private static func planting(_ to: String, for from: String) -> [String] {
        good.map { replace(from, by: to, in: $0) }
    }

    private static func replace(_ from: String, by to: String, in line: String) -> String {
        guard let range = line.indices.lazy.map({ line[$0...] }).first(where: { $0.hasPrefix(from) }) else {
            return line
        }
        let end = line.index(range.startIndex, offsetBy: from.count)
        return line[..<range.startIndex] + to + line[end...]
    }

    @Test func `a history in which too little happened is worth nothing`() {
        let good = history(Self.good)
        #expect(CheckCommand.verdict(of: good, acksMin: 5, unknownMin: 1).isGood)
        #expect(!CheckCommand.verdict(of: good, acksMin: 6, unknownMin: 1).isGood)
        #expect(!CheckCommand.verdict(of: good, acksMin: 5, unknownMin: 2).isGood)
    }

    @Test func `the last line may be cut off, and another one may not`() {
        #expect(broken(Self.good + [#"{"t":91,"op":"se"#]) == ["R13"])
        var history = History()
        let text = Array((Self.good.joined(separator: "\n") + "\n" + #"{"t":91,"op":"se"#).utf8)
        history.add(file: text.span)
        #expect(history.brokenLines == 0)
    }

    @Test func `a line is read as it was written`() {
        var entry = HistoryEntry(.page, at: 7)
        (entry.asked, entry.who, entry.socket, entry.channel) = (5, "1", 2, "c")
        (entry.after, entry.limit, entry.hasMore) = (3, 10, true)
        entry.messages = [
            LoggedMessage(number: 4, seq: 9, sender: "2", key: "k", text: "t"),
            LoggedMessage(number: 5, seq: 10, sender: "2", key: "l", isDeleted: true),
        ]
        let bytes = Array(entry.line.utf8)
        let read = HistoryEntry(bytes.span, in: 0..<bytes.count - 1)
        #expect(read == entry)
    }

    @Test func `a hundred thousand messages are checked in seconds`() {
        var history = History()
        var log = HistoryEntry(.final)
        log.channel = "c"
        for number in 1...100_000 {
            var entry = HistoryEntry(.send, at: UInt64(2 * number))
            (entry.who, entry.channel, entry.key, entry.text) = ("1", "c", "\(number)", "t")
            history.add(entry)
            (entry.operation, entry.asked, entry.time) = (.ack, entry.time, entry.time + 1)
            (entry.number, entry.text) = (number, nil)
            history.add(entry)
            log.messages.append(LoggedMessage(number: number, seq: number, sender: "1", key: "\(number)", text: "t"))
        }
        history.add(log)
        let begun = Clock.now
        #expect(CheckCommand.verdict(of: history, acksMin: 100_000, unknownMin: 0).isGood)
        #expect(Clock.now - begun < 20_000_000_000)
    }
}
