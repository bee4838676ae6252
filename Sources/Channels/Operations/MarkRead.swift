public import Base

/// Moves one's read marker forward.
public struct MarkRead: Equatable, Sendable {
    public var channel: ChannelID
    public var messageNumber: Int64

    public init(channel: ChannelID, messageNumber: Int64) {
        self.channel = channel
        self.messageNumber = messageNumber
    }
}

extension MarkRead {
    /// Where the marker stands afterwards: never further back, never beyond the last message.
    func decide(in state: ChannelState, by user: UserID) throws(Rejection) -> Int64 {
        let member = try state.member(user)
        guard messageNumber >= 0 else {
            throw .invalid("/message_number", "out_of_range", "message numbers begin at 1")
        }
        return max(member.readNumber, min(messageNumber, state.head.lastMessageNumber))
    }
}
