public import Base
public import Channels

/// The archive, with the words of notifications: a user's own log names what they are about, and the words are made
/// when it is read, of what may be seen then. A notification that is in the feed no more is a void.
public struct NotifiedArchive: Archive {
    private let archive: any Archive
    private let feed: any NotificationFeed
    private let journal: any Journal

    public init(_ archive: any Archive, feed: any NotificationFeed, journal: any Journal) {
        self.archive = archive
        self.feed = feed
        self.journal = journal
    }

    public func events(
        of channel: ChannelID, for user: UserID, after seq: Int64, through last: Int64, limit: Int, bytesMax: Int
    ) async throws(Rejection) -> (events: [Event], hasMore: Bool) {
        var page = try await archive.events(
            of: channel, for: user, after: seq, through: last, limit: limit, bytesMax: bytesMax)
        guard channel.isPersonal else { return page }
        let ids = page.events.compactMap(\.notification)
        guard !ids.isEmpty else { return page }
        let told = try await told(ids, of: user)
        for (index, event) in page.events.enumerated() {
            guard let id = event.notification else { continue }
            page.events[index].fact = told[id] ?? .void(through: event.seq)
        }
        return page
    }

    private func told(_ ids: [Int64], of user: UserID) async throws(Rejection) -> [Int64: Event.Fact] {
        let views = try await feed.some(ids, of: user)
        guard case .listed(let all) = try await journal.commit(.listChannels, as: user).get() else { return [:] }
        let channels = all.reduce(into: [:]) { $0[$1.channel] = $1 }
        return views.reduce(into: [:]) { told, view in
            var json = JSONWriter(reserving: 512)
            view.write(to: &json, in: channels)
            told[view.notification.id] = .note(Event.Note(.notificationCreated, data: json.bytes))
        }
    }

    // MARK: The same as without

    public func messages(
        of channel: ChannelID, for user: UserID, at position: HistoryPosition, limit: Int
    ) async throws(Rejection) -> (messages: [MessageView], hasMore: Bool) {
        try await archive.messages(of: channel, for: user, at: position, limit: limit)
    }

    public func message(
        _ number: Int64, of channel: ChannelID, for user: UserID
    ) async throws(Rejection) -> MessageView {
        try await archive.message(number, of: channel, for: user)
    }

    public func thread(
        of number: Int64, in channel: ChannelID, for user: UserID, after: Int64, limit: Int
    ) async throws(Rejection) -> (messages: [MessageView], hasMore: Bool) {
        try await archive.thread(of: number, in: channel, for: user, after: after, limit: limit)
    }

    public func pinned(in channel: ChannelID, for user: UserID) async throws(Rejection) -> [MessageView] {
        try await archive.pinned(in: channel, for: user)
    }

    public func publicChannels(
        for user: UserID, after channel: Int64, limit: Int
    ) async throws(Rejection) -> [ChannelCard] {
        try await archive.publicChannels(for: user, after: channel, limit: limit)
    }
}

extension Event {
    /// The number of the notification that it tells of.
    fileprivate var notification: Int64? {
        guard case .note(let note) = fact, note.kind == .notificationCreated else { return nil }
        return (try? JSONDocument(parsing: note.data).root)?["id"]?.utf8.flatMap { Int64(plainDecimal: $0[...]) }
    }
}
