internal import Base
internal import Channels

/// Reads one channel's log on a read-only connection. Used by one thread.
struct ArchiveReader {
    private let recent: RecentEvents
    private let database: Database
    private let membership, forward, backward, bound: Statement

    init(path: String, recent: RecentEvents) throws(StoreFailure) {
        self.recent = recent
        database = try Database(path: path, .reader)
        let columns = JournalRow.columns.split(separator: ", ").map { "j.\($0)" }.joined(separator: ", ")
        let rows =
            "SELECT \(columns), i.seq FROM log_index i JOIN journal j ON j.position = i.position WHERE i.channel = ?"
        membership = try database.prepare("SELECT 1 FROM members WHERE channel = ? AND user = ?")
        forward = try database.prepare("\(rows) AND i.seq > ? AND i.seq <= ? ORDER BY i.seq LIMIT ?")
        backward = try database.prepare("\(rows) AND i.seq <= ? AND i.seq >= ? ORDER BY i.seq DESC LIMIT ?")
        bound = try database.prepare(
            """
            SELECT seq, last_message_number FROM log_index WHERE channel = ? AND seq >= ? ORDER BY seq LIMIT 1
            """)
    }

    func mayRead(_ channel: ChannelID, _ user: UserID) throws(StoreFailure) -> Bool {
        if let owner = channel.owner { return owner == user }
        return try membership.bind(channel).bind(user).first { _ throws(StoreFailure) in true } ?? false
    }

    /// Events after `seq` in ascending order, and whether there are more up to `last`.
    func events(
        of channel: ChannelID, after seq: Int64, through last: Int64, limit: Int, bytesMax: Int
    ) throws(StoreFailure) -> (events: [Event], hasMore: Bool) {
        let waiting = recent.events(of: channel)
        let indexedEnd = waiting.first.map { min(last, $0.event.seq - 1) } ?? last
        var events: [Event] = []
        var bytes = 0
        /// False when the page is full.
        func take(_ event: Event) -> Bool {
            guard events.count < limit, events.isEmpty || bytes + event.contentByteCount <= bytesMax else {
                return false
            }
            events.append(event)
            bytes += event.contentByteCount
            return true
        }
        if seq < indexedEnd {
            let rows = forward.bind(channel).bind(seq).bind(indexedEnd).bind(limit + 1)
            defer { rows.reset() }
            while try rows.step() {
                guard take(try indexed(rows, in: channel)) else { return (events, true) }
            }
        }
        for stored in waiting where stored.event.seq > seq && stored.event.seq <= last {
            guard take(stored.event) else { return (events, true) }
        }
        return (events, false)
    }

    /// A page of messages in ascending order, and whether there are more in the direction of paging (around a message:
    /// on either side).
    func messages(
        of channel: ChannelID, at position: HistoryPosition, limit: Int, bytesMax: Int = .max
    ) throws(StoreFailure) -> (messages: [Message], hasMore: Bool) {
        switch position {
        case .newest, .before:
            let number = if case .before(let number) = position { number } else { Int64.max }
            var page = MessagePage(limit: limit, bytesMax: bytesMax)
            try older(than: number, in: channel, into: &page)
            return (page.messages.reversed(), page.hasMore)
        case .after(let number):
            var page = MessagePage(limit: limit, bytesMax: bytesMax)
            try newer(than: number, in: channel, into: &page)
            return (page.messages, page.hasMore)
        case .around(let number):
            var before = MessagePage(limit: limit / 2, bytesMax: bytesMax / 2)
            try older(than: number, in: channel, into: &before)
            var after = MessagePage(limit: limit - before.messages.count, bytesMax: bytesMax - before.byteCount)
            // The message itself is the first of the newer half; a number below every message begins at the start.
            try newer(than: max(number, 1) - 1, in: channel, into: &after)
            return (before.messages.reversed() + after.messages, before.hasMore || after.hasMore)
        }
    }

