public import Base

/// Pins a message for everybody in the channel, or takes the pin away.
public struct PinMessage: Equatable, Sendable {
    public var channel: ChannelID
    public var number: Int64
    public var isPinned: Bool

    public init(channel: ChannelID, number: Int64, isPinned: Bool) {
        self.channel = channel
        self.number = number
        self.isPinned = isPinned
    }
}

extension PinMessage {
    /// In a direct channel both may; elsewhere who moderates.
    func decide(in state: ChannelState, by user: UserID) throws(Rejection) {
        _ = try state.allow(state.kind == .direct ? .send : .moderate, by: user)
    }
}
