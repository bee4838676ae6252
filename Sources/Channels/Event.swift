public import Base

/// A durable fact with its place in its channel's log.
public struct Event: Equatable, Sendable {
    public var channel: ChannelID
    /// Its place among the channel's events: 1, 2, 3 and so on.
    public var seq: Int64
    public var at: Timestamp
    public var fact: Fact
    /// Members who hear only that something has happened here. Not kept: readers work it out anew.
    public var unseenBy: [UserID] = []

    public init(channel: ChannelID, seq: Int64, at: Timestamp, fact: Fact) {
        self.channel = channel
        self.seq = seq
        self.at = at
        self.fact = fact
    }

    public init(_ message: Message) {
        self.init(channel: message.channel, seq: message.seq, at: message.createdAt, fact: .messageCreated(message))
    }

    /// What happened.
    public enum Fact: Equatable, Sendable {
        case messageCreated(Message)
        /// The message as it is now. Only which one it was is kept: who reads it later sees what it is then.
        case messageUpdated(Message)
        case note(Note)
        /// Something that the reader may not see, or that is not there any more, up to this place.
        case void(through: Int64)
    }

    /// A fact that is kept as it was told: `data` is its JSON.
    public struct Note: Equatable, Sendable {
        /// The numbers are those of the journal and are never changed.
        public enum Kind: Int64, Sendable, CaseIterable {
            case channelCreated = 2
            case channelAdded = 3
            /// As it is kept; told as `Fact.messageUpdated`.
            case messageUpdated = 4
            case messageDeleted = 5
            case messagePinned = 6
            case messageUnpinned = 7
            case reactionAdded = 8
            case reactionRemoved = 9
            case memberJoined = 10
            case memberLeft = 11
            case memberUpdated = 12
            case channelUpdated = 13
            case channelDeleted = 14
            case channelRemoved = 15
            case messageHidden = 16
            case jobUpdated = 17
            case sessionRevoked = 18
            case notificationCreated = 19
            case notificationRead = 20
            case courseProgress = 25

            /// Whether it is on a user's own log because of a channel, which its `data` then names as `channel`.
            public var isAboutChannel: Bool {
                switch self {
                case .channelAdded, .channelRemoved, .messageHidden: true
                case .channelCreated, .messageUpdated, .messageDeleted, .messagePinned, .messageUnpinned,
                    .reactionAdded, .reactionRemoved, .memberJoined, .memberLeft, .memberUpdated, .channelUpdated,
                    .channelDeleted, .jobUpdated, .sessionRevoked, .notificationCreated, .notificationRead,
                    .courseProgress:
                    false
                }
            }
        }

        public var kind: Kind
        /// The message that it is about: who may not see that one sees nothing of this either.
        public var target: Int64?
        /// On a user's own log, and only where the kind says so (`Kind.isAboutChannel`): the channel that it is about.
        public var subject: ChannelID?
        public var data: [UInt8]

        public init(_ kind: Kind, target: Int64? = nil, subject: ChannelID? = nil, data: [UInt8]) {
            self.kind = kind
            self.target = target
            self.subject = subject
            self.data = data
        }
    }

    /// The last place that it takes: its own, or the last one of a void.
    public var lastSeq: Int64 {
        if case .void(let last) = fact { return last }
        return seq
    }
}

/// A change of state that is told to those who are there and never replayed: the latest value is all that counts.
public enum Notice: Equatable, Sendable {
    /// A member's read marker has moved.
    case markerMoved(
        channel: ChannelID, user: UserID, readNumber: Int64, unread: Int64, mentions: Int64, membersCount: Int)
    /// How many members a channel has now.
    case membersCounted(channel: ChannelID, count: Int)
}
