internal import Base
internal import Channels

extension ArchiveReader {
    /// Events after `seq` in ascending order as the user may see them now, and whether there are more up to `last`;
    /// `nil` when the user may see nothing of the channel.
    func events(
        of channel: ChannelID, for user: UserID, after seq: Int64, through last: Int64, limit: Int, bytesMax: Int
    ) throws(StoreFailure) -> (events: [Event], hasMore: Bool)? {
        let waiting = recent.events(of: channel)
        return try snapshot { () throws(StoreFailure) in
            guard let sight = try sight(of: channel, for: user) else { return nil }
            var page = EventPage(channel: channel, limit: limit, bytesMax: bytesMax)
            var seq = seq
            // The log goes this far at least: nothing is said to be there that has not happened.
            let begin = min(sight.start.seq, last)
            if seq < begin {
                page.begin(behind: seq, at: begin)
                seq = begin
            }
            let indexedEnd = waiting.first.map { min(last, $0.event.seq - 1) } ?? last
            if seq < indexedEnd {
                let rows = try statement(
                    """
                    SELECT \(JournalRow.joinedColumns), i.seq FROM log_index i JOIN journal j ON j.position = i.position
                    WHERE i.channel = ? AND i.seq > ? AND i.seq <= ? ORDER BY i.seq LIMIT ?
                    """
                ).bind(channel).bind(seq).bind(indexedEnd).bind(limit + 1)
                defer { rows.reset() }
                while try rows.step() {
                    let event = try indexed(rows, in: channel)
                    guard page.take(try resolve(event, sight, waiting)) else { return (page.events, true) }
                }
            }
            for stored in waiting where stored.event.seq > seq && stored.event.seq <= last {
                guard page.take(try resolve(stored.event, sight, waiting)) else { return (page.events, true) }
            }
            return (page.events, false)
        }
    }

    /// The event that an index row leads to. The index has no checksums of its own; what it says is believed when the
    /// journal says the same.
    private func indexed(_ row: Statement, in channel: ChannelID) throws(StoreFailure) -> Event {
        let (position, event) = try JournalRow.read(row)
        guard event.channel == channel, event.seq == row.integer(JournalRow.columnCount) else {
            throw .damaged("the log's index points to the wrong row \(position) of the journal")
        }
        return event
    }

    /// What the user may see of an event: it, or only that there was one.
    private func resolve(
        _ event: Event, _ sight: Sight, _ waiting: [StoredEvent]
    ) throws(StoreFailure) -> Event {
        var void: Event {
            Event(channel: event.channel, seq: event.seq, at: event.at, fact: .void(through: event.seq))
        }
        switch event.fact {
        case .messageCreated(let message):
            return sight.sees(message.number) ? event : void
        case .note(let note) where note.kind == .messageUpdated:
            guard let number = note.target, sight.sees(number),
                let message = try message(number, in: event.channel, waiting), !message.isDeleted
            else { return void }
            return Event(channel: event.channel, seq: event.seq, at: event.at, fact: .messageUpdated(message))
        case .note(let note) where note.kind == .channelAdded:
            guard let subject = note.subject, try isMember(sight.user, of: subject) else { return void }
            return event
        case .note(let note):
            guard let number = note.target else { return event }
            guard sight.sees(number), try !isDeleted(number, in: event.channel) else { return void }
            return event
        case .messageUpdated, .void:
            return event
        }
    }
}

/// Events gathered for one page, in ascending order.
private struct EventPage {
    private let channel: ChannelID
    private let limit: Int
    private let bytesMax: Int
    private(set) var events: [Event] = []
    private var count = 0
    private var byteCount = 0

    init(channel: ChannelID, limit: Int, bytesMax: Int) {
        self.channel = channel
        self.limit = limit
        self.bytesMax = bytesMax
    }

    /// False when the page is full; a first event always has room.
    mutating func take(_ event: Event) -> Bool {
        let size = event.contentByteCount
        guard count < limit, count == 0 || size <= bytesMax - byteCount else { return false }
        count += 1
        byteCount += size
        if case .void(let through) = event.fact {
            skip(from: event.seq, through: through)
        } else {
            events.append(event)
        }
        return true
    }

    /// What is from before the user's time, or not there any more, is one void.
    mutating func begin(behind seq: Int64, at start: Int64) {
        count += 1
        skip(from: seq + 1, through: start)
    }

    /// Neighbours that may not be seen are told as one.
    private mutating func skip(from first: Int64, through last: Int64) {
        if let before = events.last, case .void = before.fact, before.lastSeq + 1 == first {
            events[events.count - 1].fact = .void(through: last)
        } else {
            events.append(
                Event(channel: channel, seq: first, at: Timestamp(milliseconds: 0), fact: .void(through: last)))
        }
    }
}

extension Event {
    /// Bytes that the event's content takes when it is told, for bounding what is read at once.
    var contentByteCount: Int {
        switch fact {
        case .messageCreated(let message), .messageUpdated(let message): message.contentByteCount
        case .note(let note): note.data.count
        case .void: 0
        }
    }
}

extension Message {
    /// Text as JSON writes it: a control character takes six bytes there.
    var contentByteCount: Int {
        let plain = text.reduce(clientMessageID.bytes.count) {
            $0 + ($1 < 0x20 ? 6 : $1 == 0x22 || $1 == 0x5C ? 2 : 1)
        }
        return isPlain ? plain : plain + (details.stored?.count ?? 0)
    }
}
