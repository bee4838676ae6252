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

    public init(
        channel: ChannelID, number: Int64, seq: Int64, sender: UserID, clientMessageID: ClientMessageID, text: [UInt8],
        createdAt: Timestamp
    ) {
        self.channel = channel
        self.number = number
        self.seq = seq
        self.sender = sender
        self.clientMessageID = clientMessageID
        self.text = text
        self.createdAt = createdAt
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
