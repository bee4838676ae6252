public import Base

/// Everything that may be asked of the ledger. To add an operation: its file, a case here and in `Outcome`, a row in
/// the store, a line in the envelope; the compiler names each place.
public enum Command: Equatable, Sendable {
    case sendMessage(SendMessage)
    case editMessage(EditMessage)
    case deleteMessages(DeleteMessages)
    case forwardMessage(ForwardMessage)
    case react(React)
    case pinMessage(PinMessage)
    case markRead(MarkRead)
    case reportMessage(ReportMessage)

    case openDirect(OpenDirect)
    case createChannel(CreateChannel)
    case updateChannel(UpdateChannel)
    case deleteChannel(ChannelID)
    case joinChannel(JoinChannel)
    case addMember(AddMember)
    case changeRole(ChangeRole)
    case removeMember(RemoveMember)
    case leaveChannel(ChannelID)
    case createInvite(CreateInvite)
    case revokeInvite(ChannelID, Int64)
    case setNotifications(SetNotifications)
    /// Whether the caller takes messages from a user.
    case block(UserID, isBlocked: Bool)

    /// The names of a user were changed. Only the store of accounts says so, and never a client.
    case userChanged(UserID)
    /// Likewise.
    case eraseUser(EraseUser)
    /// Likewise, by whichever store has something to tell the user.
    case tellUser(TellUser)
    /// Likewise, what goes into the user's feed.
    case notify(NewNotification)
    /// Likewise, what becomes of the channel of a course.
    case leadChannel(LeadChannel)

    case readNotifications(ReadNotifications)
    /// Lists the caller's channels, with a notification of everything in them that is unread.
    case catchUpNotifications

    /// A session takes its place in the order of all events.
    case attend(Attend)
    case listChannels
    case describeChannel(ChannelID)
    case listMembers(ChannelID)
    case listInvites(ChannelID)
    case listBlocked
    /// Both members' places in a direct channel.
    case compareMembers(ChannelID)
    /// Who has read a message.
    case listReaders(ChannelID, Int64)
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

/// By what right somebody asks.
public enum Authority: Equatable, Sendable {
    /// That of one's place in the channel.
    case member
    /// Also that of one who keeps order on the whole server, and need not belong to the channel.
    case moderator
}

/// A command and who asks.
public struct Proposal: Equatable, Sendable {
    public var user: UserID
    public var command: Command
    public var authority: Authority

    public init(user: UserID, command: Command, authority: Authority = .member) {
        self.user = user
        self.command = command
        self.authority = authority
    }
}

/// The answer to a command that was not refused.
public enum Outcome: Equatable, Sendable {
    case sent(Message, isDuplicate: Bool)
    case edited(Message, seq: Int64)
    /// `personalSeq` when it was for the caller alone.
    case deleted(seq: Int64?, personalSeq: Int64?)
    case marked(readNumber: Int64, unread: Int64, mentions: Int64)
    case reported(Int64)
    case opened(ChannelSummary, isNew: Bool)
    /// Where a channel's log stands after a change, or where it stood when there was nothing to change.
    case changed(ChannelID, seq: Int64)
    case member(MemberCard, isNew: Bool)
    case invited(Invite)
    case attended(Attendance)
    case listed([ChannelSummary])
    case described(ChannelSummary)
    /// A channel that the caller could join.
    case shown(ChannelCard)
    case members([MemberCard])
    case invites([Invite])
    case users([UserCard])
    case compared(DirectComparison)
    case done
}

/// A member as the other members see it.
public struct MemberCard: Equatable, Sendable {
    public var user: UserCard
    public var member: ChannelMember

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

/// The two members of a direct channel side by side, as older systems kept them.
public struct DirectComparison: Equatable, Sendable {
    public struct Side: Equatable, Sendable {
        public var user: UserID
        public var hasReadAll: Bool
        /// Whether there is something that the member wants to hear of and has not read.
        public var isToBeNotified: Bool
    }

    public var head: ChannelHead
    public var isArchived: Bool
    public var low: Side?
    public var high: Side?
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

    /// What nobody has asked for and others have to hear of.
    public init(telling events: [Event]) { self.init(.done, events: events) }

    public init(refused rejection: Rejection) {
        result = .failure(rejection)
        events = []
        notices = []
    }
}
