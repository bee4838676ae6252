internal import Base
internal import Channels

/// The ledger's store on the writing connection.
struct SQLiteChannelStore: ChannelStore {
    let database: Database
    let recent: RecentEvents
    private(set) var indexer: Indexer
    private let statements: Statements
    private let runCountMin: Int
    private var lastPosition: Int64
    /// What the open transaction has appended.
    private var appended: [StoredEvent] = []

    init(
        database: Database, recent: RecentEvents, runCountMin: Int = Limits().indexRunEventsMin
    ) throws(StoreFailure) {
        self.runCountMin = runCountMin
        self.database = database
        self.recent = recent
        statements = try Statements(database)
        indexer = try Indexer(database: database, recent: recent)
        lastPosition = try database.integer("SELECT coalesce(max(position), 0) FROM journal")
    }

    // MARK: Transactions

    mutating func begin() throws(StoreFailure) { try statements.begin.run() }

    mutating func commit() throws(StoreFailure) {
        try statements.commit.run()
        indexer.committed()
        guard !appended.isEmpty else { return }
        recent.append(appended)
        indexer.take(appended)
        appended.removeAll(keepingCapacity: true)
    }

    mutating func rollback() {
        // After a failure SQLite may have rolled back by itself, and then says so by refusing.
        try? statements.rollback.run()
        lastPosition -= Int64(appended.count)
        for stored in appended { indexer.forget(stored.event) }
        appended.removeAll()
        indexer.rolledBack()
    }

    /// Events appended by the open transaction.
    var appendedCount: Int { appended.count }

    // MARK: Writing

    mutating func append(_ event: Event, head: ChannelHead) throws(StoreFailure) {
        lastPosition += 1
        appended.append(
            StoredEvent(position: lastPosition, event: event, lastMessageNumber: head.lastMessageNumber))
        indexer.expect(event)
        try JournalRow.insert(event, at: lastPosition, with: statements.append)
    }

    mutating func insert(_ channel: ChannelState) throws(StoreFailure) {
        try statements.insertChannel.bind(channel.id).bind(channel.kind.rawValue).bind(channel.name)
            .bind(channel.createdAt).run()
        for (user, member) in channel.members {
            try statements.insertMember.bind(channel.id).bind(user).bind(member.role.rawValue).bind(member.readNumber)
                .bind(member.joinedAt).run()
        }
    }

    mutating func setReadMarker(of user: UserID, in channel: ChannelID, to number: Int64) throws(StoreFailure) {
        try statements.setMarker.bind(number).bind(channel).bind(user).run()
    }

    mutating func nextGroupID() throws(StoreFailure) -> ChannelID {
        let last = try statements.lastGroup.first { row throws(StoreFailure) in row.integer(0) } ?? 0
        guard let id = ChannelID(rawValue: last + 1) else { throw .broken("there are no more channel numbers") }
        return id
    }

    // MARK: Reading

    mutating func channel(_ id: ChannelID) throws(StoreFailure) -> ChannelState? {
        let described = try statements.channel.bind(id).first { row throws(StoreFailure) in
            (kind: row.string(0), name: row.stringOrNull(1), createdAt: row.time(2))
        }
        guard let described else { return nil }
        guard let kind = ChannelState.Kind(rawValue: described.kind) else {
            throw .broken("channel \(id) is of the unknown kind \(described.kind)")
        }
        var state = ChannelState(
            id: id, kind: kind, name: described.name, createdAt: described.createdAt, head: try head(of: id),
            members: try members(of: id))
        // Sending moves one's marker; the tables learn of it when the message is indexed.
        for stored in recent.events(of: id) + appended where stored.event.channel == id {
            guard case .messageCreated(let message) = stored.event.fact else { continue }
            state.members[message.sender]?.readNumber.raise(to: message.number)
        }
        return state
    }

