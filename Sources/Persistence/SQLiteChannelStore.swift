internal import Base
internal import Channels

/// The ledger's store on the writing connection.
struct SQLiteChannelStore: ChannelStore {
    let database: Database
    let recent: RecentEvents
    private(set) var indexer: Indexer
    let statement: StatementCache
    private let statements: Statements
    private let runCountMin: Int
    let owners: DeviceOwners
    /// The open transaction has put jobs into the queue.
    var hasQueuedJobs = false
    private var lastPosition: Int64
    /// What the open transaction has appended.
    private(set) var appended: [StoredEvent] = []
    /// Former messages to which the open transaction gave other content, by their positions.
    private var amended: [Int64: Message] = [:]
    /// Whether something was taken away that the write-ahead log still has. A run that was killed may have left it.
    private(set) var hasErased = true
    private let fingerprintKey: [UInt8]

    init(
        database: Database, recent: RecentEvents, runCountMin: Int = Limits().indexRunEventsMin,
        owners: DeviceOwners = DeviceOwners()
    ) throws(StoreFailure) {
        self.owners = owners
        self.runCountMin = runCountMin
        self.database = database
        self.recent = recent
        statement = StatementCache(database)
        statements = try Statements(database)
        indexer = try Indexer(database: database, recent: recent)
        lastPosition = try database.integer("SELECT coalesce(max(position), 0) FROM journal")
        // Rows at the end may have been taken away: no position is given twice while an index may name it.
        lastPosition = max(
            lastPosition, try database.integer("SELECT value FROM meta WHERE name = 'indexed_through'"))
        fingerprintKey = Array(try database.text("SELECT value FROM meta WHERE name = 'fingerprint_key'").utf8)
    }

    // MARK: Transactions

    mutating func begin() throws(StoreFailure) { try statements.begin.run() }

    mutating func commit() throws(StoreFailure) {
        try statements.commit.run()
        indexer.committed()
        if !appended.isEmpty {
            recent.append(appended)
            indexer.take(appended)
            appended.removeAll(keepingCapacity: true)
        }
        // Behind the others: what was changed may be one of them.
        guard !amended.isEmpty else { return }
        recent.amend(amended)
        amended = [:]
    }

    mutating func rollback() {
        // After a failure SQLite may have rolled back by itself, and then says so by refusing.
        try? statements.rollback.run()
        lastPosition -= Int64(appended.count)
        hasQueuedJobs = false
        for stored in appended { indexer.forget(stored.event) }
        appended.removeAll()
        amended = [:]
        indexer.rolledBack()
    }

    var committedPlace: Int64 { lastPosition - Int64(appended.count) }

    /// Events appended by the open transaction.
    var appendedCount: Int { appended.count }

    // MARK: The journal

    mutating func append(_ event: Event, head: ChannelHead) throws(StoreFailure) {
        lastPosition += 1
        let stored = StoredEvent(position: lastPosition, event: event)
        appended.append(stored)
        indexer.expect(stored)
        try JournalRow.insert(stored, with: statements.append)
    }

    mutating func head(of channel: ChannelID) throws(StoreFailure) -> ChannelHead {
        var head =
            try statements.head.bind(channel).first { row throws(StoreFailure) in
                ChannelHead(seq: row.integer(0), lastMessageNumber: row.integer(1), lastMessageAt: row.timeOrNull(2))
            } ?? ChannelHead()
        for stored in recent.events(of: channel) + appended where stored.event.channel == channel {
            head.advance(past: stored.event)
        }
        return head
    }

    mutating func message(sentAs key: RetryKey) throws(StoreFailure) -> Message? {
        guard let position = try position(ofMessageSentAs: key) else { return nil }
        guard let message = try message(at: position), message.retryKey == key else {
            throw .damaged("the retry index points to the wrong row \(position) of the journal")
        }
        return message
    }

    private func position(ofMessageSentAs key: RetryKey) throws(StoreFailure) -> Int64? {
        if let waiting = indexer.position(ofMessageSentAs: key) { return waiting }
        return try statements.retry.bind(key.channel).bind(key.sender).bind(text: key.clientMessageID.bytes)
            .first { row throws(StoreFailure) in row.integer(0) }
    }

