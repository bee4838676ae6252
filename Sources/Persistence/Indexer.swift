internal import Base
internal import Channels

/// Fills what finds events by anything but their place in the journal: the log of each channel, its messages, the retry
/// keys, the heads, and the markers that sending moved.
///
/// It runs behind the commits. What has gathered is sorted by channel into a *run*, and the run is written in *slices*,
/// a few with each commit: neighbours of a sorted run share pages, so that a page is written once for all its rows, and
/// a slice is small enough that nobody waits for it. A run that a crash cut short is begun again: every row of it may
/// be written twice.
struct Indexer {
    private let recent: RecentEvents
    private let insertLog, insertMessage, insertRetry, setHead, raiseMarker, setWatermark: Statement
    /// Committed, in the order of the journal, and not in the run.
    private var waiting: [StoredEvent] = []
    private var waitingByteCount = 0
    /// Sorted by channel and place; those before `done` are indexed, those before `written` too once the transaction is
    /// committed.
    private var run: [StoredEvent] = []
    private var runEnd: Int64 = 0
    private var done = 0
    private var written = 0
    /// Where in the journal the messages are that no index knows, by their retry keys; also those of the open
    /// transaction.
    private var positions: [RetryKey: Int64] = [:]

    /// Reads back what a former run of the server committed and did not index.
    init(database: Database, recent: RecentEvents) throws(StoreFailure) {
        self.recent = recent
        insertLog = try database.prepare("INSERT INTO log_index VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
        insertMessage = try database.prepare("INSERT INTO message_index VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
        insertRetry = try database.prepare("INSERT INTO retry_index VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
        setHead = try database.prepare(
            """
            INSERT INTO heads VALUES (?, ?, ?, ?) ON CONFLICT (channel) DO UPDATE SET
            seq = max(seq, excluded.seq), last_message_number = max(last_message_number, excluded.last_message_number),
            last_message_at = coalesce(excluded.last_message_at, last_message_at)
            """)
        raiseMarker = try database.prepare(
            "UPDATE members SET read_number = max(read_number, ?) WHERE channel = ? AND user = ?")
        setWatermark = try database.prepare("UPDATE meta SET value = ? WHERE name = 'indexed_through'")
        try recover(from: database)
    }

    private mutating func recover(from database: Database) throws(StoreFailure) {
        let watermark = try database.integer("SELECT value FROM meta WHERE name = 'indexed_through'")
        let rows = try database.prepare(
            "SELECT \(JournalRow.columns) FROM journal WHERE position > ? ORDER BY position")
        let found = try rows.bind(watermark).all { row throws(StoreFailure) in
            let (position, event) = try JournalRow.read(row)
            return StoredEvent(position: position, event: event)
        }
        for stored in found { expect(stored) }
        recent.append(found)
        take(found)
    }

    // MARK: What is not indexed

    /// Events that wait to be indexed.
    var waitingCount: Int { waiting.count + run.count - done }

    /// Whether a run is on its way.
    var isRunning: Bool { done < run.count }

    func position(ofMessageSentAs key: RetryKey) -> Int64? { positions[key] }

    /// An event of the open transaction.
    mutating func expect(_ stored: StoredEvent) {
        if case .messageCreated(let message) = stored.event.fact { positions[message.retryKey] = stored.position }
    }

    /// The event's transaction was rolled back.
    mutating func forget(_ event: Event) {
        if case .messageCreated(let message) = event.fact { positions[message.retryKey] = nil }
    }

    /// Events that have been committed.
    mutating func take(_ events: [StoredEvent]) {
        waiting.append(contentsOf: events)
        for stored in events { waitingByteCount += stored.event.contentByteCount }
    }

    /// Whether enough has gathered for a run: many events share their pages, and large ones must not fill the memory.
    func hasGathered(_ count: Int, orBytes byteCount: Int) -> Bool {
        waiting.count >= count || waitingByteCount >= byteCount
    }

    /// Whether something has waited since that time.
    func hasWaited(since time: Timestamp) -> Bool { waiting.first.map { $0.event.at <= time } ?? false }

    // MARK: Writing

    /// Writes about `count` rows of the run, or of a new one of everything that waits, into the open transaction.
    mutating func write(atMost count: Int) throws(StoreFailure) {
        if !isRunning { begin() }
        written = min(run.count, done + count)
        try write(run[done..<written])
        if written == run.count, !run.isEmpty { try setWatermark.bind(runEnd).run() }
    }

    /// The transaction is committed: readers find what it wrote in the index.
    mutating func committed() {
        guard written > done else { return }
        var ends: [ChannelID: Int64] = [:]
        for stored in run[done..<written] {
            ends[stored.event.channel] = stored.position
            if case .messageCreated(let message) = stored.event.fact { positions[message.retryKey] = nil }
        }
        recent.remove(through: ends)
        done = written
        if !isRunning { (run, done, written) = ([], 0, 0) }
    }

    mutating func rolledBack() { written = done }

    private mutating func begin() {
        guard let last = waiting.last else { return }
        runEnd = last.position
        run = waiting.sorted { one, other in
            one.event.channel == other.event.channel
                ? one.event.seq < other.event.seq : one.event.channel.rawValue < other.event.channel.rawValue
        }
        (done, written) = (0, 0)
        waiting.removeAll(keepingCapacity: true)
        waitingByteCount = 0
    }

    private func write(_ slice: ArraySlice<StoredEvent>) throws(StoreFailure) {
        var head = ChannelHead()
        var markers: [UserID: Int64] = [:]
        for index in slice.indices {
            let stored = slice[index], event = stored.event
            try insertLog.bind(event.channel).bind(event.seq).bind(stored.position).run()
            head.advance(past: event)
            if case .messageCreated(let message) = event.fact {
                markers[message.sender] = message.number
                try insertMessage.bind(event.channel).bind(message.number).bind(stored.position).run()
                try insertRetry.bind(event.channel).bind(message.sender).bind(text: message.clientMessageID.bytes)
                    .bind(stored.position).run()
            }
            let isLast = index + 1 == slice.endIndex || slice[index + 1].event.channel != event.channel
            guard isLast else { continue }
            try setHead.bind(event.channel).bind(head.seq).bind(head.lastMessageNumber).bind(head.lastMessageAt).run()
            for (user, number) in markers { try raiseMarker.bind(number).bind(event.channel).bind(user).run() }
            head = ChannelHead()
            markers.removeAll(keepingCapacity: true)
        }
    }
}
