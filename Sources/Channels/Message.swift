public import Base

/// What one user said in a channel.
public struct Message: Equatable, Sendable {
    public var channel: ChannelID
    /// Its place among the channel's messages: 1, 2, 3 and so on.
    public var number: Int64
    /// Its place among the channel's events.
    public var seq: Int64
    public var sender: UserID
    public var clientMessageID: ClientMessageID
    /// UTF-8.
    public var text: [UInt8]
    public var createdAt: Timestamp
    private var rare: RareDetails

    public init(
        channel: ChannelID, number: Int64, seq: Int64, sender: UserID, clientMessageID: ClientMessageID, text: [UInt8],
        createdAt: Timestamp, details: MessageDetails = .plain
    ) {
        self.channel = channel
        self.number = number
        self.seq = seq
        self.sender = sender
        self.clientMessageID = clientMessageID
        self.text = text
        self.createdAt = createdAt
        rare = RareDetails(details)
    }

    public var details: MessageDetails {
        get { rare.value }
        set { rare = RareDetails(newValue) }
    }

    public var isPlain: Bool { rare.isPlain }
    public var isDeleted: Bool { !isPlain && details.deletedAt != nil }
}

/// A message with what others have made of it, as one member sees it.
public struct MessageView: Equatable, Sendable {
    public struct Reaction: Equatable, Sendable {
        public var emoji: String
        public var count: Int64
        public var isMine: Bool

        public init(emoji: String, count: Int64, isMine: Bool) {
            self.emoji = emoji
            self.count = count
            self.isMine = isMine
        }
    }

    /// What was said in answer to a message.
    public struct Thread: Equatable, Sendable {
        public var replyCount: Int64
        public var lastReply: Int64

        public init(replyCount: Int64, lastReply: Int64) {
            self.replyCount = replyCount
            self.lastReply = lastReply
        }
    }

    public var message: Message
    /// In the order in which their emoji were first used.
    public var reactions: [Reaction]
    public var pinnedAt: Timestamp?
    public var thread: Thread?

    public init(_ message: Message, reactions: [Reaction] = [], pinnedAt: Timestamp? = nil, thread: Thread? = nil) {
        self.message = message
        self.reactions = reactions
        self.pinnedAt = pinnedAt
        self.thread = thread
    }
}

/// The sender's own name for a message, so that a retry finds its first outcome instead of sending twice.
public struct ClientMessageID: Hashable, Sendable {
    /// UTF-8, 1 to `Limits.clientMessageIDBytesMax` bytes.
    public let bytes: [UInt8]

    public init(_ bytes: [UInt8]) { self.bytes = bytes }
    public init(_ text: String) { bytes = Array(text.utf8) }

    /// One that the server makes for a client that gave none.
    public init(random: inout RandomSource) {
        self.init(Base64.encodeURLSafe(random.bytes(16)))
    }
}

extension ClientMessageID {
    public func validate(within limits: Limits) throws(Rejection) {
        guard !bytes.isEmpty, bytes.count <= limits.clientMessageIDBytesMax else {
            throw .invalid(
                "/client_msg_id", "invalid_length", "client_msg_id has 1 to \(limits.clientMessageIDBytesMax) bytes")
        }
    }
}

/// What makes a message the same message: who sent it, where, and the name that the sender gave it.
public struct RetryKey: Hashable, Sendable {
    public var channel: ChannelID
    public var sender: UserID
    public var clientMessageID: ClientMessageID

    public init(channel: ChannelID, sender: UserID, clientMessageID: ClientMessageID) {
        self.channel = channel
        self.sender = sender
        self.clientMessageID = clientMessageID
    }
}
