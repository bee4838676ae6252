internal import Base
internal import Channels

/// A command as a client says it: what the `type` means, with its data checked as far as it can be without looking
/// anything up.
enum ClientCommand: Equatable, Sendable {
    case identify(token: String)
    case resume(ResumeRequest)
    case propose(Command)
    case read(ReadCommand)
    case ping

    /// What kind of work it is; `nil` for what is answered however busy the server is.
    var work: Admission.Work? {
        switch self {
        case .identify, .resume: .newSession
        case .read: .read
        case .propose: .change
        case .ping: nil
        }
    }
}

/// What is read from the log and answered when it is there.
enum ReadCommand: Equatable, Sendable {
    case history(ChannelID, HistoryPosition, limit: Int)
    case events(EventsChannel, after: Int64, limit: Int)

    enum EventsChannel: Equatable, Sendable {
        case channel(ChannelID)
        /// `@me`: the log of whoever asks.
        case own
    }
}

/// Where a client stands that was here before.
struct ResumeRequest: Equatable, Sendable {
    var token: String
    var session: SessionID
    var epoch: String
    var personalSeq: Int64
    var channels: [ChannelID: Int64]
    /// Listed names that no channel can have: the user is no member of them either.
    var strangers: [String] = []
}

extension ClientCommand {
    /// Reads the `type` and `data` of a command.
    static func read(
        _ frame: JSONElement, limits: Limits, random: inout RandomSource
    ) throws(Rejection) -> ClientCommand {
        guard let type = frame["type"], type.isString else {
            throw Rejection(.badRequest, "a command needs a type")
        }
        let data = frame.present("data")
        if let data, !data.isObject { throw Rejection(.badRequest, "data must be an object") }
        // The order is that of how often they come.
        if type.isString("message.send") {
            return .propose(.sendMessage(try sendMessage(data, limits: limits, random: &random)))
        }
        if type.isString("read.update") {
            return .propose(
                .markRead(
                    MarkRead(channel: try channel(data), messageNumber: try number(data, "message_number", from: 0))))
        }
        if type.isString("ping") { return .ping }
        if type.isString("history.get") { return .read(try history(data, limits: limits)) }
        if type.isString("events.get") { return .read(try events(data, limits: limits)) }
        if type.isString("channel.open") { return .propose(.openDirect(try openDirect(data))) }
        if type.isString("channel.create") { return .propose(.createGroup(try createGroup(data, limits: limits))) }
        if type.isString("identify") { return .identify(token: try text(data, "token")) }
        if type.isString("resume") { return .resume(try resume(data)) }
        throw Rejection(.badRequest, "there is no such command")
    }

    // MARK: Commands

    private static func sendMessage(
        _ data: JSONElement?, limits: Limits, random: inout RandomSource
    ) throws(Rejection) -> SendMessage {
        let channel = try channel(data)
        let name = data?.present("client_msg_id")
        if let name, !name.isString {
            throw .invalid("/client_msg_id", "invalid_type", "client_msg_id must be a string")
        }
        let id = name?.utf8.map { ClientMessageID($0) } ?? ClientMessageID(random: &random)
        let send = SendMessage(channel: channel, clientMessageID: id, text: try MessageContent.text(of: data))
        try send.validate(within: limits)
        return send
    }

    private static func history(_ data: JSONElement?, limits: Limits) throws(Rejection) -> ReadCommand {
        let channel = try channel(data)
        let limit = try optionalNumber(data, "limit", from: 1, to: Int64(limits.historyPageMax))
        var position = HistoryPosition.newest
        var given = 0
        if let number = try optionalNumber(data, "before", from: 1) { (position, given) = (.before(number), given + 1) }
        if let number = try optionalNumber(data, "after", from: 0) { (position, given) = (.after(number), given + 1) }
        if let number = try optionalNumber(data, "around", from: 1) { (position, given) = (.around(number), given + 1) }
        guard given <= 1 else {
            throw .invalid("/before", "conflict", "give at most one of before, after and around")
        }
        return .history(channel, position, limit: limit.map { Int($0) } ?? limits.historyPageDefault)
    }