    private func older(
        than number: Int64, in channel: ChannelID, into page: inout MessagePage
    ) throws(StoreFailure) {
        let waiting = recent.events(of: channel)
        for stored in waiting.reversed() {
            guard case .messageCreated(let message) = stored.event.fact, message.number < number else { continue }
            guard page.take(message) else { return }
        }
        let end = waiting.first.map { $0.event.seq - 1 } ?? .max
        let start = number == .max ? end : try min(end, seq(reaching: number, in: channel, upTo: end) - 1)
        let rows = backward.bind(channel).bind(start).bind(1 as Int64).bind(-1 as Int64)
        defer { rows.reset() }
        while try rows.step() {
            guard case .messageCreated(let message) = try indexed(rows, in: channel).fact else { continue }
            guard page.take(message) else { return }
        }
    }

    private func newer(
        than number: Int64, in channel: ChannelID, into page: inout MessagePage
    ) throws(StoreFailure) {
        guard number < .max else { return }
        let waiting = recent.events(of: channel)
        let end = waiting.first.map { $0.event.seq - 1 } ?? .max
        let start = try seq(reaching: number + 1, in: channel, upTo: end)
        if start <= end {
            let rows = forward.bind(channel).bind(start - 1).bind(end).bind(-1 as Int64)
            defer { rows.reset() }
            while try rows.step() {
                guard case .messageCreated(let message) = try indexed(rows, in: channel).fact else { continue }
                guard page.take(message) else { return }
            }
        }
        for stored in waiting {
            guard case .messageCreated(let message) = stored.event.fact, message.number > number else { continue }
            guard page.take(message) else { return }
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

    /// The first indexed place at which the channel had `number` messages; beyond the index when it has fewer. Both
    /// numbers grow together and a place is never smaller than its number, so it is found by doubling steps from there,
    /// and then by halving them.
    private func seq(reaching number: Int64, in channel: ChannelID, upTo end: Int64) throws(StoreFailure) -> Int64 {
        func reached(at seq: Int64) throws(StoreFailure) -> Bool {
            let found = try bound.bind(channel).bind(seq).first { row throws(StoreFailure) in row.integer(1) }
            return found.map { $0 >= number } ?? true
        }
        guard number > 1 else { return 1 }
        var low = number, step: Int64 = 1
        while low <= end, try !reached(at: low) {
            low += step
            step *= 2
        }
        // It did not hold half a step before, and holds at `low` unless that is beyond the index.
        var before = max(number - 1, low - step / 2 - 1)
        var after = end < low ? end + 1 : low
        while after - before > 1 {
            let middle = before + (after - before) / 2
            if try reached(at: middle) { after = middle } else { before = middle }
        }
        return after
    }
}

/// Messages gathered for one page, in the order in which they are found.
private struct MessagePage {
    let limit: Int
    let bytesMax: Int
    private(set) var messages: [Message] = []
    private(set) var byteCount = 0
    /// A message was found that had no room.
    private(set) var hasMore = false

    init(limit: Int, bytesMax: Int) {
        self.limit = limit
        self.bytesMax = bytesMax
    }

    /// False when the page is full; a first message always has room.
    mutating func take(_ message: Message) -> Bool {
        let size = message.contentByteCount
        guard messages.count < limit, messages.isEmpty || size <= bytesMax - byteCount else {
            hasMore = true
            return false
        }
        messages.append(message)
        byteCount += size
        return true
    }
}

extension Event {
    /// Bytes that the event's content takes when it is told, for bounding what is read at once.
    var contentByteCount: Int {
        switch fact {
        case .messageCreated(let message): message.contentByteCount
        case .channelCreated(let data), .channelAdded(_, let data): data.count
        }
    }
}

extension Message {
    /// Text as JSON writes it: a control character takes six bytes there.
    var contentByteCount: Int {
        text.reduce(clientMessageID.bytes.count) { $0 + ($1 < 0x20 ? 6 : $1 == 0x22 || $1 == 0x5C ? 2 : 1) }
    }
}
