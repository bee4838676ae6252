internal import Base
internal import Channels

/// What erased users have left behind: files to which no message refers, such as an export, their contacts, their names
/// in the journal, what was told to them alone of jobs and logins, and what they have said where that is to go too. The
/// journal is walked once for each of them, from its beginning to where it stood when they were erased, a slice at a
/// time; where the walk has come is written down with what it did.
struct ErasureSweep {
    /// Whether anybody's walk is not at its end.
    var isPending: Bool

    /// Rows of the journal that are looked at in one transaction, and those of them that are changed in it: a few
    /// milliseconds' work.
    private static let scanMax: Int64 = 4_096
    private static let sliceMax = 256

    init(_ database: Database) throws(StoreFailure) {
        isPending = try database.integer("SELECT count(*) FROM erasures") > 0
    }

    /// One slice of somebody's walk.
    struct Step {
        let user: UserID
        /// What the ledger is to decide.
        var commands: [Proposal] = []
        var hasErased = false
        fileprivate(set) var position: Int64
        fileprivate var isLast: Bool

        /// Writes down how far it came.
        func finish(_ database: Database) throws(StoreFailure) {
            if isLast {
                try database.prepare("DELETE FROM erasures WHERE user = ?").bind(user).run()
            } else {
                try database.prepare("UPDATE erasures SET position = ? WHERE user = ?").bind(position).bind(user).run()
            }
        }
    }

    /// The next slice; `nil` when there is nothing to do, now or any more.
    /// - Parameter messagesMax: how many the ledger deletes at once.
    mutating func step(_ database: Database, messagesMax: Int) throws(StoreFailure) -> Step? {
        let found = try database.prepare("SELECT user, deletes_messages, position, last FROM erasures LIMIT 1")
            .first { row throws(StoreFailure) in
                (
                    user: UserID(rawValue: row.integer(0)), deletes: row.integer(1) != 0, position: row.integer(2),
                    last: row.integer(3)
                )
            }
        guard let found, let user = found.user else {
            isPending = false
            return nil
        }
        var step = Step(user: user, position: found.position, isLast: false)
        let slice = min(Self.sliceMax, messagesMax)
        let hasEnded = try endUploads(of: user, database)
        if try removeFiles(of: user, atMost: slice, database) || hasEnded {
            step.hasErased = true
            return step
        }
        if try ContactRemoval(database: database).remove(of: user, atMost: slice) > 0 {
            step.hasErased = true
            return step
        }
        // What is not indexed yet is in memory too, where nobody rewrites it.
        let indexed = try database.integer("SELECT value FROM meta WHERE name = 'indexed_through'")
        let end = min(found.last, indexed)
        guard found.position < end || found.last <= indexed else { return nil }
        let rows = try rows(of: user, after: found.position, through: end, atMost: slice, database)
        let scrubber = NameScrubber(user)
        var said: [ChannelID: NumberRanges] = [:]
        for row in rows {
            step.position = row.position
            if let number = row.number {
                if found.deletes { said[row.channel, default: NumberRanges()].insert(number...number) }
            } else if try scrub(row.position, with: scrubber, database) {
                step.hasErased = true
            }
        }
        step.commands = said.sorted { $0.key.rawValue < $1.key.rawValue }.map { channel, numbers in
            let delete = DeleteMessages(channel: channel, ranges: numbers.ranges, scope: .all)
            return Proposal(user: user, command: .deleteMessages(delete), authority: .moderator)
        }
        if rows.count < slice {
            step.position = min(end, found.position + Self.scanMax)
            step.isLast = step.position == found.last
        }
        return step
    }

    /// Has what is not whole go with the next sweep; false when there is nothing of it.
    private func endUploads(of user: UserID, _ database: Database) throws(StoreFailure) -> Bool {
        try database.prepare(
            """
            UPDATE uploads SET expires_at = 0, name = '', metadata = ''
            WHERE user = ? AND file IS NULL AND expires_at > 0
            """
        ).bind(user).run()
        return database.changes > 0
    }

    /// Removes files that no message refers to; false when there are none.
    private func removeFiles(
        of user: UserID, atMost count: Int, _ database: Database
    ) throws(StoreFailure) -> Bool {
        try database.prepare(
            "DELETE FROM files WHERE id IN (SELECT id FROM files WHERE user = ? AND is_used = 0 LIMIT ?)"
        ).bind(user).bind(count).run()
        return database.changes > 0
    }

    /// The kinds of notes on a user's own log that are about channels.
    private static let aboutChannels = Event.Note.Kind.allCases.filter(\.isAboutChannel).map { "\($0.rawValue)" }
        .joined(separator: ", ")

    /// A row that concerns the user: a message of theirs, with its number, a note that may name them, or one that was
    /// for them alone.
    private struct Row {
        var position: Int64
        var channel: ChannelID
        var number: Int64?
    }

    private func rows(
        of user: UserID, after position: Int64, through end: Int64, atMost slice: Int,
        _ database: Database
    ) throws(StoreFailure) -> [Row] {
        let limit = min(end, position + Self.scanMax)
        let rows = try database.prepare(
            """
            SELECT position, channel, kind, message_number, sender FROM journal WHERE position > ? AND position <= ?
            AND (kind IN (3, 10) OR (kind = 1 AND sender = ?) OR (channel = ? AND kind NOT IN (\(Self.aboutChannels))))
            ORDER BY position LIMIT ?
            """
        ).bind(position).bind(limit).bind(user).bind(ChannelID.personal(user)).bind(slice).all {
            row throws(StoreFailure) in
            ChannelID(rawValue: row.integer(1)).map { channel in
                Row(
                    position: row.integer(0), channel: channel,
                    number: row.integer(2) == 1 ? row.integer(3) : nil)
            }
        }
        return rows.compactMap { $0 }
    }

    /// Takes the names out of a note; false when they are not in it. Of what was no channel's nothing stays. A damaged
    /// row is left as it is: it is never shown.
    private func scrub(
        _ position: Int64, with scrubber: NameScrubber, _ database: Database
    ) throws(StoreFailure) -> Bool {
        let read = try database.prepare("SELECT \(JournalRow.columns) FROM journal WHERE position = ?").bind(position)
            .first { row throws(StoreFailure) in try? JournalRow.read(row) }
        guard let found = read ?? nil, case .note(var note) = found.event.fact,
            let data = scrubber.scrubbed(note, of: found.event.channel)
        else { return false }
        note.data = data
        var event = found.event
        event.fact = .note(note)
        try JournalRow.amend(
            StoredEvent(position: position, event: event), with: try database.prepare(JournalRow.amendment))
        return true
    }
}

extension NameScrubber {
    fileprivate func scrubbed(_ note: Event.Note, of channel: ChannelID) -> [UInt8]? {
        channel.isPersonal && !note.kind.isAboutChannel ? Array("{}".utf8) : scrubbed(note.data)
    }
}

extension Proposal {
    /// Whether it leaves something behind for the sweep.
    var isErasure: Bool {
        if case .eraseUser = command { true } else { false }
    }
}