    private func members(of id: ChannelID) throws(StoreFailure) -> [UserID: ChannelState.Member] {
        let rows = try statements.members.bind(id).all { row throws(StoreFailure) in
            guard let user = UserID(rawValue: row.integer(0)), let role = MemberRole(rawValue: row.string(1)) else {
                throw .broken("channel \(id) has a damaged member")
            }
            return (user, ChannelState.Member(role: role, readNumber: row.integer(2), joinedAt: row.time(3)))
        }
        return Dictionary(rows) { first, _ in first }
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

    mutating func channels(of user: UserID) throws(StoreFailure) -> [ChannelID] {
        try statements.memberships.bind(user).all { row throws(StoreFailure) in
            guard let id = ChannelID(rawValue: row.integer(0)) else {
                throw .broken("user \(user) has a damaged channel")
            }
            return id
        }
    }

    mutating func user(_ id: UserID) throws(StoreFailure) -> UserCard? {
        try statements.user.bind(id).first { row throws(StoreFailure) in try Self.card(row) }
    }

    mutating func user(named folded: String) throws(StoreFailure) -> UserCard? {
        try statements.userNamed.bind(folded).first { row throws(StoreFailure) in try Self.card(row) }
    }

    private static func card(_ row: Statement) throws(StoreFailure) -> UserCard {
        guard let id = UserID(rawValue: row.integer(0)) else { throw .broken("a user's number is damaged") }
        return UserCard(id: id, username: row.stringOrNull(1), displayName: row.stringOrNull(2))
    }

    mutating func message(sentAs key: RetryKey) throws(StoreFailure) -> Message? {
        if let waiting = indexer.message(sentAs: key) { return waiting }
        let position = try statements.retry.bind(key.channel).bind(key.sender).bind(text: key.clientMessageID.bytes)
            .first { row throws(StoreFailure) in row.integer(0) }
        guard let position else { return nil }
        let event = try statements.event.bind(position).first { row throws(StoreFailure) in
            try JournalRow.read(row).event
        }
        guard case .messageCreated(let message)? = event?.fact, message.retryKey == key else {
            throw .damaged("the retry index points to the wrong row \(position) of the journal")
        }
        return message
    }

    mutating func isEnded(_ login: LoginID) throws(StoreFailure) -> Bool {
        try statements.login.bind(blob: login.bytes).first { row throws(StoreFailure) in !row.isNull(0) } ?? true
    }

    // MARK: Behind the commits

    /// Events that no index knows yet.
    var unindexedCount: Int { indexer.waitingCount }

    /// Writes a slice of the index into the open transaction, when enough waits or a run is on its way: as much as
    /// keeps up with what the transaction itself appends, and a little more.
    mutating func indexAlongside() throws(StoreFailure) {
        guard indexer.isRunning || indexer.hasGathered(runCountMin, orBytes: Self.runByteCountMin) else { return }
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

    /// Bytes of content after which indexing begins, however few the events are.
    private static let runByteCountMin = 16 << 20
    /// Rows of a slice beside a commit: a fraction of a millisecond's work.
    private static let sliceCountMin = 256

    /// The statements of the message path, prepared once.
    private struct Statements {
        let begin, commit, rollback, append, insertChannel, insertMember, setMarker, lastGroup: Statement
        let channel, members, head, memberships, user, userNamed, retry, event, login: Statement

        init(_ database: Database) throws(StoreFailure) {
            begin = try database.prepare("BEGIN IMMEDIATE")
            commit = try database.prepare("COMMIT")
            rollback = try database.prepare("ROLLBACK")
            append = try database.prepare(JournalRow.insertion)
            insertChannel = try database.prepare("INSERT INTO channels VALUES (?, ?, ?, ?)")
            insertMember = try database.prepare("INSERT INTO members VALUES (?, ?, ?, ?, ?)")
            setMarker = try database.prepare("UPDATE members SET read_number = ? WHERE channel = ? AND user = ?")
            lastGroup = try database.prepare("SELECT coalesce(max(id), 0) FROM channels WHERE id < 1 << 60")
            channel = try database.prepare("SELECT kind, name, created_at FROM channels WHERE id = ?")
            members = try database.prepare("SELECT user, role, read_number, joined_at FROM members WHERE channel = ?")
            head = try database.prepare(
                "SELECT seq, last_message_number, last_message_at FROM heads WHERE channel = ?")
            memberships = try database.prepare("SELECT channel FROM members WHERE user = ?")
            user = try database.prepare("SELECT id, username, display_name FROM users WHERE id = ?")
            userNamed = try database.prepare("SELECT id, username, display_name FROM users WHERE username_folded = ?")
            retry = try database.prepare(
                "SELECT position FROM retry_index WHERE channel = ? AND sender = ? AND client_msg_id = ?")
            event = try database.prepare("SELECT \(JournalRow.columns) FROM journal WHERE position = ?")
            login = try database.prepare("SELECT ended_at FROM logins WHERE id = ?")
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
