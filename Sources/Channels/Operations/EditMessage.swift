public import Base

/// Gives one's own message another text. The former one is not kept.
public struct EditMessage: Equatable, Sendable {
    public var channel: ChannelID
    public var number: Int64
    /// UTF-8.
    public var text: [UInt8]

    public init(channel: ChannelID, number: Int64, text: [UInt8]) {
        self.channel = channel
        self.number = number
        self.text = text
    }
}

extension EditMessage {
    public func validate(within limits: Limits) throws(Rejection) {
        guard text.count <= limits.textBytesMax else { throw .tooLongText(limits) }
    }

    /// - Parameter mentions: members whom the new text names.
    /// - Parameter fingerprint: of what was first sent.
    func decide(
        on message: Message, in state: ChannelState, by user: UserID, mentions: [UserID], fingerprint: [UInt8],
        at now: Timestamp
    ) throws(Rejection) -> Message {
        guard message.sender == user else {
            throw Rejection(.permissionDenied, "only who sent a message may edit it")
        }
        // It stands under the name of who said it first.
        guard message.details.forwardedFrom == nil else {
            throw Rejection(.permissionDenied, "what was forwarded is somebody else's word")
        }
        // New words are a way of speaking to somebody too.
        if let peer = state.peer(of: user), state.blockers.contains(peer) { throw .blocked }
        _ = try state.allow(.mendOwn, by: user)
        var details = message.details
        if details.kind == .text, text.isEmpty {
            throw .invalid("/text", "too_short", "a text message needs a text")
        }
        details.editedAt = now
        details.mentions = mentions
        details.fingerprint = fingerprint
        var edited = message
        edited.text = text
        edited.details = details
        return edited
    }
}
