internal import Base
internal import CZlib
internal import Channels

/// An event with its place in the journal.
struct StoredEvent: Sendable {
    /// The order of all events of all channels; never shown to clients.
    var position: Int64
    var event: Event
    /// The number of the channel's last message once this event has happened.
    var lastMessageNumber: Int64
}

/// Events as rows of the journal, both ways. Each row carries a checksum over its columns, verified whenever it is
/// read: SQLite guards its log with checksums, but not its data file.
enum JournalRow {
    static let columns = "position, channel, seq, kind, at, message_number, sender, client_msg_id, body, checksum"
    static let columnCount: CInt = 10
    static let insertion = "INSERT INTO journal (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

    private enum Kind: Int64 {
        case messageCreated = 1
        case channelCreated = 2
        case channelAdded = 3
    }

    static func insert(_ event: Event, at position: Int64, with statement: Statement) throws(StoreFailure) {
        var row = statement.bind(position).bind(event.channel).bind(event.seq)
        switch event.fact {
        case .messageCreated(let message):
            row = row.bind(Kind.messageCreated.rawValue).bind(event.at).bind(message.number).bind(message.sender)
                .bind(text: message.clientMessageID.bytes).bind(text: message.text)
        case .channelCreated(let data):
            row = row.bind(Kind.channelCreated.rawValue).bind(event.at)
                .bindNull().bindNull().bindNull().bind(text: data)
        case .channelAdded(_, let data):
            row = row.bind(Kind.channelAdded.rawValue).bind(event.at)
                .bindNull().bindNull().bindNull().bind(text: data)
        }
        try row.bind(checksum(of: event)).run()
    }

    /// Reads a row whose columns begin at `first`.
    static func read(_ row: Statement, from first: CInt = 0) throws(StoreFailure) -> (position: Int64, event: Event) {
        let position = row.integer(first)
        guard let event = event(row, first), row.integer(first + 9) == checksum(of: event) else {
            throw .damaged("the journal's row \(position) is damaged")
        }
        return (position, event)
    }

    private static func event(_ row: Statement, _ first: CInt) -> Event? {
        guard let channel = ChannelID(rawValue: row.integer(first + 1)),
            let kind = Kind(rawValue: row.integer(first + 3))
        else { return nil }
        let seq = row.integer(first + 2), at = row.time(first + 4), body = row.bytes(first + 8)
        switch kind {
        case .messageCreated:
            guard let sender = UserID(rawValue: row.integer(first + 6)) else { return nil }
            return Event(
                Message(
                    channel: channel, number: row.integer(first + 5), seq: seq, sender: sender,
                    clientMessageID: ClientMessageID(row.bytes(first + 7)), text: body, createdAt: at))
        case .channelCreated: return Event(channel: channel, seq: seq, at: at, fact: .channelCreated(data: body))
        case .channelAdded:
            // Which channel it was stands in what was told.
            guard let name = try? JSONDocument(parsing: body).root["channel"]?.utf8, let added = ChannelID(name) else {
                return nil
            }
            return Event(channel: channel, seq: seq, at: at, fact: .channelAdded(added, data: body))
        }
    }

    /// CRC-32 (zlib's) over all columns that make up the event.
    static func checksum(of event: Event) -> Int64 {
        var numbers = (event.channel.rawValue, event.seq, event.at.milliseconds, Int64(0), Int64(0), Int64(0))
        var name: [UInt8] = [], body: [UInt8]
        switch event.fact {
        case .messageCreated(let message):
            (numbers.3, numbers.4, numbers.5) = (Kind.messageCreated.rawValue, message.number, message.sender.rawValue)
            name = message.clientMessageID.bytes
            body = message.text
        case .channelCreated(let data): (numbers.3, body) = (Kind.channelCreated.rawValue, data)
        case .channelAdded(_, let data): (numbers.3, body) = (Kind.channelAdded.rawValue, data)
        }
        var sum = withUnsafeBytes(of: numbers) { crc(0, $0) }
        sum = name.withUnsafeBytes { crc(sum, $0) }
        sum = body.withUnsafeBytes { crc(sum, $0) }
        return Int64(sum)
    }

    private static func crc(_ sum: UInt, _ bytes: UnsafeRawBufferPointer) -> UInt {
        guard let start = bytes.baseAddress else { return sum }
        return crc32(sum, start.assumingMemoryBound(to: UInt8.self), UInt32(bytes.count))
    }
}