    func message(at position: Int64) throws(StoreFailure) -> Message? {
        let event = try statements.event.bind(position).first { row throws(StoreFailure) in
            try JournalRow.read(row).event
        }
        guard case .messageCreated(let message)? = event?.fact else { return nil }
        return message
    }

    /// Where in the journal a message is.
    func position(of number: Int64, in channel: ChannelID) throws(StoreFailure) -> Int64? {
        let waiting = recent.events(of: channel).creation(of: number)
        if let stored = waiting ?? appended.filter({ $0.event.channel == channel }).creation(of: number) {
            return stored.position
        }
        return try statement("SELECT position FROM message_index WHERE channel = ? AND message_number = ?")
            .bind(channel).bind(number).first { row throws(StoreFailure) in row.integer(0) }
    }

    mutating func amend(_ message: Message) throws(StoreFailure) {
        guard let position = try position(of: message.number, in: message.channel) else {
            throw .damaged("message \(message.number) of channel \(message.channel) is not where it was")
        }
        try JournalRow.amend(message, at: position, with: try statement(JournalRow.amendment))
        if let first = appended.first?.position, position >= first {
            appended[Int(position - first)].event = Event(message)
        } else {
            amended[position] = message
        }
        hasErased = true
    }

    func fingerprint(of content: [UInt8]) throws(StoreFailure) -> [UInt8] {
        Fingerprint.make(of: content, key: fingerprintKey)
    }

    // MARK: Behind the commits

    /// Events that no index knows yet.
    var unindexedCount: Int { indexer.waitingCount }

    /// Writes a slice of the index into the open transaction, when enough waits or a run is on its way: as much as
    /// keeps up with what the transaction itself appends, and a little more.
    mutating func indexAlongside(at now: Timestamp) throws(StoreFailure) {
        guard
            indexer.isRunning || indexer.hasGathered(runCountMin, orBytes: Self.runByteCountMin)
                || indexer.hasWaited(since: now.adding(seconds: -Self.waitSecondsMax))
        else { return }
        try indexer.write(atMost: max(Self.sliceCountMin, 2 * appended.count))
    }

    /// Writes a slice of the index in a transaction of its own; false when there is nothing to write.
    mutating func index(atMost count: Int) throws(StoreFailure) -> Bool {
        guard unindexedCount > 0 else { return false }
        try begin()
        do throws(StoreFailure) {
            try indexer.write(atMost: count)
            try commit()
        } catch {
            rollback()
            throw error
        }
        return true
    }

    mutating func erased() { hasErased = true }
    /// The write-ahead log has been emptied.
    mutating func scrubbed() { hasErased = false }

    /// Bytes of content after which indexing begins, however few the events are.
    private static let runByteCountMin = 16 << 20
    /// Seconds after which indexing begins, however few the events are: what is too old can only be taken away when it
    /// is indexed, and a server that always has a little to do is never idle.
    private static let waitSecondsMax: Int64 = 60
    /// Rows of a slice beside a commit: a fraction of a millisecond's work.
    private static let sliceCountMin = 256

    /// The statements of the message path, prepared once.
    private struct Statements {
        let begin, commit, rollback, append, head, retry, event: Statement

        init(_ database: Database) throws(StoreFailure) {
            begin = try database.prepare("BEGIN IMMEDIATE")
            commit = try database.prepare("COMMIT")
            rollback = try database.prepare("ROLLBACK")
            append = try database.prepare(JournalRow.insertion)
            head = try database.prepare(
                "SELECT seq, last_message_number, last_message_at FROM heads WHERE channel = ?")
            retry = try database.prepare(
                "SELECT position FROM retry_index WHERE channel = ? AND sender = ? AND client_msg_id = ?")
            event = try database.prepare("SELECT \(JournalRow.columns) FROM journal WHERE position = ?")
        }
    }
}

extension Message {
    var retryKey: RetryKey { RetryKey(channel: channel, sender: sender, clientMessageID: clientMessageID) }
}

extension Int64 {
    /// Read markers only move forward.
    mutating func raise(to other: Int64) { self = Swift.max(self, other) }
}

extension LoginID {
    /// As it is stored: 16 bytes.
    var bytes: [UInt8] {
        withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { Array($0) }
    }

    init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self = bytes.withUnsafeBytes {
            LoginID(
                high: UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)),
                low: UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
        }
    }
}
