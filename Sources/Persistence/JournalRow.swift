internal import Base
internal import CZlib
internal import Channels

/// An event with its place in the journal.
struct StoredEvent: Sendable {
    /// The order of all events of all channels; never shown to clients.
    var position: Int64
    var event: Event

    init(position: Int64, event: Event) {
        self.position = position
        self.event = event.kept
    }
}

extension Event {
    /// As the journal has it: of a change to a message, only which message it was.
    var kept: Event {
        guard case .messageUpdated(let message) = fact else { return self }
        return Event(
            channel: channel, seq: seq, at: at,
            fact: .note(Event.Note(.messageUpdated, target: message.number, data: [])))
    }

    /// The message that it is about, when that is another event's.
    var target: Int64? {
        guard case .note(let note) = fact else { return nil }
        return note.target
    }
}

/// Events as rows of the journal, both ways. Each row carries a checksum over its columns, verified whenever it is
/// read: SQLite guards its log with checksums, but not its data file.
enum JournalRow {
    static let columns =
        "position, channel, seq, kind, at, message_number, sender, client_msg_id, body, checksum, extra"
    static let columnCount: CInt = 11
    /// The same where the journal is joined as `j`.
    static let joinedColumns = columns.split(separator: ", ").map { "j.\($0)" }.joined(separator: ", ")
    static let insertion = "INSERT INTO journal (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    /// Gives a row other content: body, checksum, extra, position.
    static let amendment = "UPDATE journal SET body = ?, checksum = ?, extra = ? WHERE position = ?"

    private static let messageCreated: Int64 = 1

    static func insert(_ stored: StoredEvent, with statement: Statement) throws(StoreFailure) {
        let event = stored.event
        var row = statement.bind(stored.position).bind(event.channel).bind(event.seq)
        switch event.fact {
        case .messageCreated(let message):
            let extra = message.isPlain ? nil : message.details.stored
            row = row.bind(messageCreated).bind(event.at).bind(message.number).bind(message.sender)
                .bind(text: message.clientMessageID.bytes).bind(text: message.text)
                .bind(checksum(of: message, extra)).bind(textOrNull: extra)
        case .note(let note):
            row = row.bind(note.kind.rawValue).bind(event.at).bind(note.target).bindNull().bindNull()
                .bind(text: note.data).bind(checksum(of: event, note)).bindNull()
        case .messageUpdated, .void:
            preconditionFailure("what is only told is not kept")
        }
        try row.run()
    }

    static func amend(_ message: Message, at position: Int64, with statement: Statement) throws(StoreFailure) {
        let extra = message.isPlain ? nil : message.details.stored
        try statement.bind(text: message.text).bind(checksum(of: message, extra)).bind(textOrNull: extra)
            .bind(position).run()
    }

    /// Gives a note other content: what names people who are gone.
    static func amend(_ stored: StoredEvent, with statement: Statement) throws(StoreFailure) {
        guard case .note(let note) = stored.event.fact else { preconditionFailure("only notes are rewritten") }
        try statement.bind(text: note.data).bind(checksum(of: stored.event, note)).bindNull().bind(stored.position)
            .run()
    }

    /// Reads a row whose columns begin at `first`.
    static func read(
        _ row: Statement, from first: CInt = 0
    ) throws(StoreFailure) -> (position: Int64, event: Event) {
        let position = row.integer(first)
        guard let event = event(row, first) else {
            throw .damaged("row \(position) of the journal is damaged")
        }
        return (position, event)
    }

    private static func event(_ row: Statement, _ first: CInt) -> Event? {
        guard let channel = ChannelID(rawValue: row.integer(first + 1)) else { return nil }
        let seq = row.integer(first + 2), kind = row.integer(first + 3), at = row.time(first + 4)
        let body = row.bytes(first + 8), checksum = row.integer(first + 9)
        guard kind != messageCreated else {
            let extra = row.isNull(first + 10) ? nil : row.bytes(first + 10)
            guard let sender = UserID(rawValue: row.integer(first + 6)) else { return nil }
            var message = Message(
                channel: channel, number: row.integer(first + 5), seq: seq, sender: sender,
                clientMessageID: ClientMessageID(row.bytes(first + 7)), text: body, createdAt: at)
            guard self.checksum(of: message, extra) == checksum else { return nil }
            if let extra {
                guard let details = MessageDetails(stored: extra) else { return nil }
                message.details = details
            }
            return Event(message)
        }
        guard let kind = Event.Note.Kind(rawValue: kind) else { return nil }
        var note = Event.Note(kind, target: row.integerOrNull(first + 5), data: body)
        if channel.isPersonal, kind.isAboutChannel {
            // Which channel it was stands in what was told.
            guard let name = try? JSONDocument(parsing: body).root["channel"]?.utf8, let subject = ChannelID(name)
            else { return nil }
            note.subject = subject
        }
        let event = Event(channel: channel, seq: seq, at: at, fact: .note(note))
        return self.checksum(of: event, note) == checksum ? event : nil
    }

    // MARK: Checksums

    /// CRC-32 (zlib's) over all columns that make up the event.
    private static func checksum(of message: Message, _ extra: [UInt8]?) -> Int64 {
        let numbers = (
            message.channel.rawValue, message.seq, message.createdAt.milliseconds, messageCreated, message.number,
            message.sender.rawValue
        )
        var sum = withUnsafeBytes(of: numbers) { crc(0, $0) }
        sum = message.clientMessageID.bytes.withUnsafeBytes { crc(sum, $0) }
        sum = message.text.withUnsafeBytes { crc(sum, $0) }
        if let extra { sum = extra.withUnsafeBytes { crc(sum, $0) } }
        return Int64(sum)
    }

    private static func checksum(of event: Event, _ note: Event.Note) -> Int64 {
        let numbers = (
            event.channel.rawValue, event.seq, event.at.milliseconds, note.kind.rawValue, note.target ?? 0, Int64(0)
        )
        return Int64(note.data.withUnsafeBytes { crc(withUnsafeBytes(of: numbers) { crc(0, $0) }, $0) })
    }

    private static func crc(_ sum: UInt, _ bytes: UnsafeRawBufferPointer) -> UInt {
        guard let start = bytes.baseAddress else { return sum }
        return crc32(sum, start.assumingMemoryBound(to: UInt8.self), UInt32(bytes.count))
    }
}
