internal import Base
internal import Channels
internal import Reactor

/// The journal in its own order, read off the event loops.
struct SQLiteJournalTail: JournalTail {
    let readers: WorkPool<Reader>

    func events(
        after position: Int64, limit: Int
    ) async throws(Rejection) -> (events: [(position: Int64, event: Event)], last: Int64) {
        let answer = await readers.run { reader in
            reader.use { archive, _ throws(StoreFailure) in try archive.tail(after: position, limit: limit) }
        }
        switch answer {
        case nil: throw .overloaded
        case .failure(.unreadable): throw .unreadable
        case .failure: throw Rejection(.internal, "the journal cannot be read")
        case .success(let page): return page
        }
    }
}

extension ArchiveReader {
    func tail(
        after position: Int64, limit: Int
    ) throws(StoreFailure) -> (events: [(position: Int64, event: Event)], last: Int64) {
        var last = position
        var found: [(position: Int64, event: Event)] = []
        let rows = try statement(
            "SELECT \(JournalRow.columns) FROM journal WHERE position > ? ORDER BY position LIMIT ?"
        ).bind(position).bind(limit).all { row throws(StoreFailure) in
            (
                position: row.integer(0),
                event: try Self.readable { () throws(StoreFailure) in try JournalRow.read(row).event }
            )
        }
        for row in rows {
            last = row.position
            guard let event = row.event, event.channel.owner == nil, event.channel.members == nil else { continue }
            let seen = try Self.readable { () throws(StoreFailure) in try asItIsNow(event) }
            if let seen = seen ?? nil { found.append((row.position, seen)) }
        }
        return (found, last)
    }

    /// `nil` for what is damaged: one row must not keep all behind it from being told.
    private static func readable<Value>(
        _ body: () throws(StoreFailure) -> Value
    ) throws(StoreFailure) -> Value? {
        do throws(StoreFailure) {
            return try body()
        } catch {
            guard case .damaged = error else { throw error }
            return nil
        }
    }

    /// `nil` for what is not there any more.
    private func asItIsNow(_ event: Event) throws(StoreFailure) -> Event? {
        switch event.fact {
        case .messageCreated(let message): return message.isDeleted ? nil : event
        case .note(let note) where note.kind == .messageUpdated:
            guard let number = note.target,
                let message = try message(number, in: event.channel, recent.events(of: event.channel)),
                !message.isDeleted
            else { return nil }
            return Event(channel: event.channel, seq: event.seq, at: event.at, fact: .messageUpdated(message))
        case .note: return event
        case .messageUpdated, .void: return nil
        }
    }
}
