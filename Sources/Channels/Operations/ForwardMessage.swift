public import Base

/// Says in one channel what was said in another. Who reads it learns who said it first and when, never where.
public struct ForwardMessage: Equatable, Sendable {
    public var source: ChannelID
    public var number: Int64
    public var target: ChannelID
    public var clientMessageID: ClientMessageID

    public init(source: ChannelID, number: Int64, target: ChannelID, clientMessageID: ClientMessageID) {
        self.source = source
        self.number = number
        self.target = target
        self.clientMessageID = clientMessageID
    }
}

extension ForwardMessage {
    /// What makes it the same when it is asked for again, however the message was edited meanwhile.
    var content: [UInt8] {
        JSONWriter.object { json in
            json.member("forwarded", source)
            json.member("message_number", number)
        }
    }

    /// What the forwarded message carries: all that its sender said, and nothing that leads back to where that was.
    /// Whom it names and what it answers is of that channel alone.
    func details(of message: Message, fingerprint: [UInt8]) -> MessageDetails {
        var details = MessageDetails()
        details.kind = message.details.kind
        details.attachments = message.details.attachments
        details.tags = message.details.tags
        details.reference = message.details.reference
        details.action = message.details.action
        details.forwardedFrom =
            message.details.forwardedFrom
            ?? MessageDetails.Origin(sender: message.sender, createdAt: message.createdAt)
        details.fingerprint = fingerprint
        return details
    }
}
