internal import Base
internal import Channels

extension ArchiveReader {
    /// A page of messages in ascending order, and whether there are more in the direction of paging (around a message:
    /// on either side); `nil` when the user may see nothing of the channel.
    func messages(
        of channel: ChannelID, for user: UserID, at position: HistoryPosition, limit: Int, bytesMax: Int = .max
    ) throws(StoreFailure) -> (messages: [MessageView], hasMore: Bool)? {
        let log = Log(channel: channel, waiting: recent.events(of: channel))
        return try snapshot { () throws(StoreFailure) in
            guard let sight = try sight(of: channel, for: user) else { return nil }
            let page = try page(of: log, sight, at: position, limit: limit, bytesMax: bytesMax)
            return (try views(of: page.messages, in: channel, for: user), page.hasMore)
        }
    }

    /// One message; `nil` when there is none that the user may see.
    func message(_ number: Int64, of channel: ChannelID, for user: UserID) throws(StoreFailure) -> MessageView? {
        let waiting = recent.events(of: channel)
        return try snapshot { () throws(StoreFailure) in
            guard let sight = try sight(of: channel, for: user), sight.sees(number),
                let message = try message(number, in: channel, waiting)
            else { return nil }
            return try views(of: [message], in: channel, for: user).first
        }
    }

    /// A thread from its first message on, whichever of its messages is named; `nil` when there is none that the user
    /// may see.
    func thread(
        of number: Int64, in channel: ChannelID, for user: UserID, after: Int64, limit: Int, bytesMax: Int
    ) throws(StoreFailure) -> (messages: [MessageView], hasMore: Bool)? {
        let waiting = recent.events(of: channel)
        return try snapshot { () throws(StoreFailure) in
            guard let sight = try sight(of: channel, for: user), sight.sees(number),
                let named = try message(number, in: channel, waiting)
            else { return nil }
            let root = named.details.thread ?? number
            var page = MessagePage(limit: limit, bytesMax: bytesMax)
            if after < root, sight.sees(root), let first = try message(root, in: channel, waiting) {
                _ = page.take(first)
            }
            let replies = try statement(
                """
                SELECT message_number FROM replies WHERE channel = ? AND thread = ? AND message_number > ?
                ORDER BY message_number
                """
            ).bind(channel).bind(root).bind(after)
            defer { replies.reset() }
            // However many of them are hidden: a page ends only where it is full.
            while try replies.step() {
                let reply = replies.integer(0)
                guard sight.sees(reply), let message = try message(reply, in: channel, waiting) else { continue }
                guard page.take(message) else { break }
            }
            return (try views(of: page.messages, in: channel, for: user), page.hasMore)
        }
    }

    /// The pinned messages that the user may see, ascending.
    func pinned(in channel: ChannelID, for user: UserID) throws(StoreFailure) -> [MessageView]? {
        let waiting = recent.events(of: channel)
        return try snapshot { () throws(StoreFailure) in
            guard let sight = try sight(of: channel, for: user) else { return nil }
            let numbers = try statement("SELECT message_number FROM pins WHERE channel = ? ORDER BY message_number")
                .bind(channel).all { row throws(StoreFailure) in row.integer(0) }
            var messages: [Message] = []
            for number in numbers where sight.sees(number) {
                if let message = try message(number, in: channel, waiting) { messages.append(message) }
            }
            return try views(of: messages, in: channel, for: user)
        }
    }

    /// Channels that the user may join, by number, after the one that is given.
    func publicChannels(for user: UserID, after channel: Int64, limit: Int) throws(StoreFailure) -> [ChannelCard] {
        try statement(
            """
            SELECT id, kind, name, topic, created_at, (SELECT count(*) FROM members m WHERE m.channel = c.id)
            FROM channels c WHERE visibility = 'public' AND deleted_at IS NULL AND archived_at IS NULL AND id > ?
            AND NOT EXISTS (SELECT 1 FROM members m WHERE m.channel = c.id AND m.user = ?) ORDER BY id LIMIT ?
            """
        ).bind(channel).bind(user).bind(limit).all { row throws(StoreFailure) in
            guard let id = ChannelID(rawValue: row.integer(0)), let kind = ChannelState.Kind(rawValue: row.string(1))
            else { throw .damaged("a public channel is damaged") }
            var profile = ChannelProfile(name: row.stringOrNull(2))
            profile.topic = row.stringOrNull(3)
            profile.visibility = .public
            return ChannelCard(
                channel: id, kind: kind, profile: profile, membersCount: Int(row.integer(5)), createdAt: row.time(4))
        }
    }

    // MARK: Pages

    private struct Log {
        let channel: ChannelID
        let waiting: [StoredEvent]

        /// Messages below this number are in the index, if they are anywhere.
        var indexEnd: Int64 {
            for stored in waiting {
                if case .messageCreated(let message) = stored.event.fact { return message.number }
            }
            return .max
        }
    }

