public import Base

/// Says something in a channel the sender belongs to.
public struct SendMessage: Equatable, Sendable {
    public var channel: ChannelID
    public var clientMessageID: ClientMessageID
    /// UTF-8.
    public var text: [UInt8]

    public init(channel: ChannelID, clientMessageID: ClientMessageID, text: [UInt8]) {
        self.channel = channel
        self.clientMessageID = clientMessageID
        self.text = text
    }
}

extension SendMessage {
    /// What can be told without looking at the channel.
    public func validate(within limits: Limits) throws(Rejection) {
        guard !clientMessageID.bytes.isEmpty, clientMessageID.bytes.count <= limits.clientMessageIDBytesMax else {
            throw .invalid(
                "/client_msg_id", "invalid_length", "client_msg_id has 1 to \(limits.clientMessageIDBytesMax) bytes")
        }
        guard !text.isEmpty else { throw .invalid("/text", "too_short", "a text message needs a text") }
        guard text.count <= limits.textBytesMax else {
            throw Rejection(
                .tooLarge, "a text has at most \(limits.textBytesMax) bytes",
                faults: [.init(pointer: "/text", code: "too_long", detail: "at most \(limits.textBytesMax) bytes")])
        }
    }

    func decide(in state: ChannelState, by sender: UserID, at now: Timestamp) throws(Rejection) -> Message {
        guard let member = state.members[sender] else { throw .noSuchChannel }
        guard member.role.maySend else { throw Rejection(.permissionDenied, "readers may not send here") }
        return Message(
            channel: state.id, number: state.head.lastMessageNumber + 1, seq: state.head.seq + 1, sender: sender,
            clientMessageID: clientMessageID, text: text, createdAt: now)
    }

    /// A retry must be the same message; anything else under its name is a mistake that the sender wants to hear of.
    func decide(repeating first: Message) throws(Rejection) -> Message {
        guard first.text == text else {
            throw Rejection(.idempotencyMismatch, "this client_msg_id belongs to a message with another content")
        }
        return first
    }
}
