internal import Base
internal import Channels
internal import WSServer

/// What one socket watches, and where it stands in the list of each.
final class Watching {
    let connection: ConnectionID
    let user: UserID
    fileprivate(set) var users: [UserID: Int] = [:]
    fileprivate(set) var channels: [ChannelID: Int] = [:]
    /// The change that the socket was last told, so that it hears each once, however many of its channels tell it.
    var told: UInt64 = 0

    init(_ connection: ConnectionID, of user: UserID) {
        self.connection = connection
        self.user = user
    }

    /// Nobody hears of themselves by a channel; who wants to watches that user.
    func wants(_ user: UserID) -> Bool { self.user != user || users[user] != nil }

    var isEmpty: Bool { users.isEmpty && channels.isEmpty }

    /// How many it would watch with these.
    func userCount(with more: [UserID]) -> Int { users.count + Set(more).count { users[$0] == nil } }
    func channelCount(with more: [ChannelID]) -> Int { channels.count + Set(more).count { channels[$0] == nil } }
}

/// Who watches what, on one worker. To begin and to end watching cost the same however many others watch.
struct Watchers {
    private var ofUsers: [UserID: [Watching]] = [:]
    private var ofChannels: [ChannelID: [Watching]] = [:]

    subscript(user: UserID) -> [Watching] { ofUsers[user] ?? [] }
    subscript(channel: ChannelID) -> [Watching] { ofChannels[channel] ?? [] }

    var isEmpty: Bool { ofUsers.isEmpty && ofChannels.isEmpty }

    /// Everybody who is to hear of a change, some of them perhaps several times.
    func lists(for change: PresenceChange) -> [[Watching]] {
        var lists: [[Watching]] = []
        if let list = ofUsers[change.presence.user] { lists.append(list) }
        guard !ofChannels.isEmpty else { return lists }
        for channel in change.channels {
            if let list = ofChannels[channel] { lists.append(list) }
        }
        return lists
    }

    // MARK: Beginning and ending

    mutating func watch(_ user: UserID, by watching: Watching) {
        guard watching.users[user] == nil else { return }
        watching.users[user] = ofUsers[user]?.count ?? 0
        ofUsers[user, default: []].append(watching)
    }

    mutating func watch(_ channel: ChannelID, by watching: Watching) {
        guard watching.channels[channel] == nil else { return }
        watching.channels[channel] = ofChannels[channel]?.count ?? 0
        ofChannels[channel, default: []].append(watching)
    }

    mutating func unwatch(_ user: UserID, by watching: Watching) {
        guard let index = watching.users.removeValue(forKey: user) else { return }
        if let moved = Self.remove(index, from: &ofUsers[user]) { moved.users[user] = index }
    }

    mutating func unwatch(_ channel: ChannelID, by watching: Watching) {
        guard let index = watching.channels.removeValue(forKey: channel) else { return }
        if let moved = Self.remove(index, from: &ofChannels[channel]) { moved.channels[channel] = index }
    }

    mutating func forget(_ watching: Watching) {
        for user in Array(watching.users.keys) { unwatch(user, by: watching) }
        for channel in Array(watching.channels.keys) { unwatch(channel, by: watching) }
    }

    /// The last one takes the free place, and is given back if it is another.
    private static func remove(_ index: Int, from list: inout [Watching]?) -> Watching? {
        guard var rest = list.take(), index < rest.count else { return nil }
        let last = rest.removeLast()
        defer { list = rest.isEmpty ? nil : rest }
        guard index < rest.count else { return nil }
        rest[index] = last
        return last
    }
}
