public import Base

/// Everything that may be asked of the ledger. To add an operation: its file, a case here and in `Outcome`, a row in
/// the store, a line in the envelope; the compiler names each place.
public enum Command: Equatable, Sendable {
    case sendMessage(SendMessage)
    case openDirect(OpenDirect)
    case createGroup(CreateGroup)
    case markRead(MarkRead)
    /// A session takes its place in the order of all events.
    case attend(Attend)
    case listChannels
    case describeChannel(ChannelID)
    case listMembers(ChannelID)
}

/// A session that begins, or goes on by another socket.
public struct Attend: Equatable, Sendable {
    public var login: LoginID
    public var session: SessionID

    public init(login: LoginID, session: SessionID) {
        self.login = login
        self.session = session
    }
}

/// A command and who asks.
public struct Proposal: Equatable, Sendable {
    public var user: UserID
    public var command: Command

    public init(user: UserID, command: Command) {
        self.user = user
        self.command = command
    }
}

/// The answer to a command that was not refused.
public enum Outcome: Equatable, Sendable {
    case sent(Message, isDuplicate: Bool)
    case opened(ChannelSummary, isNew: Bool)
    case marked(readNumber: Int64, unread: Int64)
    case attended(Attendance)
    case listed([ChannelSummary])
    case described(ChannelSummary)
    case members([MemberCard])
}

/// A member as the other members see it.
public struct MemberCard: Equatable, Sendable {
    public var user: UserCard
    public var member: ChannelState.Member

    /// The shape `member` of the wire.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.name("user")
            user.write(to: &json)
            json.member("role", member.role.rawValue)
            json.member("read_number", member.readNumber)
            json.member("joined_at", member.joinedAt)
        }
    }
}

/// What a session sees at its place in the order: everything before is in here, everything after will be told.
public struct Attendance: Equatable, Sendable {
    public var session: SessionID
    public var user: UserCard
    /// All channels of the user, most recently active first.
    public var channels: [ChannelSummary]
    /// The last place in the user's own log.
    public var personalSeq: Int64
}

/// What one command came to: its answer, and what others have to hear of it.
public struct Decision: Equatable, Sendable {
    public var result: Result<Outcome, Rejection>
    public var events: [Event]
    public var notices: [Notice]

    init(_ outcome: Outcome, events: [Event] = [], notices: [Notice] = []) {
        result = .success(outcome)
        self.events = events
        self.notices = notices
    }

    public init(refused rejection: Rejection) {
        result = .failure(rejection)
        events = []
        notices = []
    }
}
