public import Base

/// A durable fact with its place in its channel's log.
public struct Event: Equatable, Sendable {
    public var channel: ChannelID
    /// Its place among the channel's events: 1, 2, 3 and so on.
    public var seq: Int64
    public var at: Timestamp
    public var fact: Fact

    public init(channel: ChannelID, seq: Int64, at: Timestamp, fact: Fact) {
        self.channel = channel
        self.seq = seq
        self.at = at
        self.fact = fact
    }

    /// What happened. A fact that is no message is kept as it was told: `data` is its JSON.
    public enum Fact: Equatable, Sendable {
        case messageCreated(Message)
        case channelCreated(data: [UInt8])
        /// On the log of a user who has become a member.
        case channelAdded(ChannelID, data: [UInt8])
    }

    public init(_ message: Message) {
        self.init(channel: message.channel, seq: message.seq, at: message.createdAt, fact: .messageCreated(message))
    }
}

/// A change of state that is told to those who are there and never replayed: the latest value is all that counts.
public enum Notice: Equatable, Sendable {
    /// A member's read marker has moved.
    case markerMoved(channel: ChannelID, user: UserID, readNumber: Int64, unread: Int64, membersCount: Int)
}