    private func page(
        of log: Log, _ sight: Sight, at position: HistoryPosition, limit: Int, bytesMax: Int
    ) throws(StoreFailure) -> (messages: [Message], hasMore: Bool) {
        switch position {
        case .newest, .before:
            let number = if case .before(let number) = position { number } else { Int64.max }
            var page = MessagePage(limit: limit, bytesMax: bytesMax)
            try older(than: number, in: log, sight, into: &page)
            return (page.messages.reversed(), page.hasMore)
        case .after(let number):
            var page = MessagePage(limit: limit, bytesMax: bytesMax)
            try newer(than: number, in: log, sight, into: &page)
            return (page.messages, page.hasMore)
        case .around(let number):
            var before = MessagePage(limit: limit / 2, bytesMax: bytesMax / 2)
            try older(than: number, in: log, sight, into: &before)
            var after = MessagePage(limit: limit - before.messages.count, bytesMax: bytesMax - before.byteCount)
            // The message itself is the first of the newer half; a number below every message begins at the start.
            try newer(than: max(number, 1) - 1, in: log, sight, into: &after)
            return (before.messages.reversed() + after.messages, before.hasMore || after.hasMore)
        }
    }

    private func older(
        than number: Int64, in log: Log, _ sight: Sight, into page: inout MessagePage
    ) throws(StoreFailure) {
        for stored in log.waiting.reversed() {
            guard case .messageCreated(let message) = stored.event.fact, message.number < number,
                sight.sees(message.number)
            else { continue }
            guard page.take(message) else { return }
        }
        let rows = try statement("\(Self.indexedMessages) AND i.message_number < ? ORDER BY i.message_number DESC")
            .bind(log.channel).bind(sight.start.number).bind(min(number, log.indexEnd))
        try take(rows, of: log.channel, sight, into: &page)
    }

    private func newer(
        than number: Int64, in log: Log, _ sight: Sight, into page: inout MessagePage
    ) throws(StoreFailure) {
        let rows = try statement("\(Self.indexedMessages) AND i.message_number < ? ORDER BY i.message_number")
            .bind(log.channel).bind(max(number, sight.start.number)).bind(log.indexEnd)
        guard try take(rows, of: log.channel, sight, into: &page) else { return }
        for stored in log.waiting {
            guard case .messageCreated(let message) = stored.event.fact, message.number > number,
                sight.sees(message.number)
            else { continue }
            guard page.take(message) else { return }
        }
    }

    /// False when the page is full.
    @discardableResult private func take(
        _ rows: Statement, of channel: ChannelID, _ sight: Sight, into page: inout MessagePage
    ) throws(StoreFailure) -> Bool {
        defer { rows.reset() }
        while try rows.step() {
            let (position, event) = try JournalRow.read(rows)
            guard case .messageCreated(let message) = event.fact, message.channel == channel,
                message.number == rows.integer(JournalRow.columnCount)
            else { throw .damaged("the messages' index points to the wrong row \(position) of the journal") }
            guard sight.sees(message.number) else { continue }
            guard page.take(message) else { return false }
        }
        return true
    }

    private static let indexedMessages =
        """
        SELECT \(JournalRow.joinedColumns), i.message_number FROM message_index i
        JOIN journal j ON j.position = i.position WHERE i.channel = ? AND i.message_number > ?
        """

    // MARK: Views

    /// Messages with what others have made of them.
    func views(
        of messages: [Message], in channel: ChannelID, for user: UserID
    ) throws(StoreFailure) -> [MessageView] {
        guard let first = messages.map(\.number).min(), let last = messages.map(\.number).max() else { return [] }
        var views: [Int64: MessageView] = [:]
        for message in messages { views[message.number] = MessageView(message) }
        let reactions = try statement(
            """
            SELECT message_number, emoji, count(*), max(user = ?) FROM reactions
            WHERE channel = ? AND message_number BETWEEN ? AND ? GROUP BY message_number, emoji
            ORDER BY message_number, min(at), emoji
            """
        ).bind(user).bind(channel).bind(first).bind(last)
        while try reactions.step() {
            views[reactions.integer(0)]?.reactions.append(
                MessageView.Reaction(
                    emoji: reactions.string(1), count: reactions.integer(2), isMine: reactions.integer(3) != 0))
        }
        let pins = try statement(
            "SELECT message_number, at FROM pins WHERE channel = ? AND message_number BETWEEN ? AND ?"
        ).bind(channel).bind(first).bind(last)
        while try pins.step() { views[pins.integer(0)]?.pinnedAt = pins.time(1) }
        let threads = try statement(
            """
            SELECT thread, count(*), max(message_number) FROM replies r
            WHERE channel = ? AND thread BETWEEN ? AND ? AND message_number > coalesce(
                (SELECT last FROM hidden h WHERE h.channel = r.channel AND h.user = ? AND first <= r.message_number
                ORDER BY first DESC LIMIT 1), 0)
            GROUP BY thread
            """
        ).bind(channel).bind(first).bind(last).bind(user)
        while try threads.step() {
            views[threads.integer(0)]?.thread = MessageView.Thread(
                replyCount: threads.integer(1), lastReply: threads.integer(2))
        }
        return messages.compactMap { views[$0.number] }
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
