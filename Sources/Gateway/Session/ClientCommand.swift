internal import Base
internal import Channels

/// A command as a client says it: what the `type` means, with its data checked as far as it can be without looking
/// anything up.
enum ClientCommand: Equatable, Sendable {
    /// Without a token, who the upgrade's ticket or cookie says.
    case identify(token: String?, status: PresenceStatus? = nil)
    case resume(ResumeRequest)
    /// Goes on with another token.
    case refresh(token: String)
    case propose(Command)
    case read(ReadCommand)
    case presence(PresenceCommand)
    case ping

    /// What kind of work it is; `nil` for what is answered however busy the server is.
    var work: Admission.Work? {
        switch self {
        case .identify, .resume: .newSession
        case .read, .presence: .read
        case .propose: .change
        case .ping, .refresh: nil
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
    var token: String?
    var session: SessionID
    var epoch: String
    var personalSeq: Int64
    var channels: [ChannelID: Int64]
    /// Listed names that no channel can have: the user is no member of them either.
    var strangers: [String] = []
    var status: PresenceStatus?
}

extension ClientCommand {
    /// Reads the `type` and `data` of a command.
    static func read(
        _ frame: JSONElement, limits: Limits, random: inout RandomSource
    ) throws(Rejection) -> ClientCommand {
        guard let type = frame["type"], type.isString else {
            throw Rejection(.badRequest, "a command needs a type")
        }
        let object = frame.present("data")
        if let object, !object.isObject { throw Rejection(.badRequest, "data must be an object") }
        let data = CommandData(object)
        // The order is that of how often they come.
        if type.isString("message.send") {
            return .propose(
                .sendMessage(
                    try MessageContent.send(in: try data.channel(), data, limits: limits, random: &random)))
        }
        if type.isString("read.update") {
            return .propose(
                .markRead(
                    MarkRead(channel: try data.channel(), messageNumber: try data.number("message_number", from: 0))))
        }
        if type.isString("ping") { return .ping }
        if type.isString("history.get") { return .read(try history(data, limits: limits)) }
        if type.isString("events.get") { return .read(try events(data, limits: limits)) }
        if let command = try PresenceCommand.read(type, data, limits: limits) { return .presence(command) }
        if type.isString("identify") {
            return .identify(token: try data.optionalText("token"), status: try PresenceCommand.status(data))
        }
        if type.isString("auth.refresh") { return .refresh(token: try data.text("token")) }
        if type.isString("resume") { return .resume(try resume(data)) }
        if let command = try messageCommand(type, data, limits: limits, random: &random) { return .propose(command) }
        if let command = try channelCommand(type, data, limits: limits) { return .propose(command) }
        throw Rejection(.badRequest, "there is no such command")
    }

    // MARK: Reading

    private static func history(_ data: CommandData, limits: Limits) throws(Rejection) -> ReadCommand {
        let channel = try data.channel()
        let limit = try data.optionalNumber("limit", from: 1, to: Int64(limits.historyPageMax))
        var position = HistoryPosition.newest
        var given = 0
        if let number = try data.optionalNumber("before", from: 1) {
            (position, given) = (.before(number), given + 1)
        }
        if let number = try data.optionalNumber("after", from: 0) { (position, given) = (.after(number), given + 1) }
        if let number = try data.optionalNumber("around", from: 1) {
            (position, given) = (.around(number), given + 1)
        }
        guard given <= 1 else {
            throw .invalid("/before", "conflict", "give at most one of before, after and around")
        }
        return .history(channel, position, limit: limit.map { Int($0) } ?? limits.historyPageDefault)
    }

    private static func events(_ data: CommandData, limits: Limits) throws(Rejection) -> ReadCommand {
        let isOwn = data.named("channel")?.isString("@me") ?? false
        let channel: ReadCommand.EventsChannel = isOwn ? .own : .channel(try data.channel())
        let limit = try data.optionalNumber("limit", from: 1, to: Int64(limits.eventsPageMax))
        return .events(
            channel, after: try data.number("after_seq", from: 0), limit: limit.map { Int($0) } ?? limits.eventsPageMax)
    }

    // MARK: Beginning

    private static func resume(_ data: CommandData) throws(Rejection) -> ResumeRequest {
        guard let session = SessionID(try data.text("session_id")) else {
            throw .invalid("/session_id", "invalid_format", "session_id must be the one that ready gave")
        }
        let (channels, strangers) = try ResumeRequest.places(in: data.present("channels"))
        return ResumeRequest(
            token: try data.optionalText("token"), session: session, epoch: try data.text("epoch"),
            personalSeq: try data.optionalNumber("me_seq", from: 0) ?? 0, channels: channels, strangers: strangers,
            status: try PresenceCommand.status(data))
    }
}
