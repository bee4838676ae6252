internal import Base
internal import Channels

/// Reads logs on a read-only connection, each as one user may see it. Used by one thread.
///
/// What is not indexed yet is taken from `RecentEvents` first; then the database is looked at in one snapshot, and the
/// user's rights in that same snapshot: who is no member in it reads nothing, and what was committed after it is not in
/// it.
struct ArchiveReader {
    let recent: RecentEvents
    let statement: StatementCache
    private let database: Database

    init(
        path: String, vfs: String? = nil, leash: SnapshotLeash? = nil, recent: RecentEvents
    ) throws(StoreFailure) {
        self.recent = recent
        database = try Database(path: path, .reader, vfs: vfs, leash: leash)
        statement = StatementCache(database)
        // SQLite opens a file when it is first asked about it: better now than when there is no descriptor left.
        _ = try statement(Self.membership)
    }

    private static let membership = "SELECT 1 FROM members WHERE channel = ? AND user = ?"

    /// Runs `body` on one snapshot of the database.
    func snapshot<Value>(_ body: () throws(StoreFailure) -> Value) throws(StoreFailure) -> Value {
        try database.snapshot(body)
    }

    var wasCutShort: Bool { database.wasCutShort }

    // MARK: Rights

    /// What the user may see of a channel; `nil` when that is nothing.
    func sight(of channel: ChannelID, for user: UserID) throws(StoreFailure) -> Sight? {
        if let owner = channel.owner { return owner == user ? Sight(user: user) : nil }
        let row = try statement(
            """
            SELECT m.start_seq, m.start_number, c.purged_seq, c.purged_number FROM members m
            JOIN channels c ON c.id = m.channel WHERE m.channel = ? AND m.user = ?
            """
        ).bind(channel).bind(user).first { row throws(StoreFailure) in
            (
                start: LogPlace(seq: row.integer(0), number: row.integer(1)),
                purged: LogPlace(seq: row.integer(2), number: row.integer(3))
            )
        }
        guard let row else { return nil }
        var sight = Sight(user: user)
        sight.start = LogPlace(
            seq: max(row.start.seq, row.purged.seq), number: max(row.start.number, row.purged.number))
        sight.hidden = NumberRanges(
            try statement("SELECT first, last FROM hidden WHERE channel = ? AND user = ? ORDER BY first")
                .bind(channel).bind(user).all { row throws(StoreFailure) in try row.range(0) })
        return sight
    }

    func isMember(_ user: UserID, of channel: ChannelID) throws(StoreFailure) -> Bool {
        try statement(Self.membership).bind(channel).bind(user)
            .first { _ throws(StoreFailure) in true } ?? false
    }

    /// Whether it is a channel that the user does not belong to and may know of.
    func isOpen(_ channel: ChannelID, to user: UserID) throws(StoreFailure) -> Bool {
        if try isMember(user, of: channel) { return false }
        return try statement("SELECT 1 FROM channels WHERE id = ? AND visibility = 'public' AND deleted_at IS NULL")
            .bind(channel).first { _ throws(StoreFailure) in true } ?? false
    }

    // MARK: One message

    /// A message as it is now, deleted or not.
    func message(
        _ number: Int64, in channel: ChannelID, _ waiting: [StoredEvent]
    ) throws(StoreFailure) -> Message? {
        guard let position = try position(of: number, in: channel, waiting) else { return nil }
        let event = try statement("SELECT \(JournalRow.columns) FROM journal WHERE position = ?").bind(position)
            .first { row throws(StoreFailure) in try JournalRow.read(row).event }
        guard let event else { return nil }
        guard case .messageCreated(let message) = event.fact, message.channel == channel, message.number == number
        else { throw .damaged("an index points to the wrong row \(position) of the journal") }
        return message
    }

    /// Where in the journal a message is.
    func position(
        of number: Int64, in channel: ChannelID, _ waiting: [StoredEvent]
    ) throws(StoreFailure) -> Int64? {
        // What waits may have been given other content since it was taken out; the journal has it as it is.
        if let stored = waiting.creation(of: number) { return stored.position }
        return try statement("SELECT position FROM message_index WHERE channel = ? AND message_number = ?")
            .bind(channel).bind(number).first { row throws(StoreFailure) in row.integer(0) }
    }

    func isDeleted(_ number: Int64, in channel: ChannelID) throws(StoreFailure) -> Bool {
        let last = try statement(
            "SELECT last FROM deleted WHERE channel = ? AND first <= ? ORDER BY first DESC LIMIT 1"
        ).bind(channel).bind(number).first { row throws(StoreFailure) in row.integer(0) }
        return last.map { $0 >= number } ?? false
    }
}

/// What one user may see of one log.
struct Sight {
    let user: UserID
    /// Everything up to here is from before the user's time, or is not there any more.
    var start = LogPlace.start
    var hidden = NumberRanges()

    init(user: UserID) { self.user = user }

    func sees(_ number: Int64) -> Bool { number > start.number && !hidden.contains(number) }
}
