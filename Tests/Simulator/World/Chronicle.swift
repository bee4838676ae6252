import Base
import Channels

/// What has been committed, in the order of the commits, and who belonged to which channel meanwhile: what somebody
/// knows who stands beside the committer. Everything that a client is told is held against it at once.
struct Chronicle {
    private enum Entry: Equatable {
        case message(number: Int64, name: String)
        case other
    }

    /// A membership: from the place of a channel's log at which the member came, up to that of the leaving.
    private struct Stay {
        var from: Int64
        var until: Int64?

        func covers(_ seq: Int64) -> Bool { from <= seq && seq < until ?? .max }
    }

    private struct Log {
        var entries: [Entry] = []
        /// Places of its messages, by number.
        var places: [Int64] = []
        var stays: [[Stay]] = Genesis.names.map { _ in [Stay(from: 0)] }
    }

    private var logs: [String: Log] = [:]
    /// Acknowledged in these places.
    private var names: [String: Book.Place] = [:]
    private(set) var faults: [String] = []

    /// Where a channel's log ends.
    func end(of channel: String) -> Int64 { Int64(logs[channel]?.entries.count ?? 0) }

    // MARK: Written down

    /// An event is on disk. What has been written down already is compared.
    mutating func take(_ event: Event) {
        guard !event.channel.isPersonal else { return }
        let channel = "\(event.channel)", entry = Self.entry(event)
        for seq in event.seq...max(event.seq, event.lastSeq) {
            let known = end(of: channel)
            if seq <= known {
                let before = logs[channel]?.entries[Int(seq) - 1]
                if before != entry { faults.append("\(channel) \(seq) was \(before as Any) and is \(entry)") }
                continue
            }
            guard seq == known + 1 else {
                faults.append("\(channel) went from \(known) to \(seq) when it was committed")
                return
            }
            add(entry, at: seq, to: channel)
        }
        if case .note(let note) = event.fact { follow(note, at: event.seq, in: channel) }
    }

    private static func entry(_ event: Event) -> Entry {
        guard case .messageCreated(let message) = event.fact else { return .other }
        let name = String(decoding: message.clientMessageID.bytes, as: UTF8.self)
        return .message(number: message.number, name: name)
    }

    private mutating func add(_ entry: Entry, at seq: Int64, to channel: String) {
        logs[channel, default: Log()].entries.append(entry)
        guard case .message(let number, let name) = entry else { return }
        let last = logs[channel]?.places.count ?? 0
        if number != last + 1 { faults.append("\(channel) goes from message \(last) to \(number)") }
        logs[channel]?.places.append(seq)
        if let first = names[name] { faults.append("\(name) was \(first), and is committed once more at \(seq)") }
        names[name] = Book.Place(number: number, seq: seq)
    }

    private mutating func follow(_ note: Event.Note, at seq: Int64, in channel: String) {
        guard note.kind == .memberJoined || note.kind == .memberLeft else { return }
        guard let data = try? JSONDocument(parsing: note.data).root,
            let id = data["user"]?.string.flatMap({ Int64($0) }),
            let user = Genesis.names.indices.first(where: { Genesis.user($0).rawValue == id }),
            var stays = logs[channel]?.stays[user]
        else { return faults.append("\(channel) \(seq) tells of nobody") }
        // Read once more after a restart.
        guard !stays.contains(where: { $0.from == seq || $0.until == seq }) else { return }
        let isIn = stays.last.map { $0.until == nil } ?? false
        guard isIn == (note.kind == .memberLeft) else {
            return faults.append("\(channel) \(seq): \(Genesis.names[user]) cannot come or go")
        }
        if isIn { stays[stays.count - 1].until = seq } else { stays.append(Stay(from: seq)) }
        logs[channel]?.stays[user] = stays
    }

    /// The log on disk ends here, as a server has it that has just begun.
    mutating func compareEnd(of channel: String, with end: Int64) {
        let known = self.end(of: channel)
        if end < known { faults.append("\(channel) was told of to \(known) and ends at \(end) after a restart") }
    }

    // MARK: Asked

    /// What is wrong with an acknowledgement.
    func fault(acknowledging name: String, as place: Book.Place) -> String? {
        guard let committed = names[name] else { return "\(name) is acknowledged and not committed" }
        return committed == place ? nil : "\(name) is acknowledged as \(place) and was committed as \(committed)"
    }

    /// What is wrong with a user being told what is at these places of a log, or, by a void, that it is not for them.
    func fault(
        telling user: Int, _ channel: String, _ places: ClosedRange<Int64>, isVoid: Bool
    ) -> String? {
        guard let log = logs[channel], places.upperBound <= log.entries.count else {
            return "\(Genesis.names[user]) is told of \(channel) \(places), which is not committed"
        }
        if !isVoid {
            return places.lazy.compactMap { fault(showing: $0, of: channel, log, to: user) }.first
        }
        return places.lazy.filter { mustSee($0, in: channel, log, user) }.map {
            "\(Genesis.names[user]) is kept from \(channel) \($0), which is for members"
        }.first
    }

    /// The same of a message in a page of history.
    func fault(showing number: Int64, named name: String?, of channel: String, to user: Int) -> String? {
        guard let log = logs[channel], number > 0, number <= log.places.count else {
            return "\(Genesis.names[user]) is shown message \(number) of \(channel), which is not committed"
        }
        let seq = log.places[Int(number) - 1]
        if let name, log.entries[Int(seq) - 1] != .message(number: number, name: name) {
            return "\(Genesis.names[user]) is shown \(name) as message \(number) of \(channel)"
        }
        return fault(showing: seq, of: channel, log, to: user)
    }

    /// Whether a page that a user was given had to have this message.
    func mustSee(message number: Int64, of channel: String, _ user: Int) -> Bool {
        guard let log = logs[channel], number > 0, number <= log.places.count else { return false }
        return mustSee(log.places[Int(number) - 1], in: channel, log, user)
    }

    /// Nothing of a channel is for who was out when it was committed and has not come back since; where the past is for
    /// those alone who were there, not even then.
    private func fault(showing seq: Int64, of channel: String, _ log: Log, to user: Int) -> String? {
        let stays = log.stays[user]
        let isAllowed =
            Genesis.showsPast(channel)
            ? stays.contains { $0.until.map { seq < $0 } ?? true } : stays.contains { $0.covers(seq) }
        return isAllowed ? nil : "\(Genesis.names[user]) is told of \(channel) \(seq), and was no member"
    }

    /// Members see every message, unless they have hidden some themselves, as only one user does.
    private func mustSee(_ seq: Int64, in channel: String, _ log: Log, _ user: Int) -> Bool {
        guard user != Genesis.hider, case .message = log.entries[Int(seq) - 1], let stay = log.stays[user].last,
            stay.until == nil
        else { return false }
        return Genesis.showsPast(channel) || stay.covers(seq)
    }
}