    private static func events(_ data: JSONElement?, limits: Limits) throws(Rejection) -> ReadCommand {
        let isOwn = data?["channel"]?.isString("@me") ?? false
        let channel: ReadCommand.EventsChannel = isOwn ? .own : .channel(try channel(data))
        let limit = try optionalNumber(data, "limit", from: 1, to: Int64(limits.eventsPageMax))
        return .events(
            channel, after: try number(data, "after_seq", from: 0), limit: limit.map { Int($0) } ?? limits.eventsPageMax
        )
    }

    private static func openDirect(_ data: JSONElement?) throws(Rejection) -> OpenDirect {
        if let user = data?.present("user") {
            guard let id = user.utf8.flatMap({ UserID($0) }) else { throw .noSuchUser }
            return OpenDirect(peer: .id(id))
        }
        guard let name = data?.present("username")?.string else {
            throw .invalid("/user", "required", "give the user's id as user, or a username")
        }
        return OpenDirect(peer: .username(name))
    }

    private static func createGroup(_ data: JSONElement?, limits: Limits) throws(Rejection) -> CreateGroup {
        for (name, only) in [("kind", "group"), ("visibility", "private"), ("history", "all")] {
            let value = data?.members.first { $0.name == name }?.value
            guard let value, !value.isNull, value.string != only else { continue }
            throw .invalid("/\(name)", "not_supported", "\(name) can only be \(only)")
        }
        var members: [UserID] = []
        if let list = data?.present("members") {
            guard list.isArray else { throw .invalid("/members", "invalid_type", "members must be an array of ids") }
            for (index, element) in list.elements.enumerated() {
                guard let id = element.utf8.flatMap({ UserID($0) }) else {
                    throw .invalid("/members/\(index)", "invalid_format", "members must be users' ids")
                }
                members.append(id)
            }
        }
        let create = CreateGroup(name: try text(data, "name"), members: members)
        try create.validate(within: limits)
        return create
    }

    private static func resume(_ data: JSONElement?) throws(Rejection) -> ResumeRequest {
        guard let session = SessionID(try text(data, "session_id")) else {
            throw .invalid("/session_id", "invalid_format", "session_id must be the one that ready gave")
        }
        var channels: [ChannelID: Int64] = [:]
        var strangers: [String] = []
        if let listed = data?.present("channels") {
            guard listed.isObject else { throw .invalid("/channels", "invalid_type", "channels must be an object") }
            for (name, value) in listed.members {
                guard let seq = value.integer, seq >= 0 else {
                    throw .invalid("/channels/\(name)", "out_of_range", "each channel needs the last seq that was seen")
                }
                if let channel = ChannelID(name) { channels[channel] = seq } else { strangers.append(name) }
            }
        }
        return ResumeRequest(
            token: try text(data, "token"), session: session, epoch: try text(data, "epoch"),
            personalSeq: try optionalNumber(data, "me_seq", from: 0) ?? 0, channels: channels, strangers: strangers)
    }

    // MARK: Members

    private static func channel(_ data: JSONElement?) throws(Rejection) -> ChannelID {
        guard let value = data?.present("channel") else {
            throw .invalid("/channel", "required", "channel is required")
        }
        guard value.isString else { throw .invalid("/channel", "invalid_type", "channel must be a string") }
        guard let channel = ChannelID(value.raw) else { throw .noSuchChannel }
        return channel
    }

    private static func text(_ data: JSONElement?, _ name: StaticString) throws(Rejection) -> String {
        guard let value = data?.present(name) else { throw .invalid("/\(name)", "required", "\(name) is required") }
        guard let text = value.string else { throw .invalid("/\(name)", "invalid_type", "\(name) must be a string") }
        return text
    }

    private static func number(
        _ data: JSONElement?, _ name: StaticString, from least: Int64
    ) throws(Rejection) -> Int64 {
        guard let number = try optionalNumber(data, name, from: least) else {
            throw .invalid("/\(name)", "required", "\(name) is required")
        }
        return number
    }

    private static func optionalNumber(
        _ data: JSONElement?, _ name: StaticString, from least: Int64, to most: Int64 = .max
    ) throws(Rejection) -> Int64? {
        guard let value = data?.present(name) else { return nil }
        guard let number = value.integer else {
            throw .invalid("/\(name)", "invalid_type", "\(name) must be a whole number")
        }
        guard number >= least, number <= most else {
            let bounds = most == .max ? "at least \(least)" : "\(least) to \(most)"
            throw .invalid("/\(name)", "out_of_range", "\(name) must be \(bounds)")
        }
        return number
    }
}
