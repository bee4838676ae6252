internal import Base
internal import Channels

/// What a client says of itself and asks of others that is never written down. It is answered and done at once.
enum PresenceCommand: Equatable, Sendable {
    case typing(ChannelID, isTyping: Bool)
    case appear(PresenceStatus)
    case watch([UserID], [ChannelID])
    case unwatch([UserID], [ChannelID])
}

extension PresenceCommand {
    /// Reads a command; `nil` when the type is none of these.
    static func read(
        _ type: JSONElement, _ data: CommandData, limits: Limits
    ) throws(Rejection) -> PresenceCommand? {
        if type.isString("typing.start") { return .typing(try data.channel(), isTyping: true) }
        if type.isString("typing.stop") { return .typing(try data.channel(), isTyping: false) }
        if type.isString("presence.update") {
            guard let status = try status(data) else { throw .invalid("/status", "required", "status is required") }
            return .appear(status)
        }
        let begins = type.isString("watch")
        guard begins || type.isString("unwatch") else { return nil }
        guard data.present("users") != nil || data.present("channels") != nil else {
            throw .invalid("/users", "required", "give users, channels or both")
        }
        try check("users", data, atMost: limits.watchedUsersMax)
        try check("channels", data, atMost: limits.watchedChannelsMax)
        let users = try data.users("users"), channels = try channels(data)
        return begins ? .watch(users, channels) : .unwatch(users, channels)
    }

    /// What a client may say of itself.
    private enum Said: String, CaseIterable {
        case online, away, busy, invisible

        var status: PresenceStatus {
            switch self {
            case .online: .online
            case .away: .away
            case .busy: .busy
            case .invisible: .offline
            }
        }
    }

    /// The status that a client gives itself, where it gives one.
    static func status(_ data: CommandData) throws(Rejection) -> PresenceStatus? {
        try data.word("status", as: Said.self)?.status
    }

    private static func check(_ name: StaticString, _ data: CommandData, atMost most: Int) throws(Rejection) {
        guard try data.list(name).count <= most else {
            throw .invalid("/\(name)", "too_many", "at most \(most) \(name) can be watched")
        }
    }

    private static func channels(_ data: CommandData) throws(Rejection) -> [ChannelID] {
        var channels: [ChannelID] = []
        for (index, element) in try data.list("channels").enumerated() {
            guard let channel = element.utf8.flatMap({ ChannelID($0) }) else {
                throw .invalid("/channels/\(index)", "invalid_format", "channels must be channels' ids")
            }
            channels.append(channel)
        }
        return channels
    }
}
