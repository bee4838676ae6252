import Base
import Channels

@testable import Persistence

/// A channel of ann's and bob's on disk with some of its log indexed and the rest not, and a reader of it.
struct ChannelLog {
    let disk: Disk
    private(set) var store: SQLiteChannelStore
    private(set) var facts: Facts
    let reader: ArchiveReader

    static let channel = ChannelState.direct(Shelf.ann, Shelf.bob)

    init() throws {
        disk = try Disk()
        try disk.addUsers()
        store = try SQLiteChannelStore(database: disk.database, recent: disk.recent)
        facts = Facts(Self.channel)
        reader = try ArchiveReader(path: disk.path, recent: disk.recent)
        try store.begin()
        try store.insert(.new(Self.channel, [Shelf.ann, Shelf.bob]))
        try store.commit()
    }

    /// Appends a log in one transaction: `m` is a message, anything else an event that is none. Other channels' events
    /// stand between those of this one, as they do in life.
    mutating func write(_ shape: some Sequence<Character>) throws(StoreFailure) {
        var noise = Facts(.personal(Shelf.cat))
        noise.head = try store.head(of: noise.channel)
        try store.begin()
        for kind in shape {
            let event = kind == "m" ? facts.message("text \(facts.head.seq)", by: Shelf.ann) : facts.other()
            try store.append(event, head: facts.head)
            guard event.seq % 3 == 0 else { continue }
            let between = noise.other()
            try store.append(between, head: noise.head)
        }
        try store.commit()
    }

    /// Indexes events, this channel's and others', in the order in which they were written.
    mutating func index(_ count: Int) throws(StoreFailure) { _ = try store.index(atMost: count) }

    /// A transaction in which nothing else happens.
    mutating func commit(at now: Timestamp) throws(StoreFailure) {
        try store.begin()
        try store.indexAlongside(at: now)
        try store.commit()
    }

    var unindexedCount: Int { store.unindexedCount }
}

/// Pages as they must come out, from the whole log.
struct ExpectedPages {
    let facts: Facts

    func messages(at position: HistoryPosition, limit: Int) -> (numbers: [Int64], hasMore: Bool) {
        Self.page(of: facts.messages.map(\.number), at: position, limit: limit)
    }

    static func page(
        of all: [Int64], at position: HistoryPosition, limit: Int
    ) -> (numbers: [Int64], hasMore: Bool) {
        func last(_ limit: Int, of numbers: [Int64]) -> (numbers: [Int64], hasMore: Bool) {
            (Array(numbers.suffix(limit)), numbers.count > limit)
        }
        func first(_ limit: Int, of numbers: [Int64]) -> (numbers: [Int64], hasMore: Bool) {
            (Array(numbers.prefix(limit)), numbers.count > limit)
        }
        switch position {
        case .newest: return last(limit, of: all)
        case .before(let number): return last(limit, of: all.filter { $0 < number })
        case .after(let number): return first(limit, of: all.filter { $0 > number })
        case .around(let number):
            // Half the page is older than the message; it and what is newer fill the rest.
            let older = last(limit / 2, of: all.filter { $0 < number })
            let newer = first(limit - older.numbers.count, of: all.filter { $0 >= number })
            return (older.numbers + newer.numbers, older.hasMore || newer.hasMore)
        }
    }

    func events(
        after seq: Int64, through last: Int64, limit: Int, bytesMax: Int
    ) -> (events: [Event], hasMore: Bool) {
        var page: [Event] = [], bytes = 0
        for event in facts.events where event.seq > seq && event.seq <= last {
            let size =
                switch event.fact {
                case .messageCreated(let message): message.text.count + message.clientMessageID.bytes.count
                case .note(let note): note.data.count
                case .messageUpdated, .void: 0
                }
            guard page.count < limit, page.isEmpty || bytes + size <= bytesMax else { return (page, true) }
            page.append(event)
            bytes += size
        }
        return (page, false)
    }
}

/// What the reader gives ann, without what others have made of the messages.
extension ArchiveReader {
    struct NotReadable: Error {}

    func events(
        of channel: ChannelID, after seq: Int64, through last: Int64, limit: Int, bytesMax: Int
    ) throws -> (events: [Event], hasMore: Bool) {
        let page = try events(
            of: channel, for: Shelf.ann, after: seq, through: last, limit: limit, bytesMax: bytesMax)
        guard let page else { throw NotReadable() }
        return page
    }

    func messages(
        of channel: ChannelID, at position: HistoryPosition, limit: Int, bytesMax: Int = .max
    ) throws -> (messages: [Message], hasMore: Bool) {
        guard let page = try messages(of: channel, for: Shelf.ann, at: position, limit: limit, bytesMax: bytesMax)
        else { throw NotReadable() }
        return (page.messages.map(\.message), page.hasMore)
    }
}
