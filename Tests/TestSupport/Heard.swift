public import Base

/// What a client has been told of all logs, kept as a client keeps it: by its cursors, voids included.
public struct Heard: Sendable {
    public init() {}

    /// Frames by channel and place; a void has none.
    public private(set) var logs: [String: [Int64: String?]] = [:]
    /// Where the client stands in each channel that it belongs to.
    public var cursors: [String: Int64] = [:]
    public private(set) var personalSeq: Int64 = 0
    public private(set) var faults: [String] = []
    /// While a resume is replayed, its answer will tell of memberships.
    public var isReplaying = false
    /// Channels that were left in between, so that their logs may have holes.
    public private(set) var leftOnce: Set<String> = []

    /// Channels whose log could not be read to the end, because the client is out already and will hear so.
    private var abandoned: Set<String> = []

    public mutating func abandon(_ channel: String) { abandoned.insert(channel) }

    /// Begins, or goes on, where the server says that everything stands.
    public mutating func begin(_ summaries: [JSONElement], personalSeq: Int64? = nil) {
        for summary in summaries {
            guard let channel = summary["channel"]?.string else { continue }
            cursors[channel] = summary["seq"]?.integer
            abandoned.remove(channel)
        }
        if let personalSeq { self.personalSeq = personalSeq }
    }

    public mutating func leave(_ channel: String) {
        cursors[channel] = nil
        abandoned.remove(channel)
        leftOnce.insert(channel)
    }

    /// Takes an event in, which must be the next one of its log, and of a channel to which the client belongs.
    /// - Parameter through: where a page ends for this client, who is told live of what is behind that. A void may go
    ///   further: what was told live then is hidden by now from somebody who was out meanwhile.
    public mutating func take(_ event: JSONElement, through end: Int64 = .max) {
        guard let channel = event["channel"]?.string, let seq = event["seq"]?.integer else { return }
        guard seq <= end else { return }
        let last = min(event["to_seq"]?.integer ?? seq, end), frame = String(decoding: event.raw, as: UTF8.self)
        if channel == "@me" {
            if seq != personalSeq + 1 { faults.append("@me goes from \(personalSeq) to \(frame)") }
            personalSeq = last
            return isReplaying ? () : follow(event)
        }
        guard !abandoned.contains(channel) else { return }
        guard let cursor = cursors[channel] else { return faults.append("heard as a stranger: \(frame)") }
        if seq != cursor + 1 || last < seq { faults.append("\(channel) goes from \(cursor) to \(frame)") }
        cursors[channel] = last
        let isVoid = event["type"]?.isString("void") == true
        for place in seq...max(seq, last) { logs[channel, default: [:]][place] = .some(isVoid ? nil : frame) }
    }

    private mutating func follow(_ event: JSONElement) {
        guard let data = event["data"], let channel = data["channel"]?.string else { return }
        if event["type"]?.isString("channel.added") == true { begin([data]) }
        if event["type"]?.isString("channel.removed") == true { leave(channel) }
    }

    // MARK: Against the log as it is now

    /// - Parameter now: every place of the log as the same user reads it at the end.
    /// - Parameter hasHidden: the user hid messages from sight, some of which may be seen again.
    public func differences(of channel: String, from now: [String?], hasHidden: Bool) -> [String] {
        var found: [String] = []
        let mine = logs[channel] ?? [:]
        if let cursor = cursors[channel], cursor != Int64(now.count) {
            found.append("\(channel) ends at \(now.count), heard to \(cursor)")
        }
        for (seq, frame) in mine.sorted(by: { $0.key < $1.key }) {
            guard seq <= now.count else {
                found.append("\(channel) has no \(seq) any more")
                continue
            }
            // What may not be seen any more is no difference.
            guard let there = now[Int(seq) - 1] else { continue }
            guard let frame else {
                if !hasHidden { found.append("\(channel) was void at \(seq), and now is \(there)") }
                continue
            }
            if !Self.isSame(frame, there) { found.append("\(channel) was told \(frame), and now is \(there)") }
        }
        guard !leftOnce.contains(channel), !hasHidden else { return found }
        let places = mine.keys.sorted()
        if let first = places.first, places != Array(first...(first + Int64(places.count) - 1)) {
            found.append("\(channel) has holes")
        }
        let before = Texts(places.map { mine[$0] ?? nil }), after = Texts(now)
        for (number, text) in before.byNumber where after.byNumber[number] != text {
            found.append("\(channel) \(number) came to \(text ?? "nothing"), not \(after.byNumber[number] as Any)")
        }
        return found
    }

    /// Whether a frame is another one's later form.
    private static func isSame(_ live: String, _ now: String) -> Bool {
        if live == now { return true }
        guard let one = try? JSONDocument(parsing: Array(live.utf8)).root,
            let other = try? JSONDocument(parsing: Array(now.utf8)).root, let was = one["data"],
            let isNow = other["data"],
            let type = one["type"]?.string, type == other["type"]?.string, type.hasPrefix("message."),
            was["message_number"]?.integer == isNow["message_number"]?.integer
        else { return false }
        if type == "message.updated" { return true }
        let isChanged = isNow["edited_at"] != nil || isNow["deleted_at"] != nil
        return isChanged && was["client_msg_id"]?.string == isNow["client_msg_id"]?.string
            && was["sender"]?.string == isNow["sender"]?.string
    }

    /// What a client shows that takes in one event after another.
    private struct Texts {
        var byNumber: [Int64: String?] = [:]

        init(_ frames: [String?]) {
            for frame in frames {
                guard let frame, let root = try? JSONDocument(parsing: Array(frame.utf8)).root, let data = root["data"]
                else { continue }
                switch root["type"]?.string {
                case "message.created", "message.updated":
                    guard let number = data["message_number"]?.integer else { continue }
                    byNumber[number] = .some(data["text"]?.string)
                case "message.deleted":
                    for pair in data["message_numbers"]?.elements ?? [] {
                        let ends = pair.elements.compactMap(\.integer)
                        guard ends.count == 2 else { continue }
                        for number in ends[0]...ends[1] where byNumber[number] != nil { byNumber[number] = .some(nil) }
                    }
                default: continue
                }
            }
        }
    }
}
