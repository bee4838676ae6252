public import Base

/// Says something in a channel the sender belongs to.
public struct SendMessage: Equatable, Sendable {
    public var channel: ChannelID
    public var clientMessageID: ClientMessageID
    /// UTF-8.
    public var text: [UInt8]
    private var rare: RareDetails

    /// - Parameter details: what the sender may choose: kind, attachments (their files alone), reference, action, tags
    ///   and `replyTo`.
    public init(
        channel: ChannelID, clientMessageID: ClientMessageID, text: [UInt8], details: MessageDetails = .plain
    ) {
        self.channel = channel
        self.clientMessageID = clientMessageID
        self.text = text
        rare = RareDetails(details)
    }

    public var details: MessageDetails { rare.value }
    public var isPlain: Bool { rare.isPlain }
}

extension SendMessage {
    /// What can be told without looking at the channel.
    public func validate(within limits: Limits) throws(Rejection) {
        try clientMessageID.validate(within: limits)
        guard text.count <= limits.textBytesMax else { throw .tooLongText(limits) }
        guard !isPlain else {
            guard !text.isEmpty else { throw .invalid("/text", "too_short", "a text message needs a text") }
            return
        }
        try details.validate(within: limits)
        if details.kind == .text, text.isEmpty, details.action == nil, details.reference == nil {
            throw .invalid("/text", "too_short", "a text message needs a text")
        }
    }

    /// - Parameter details: as the ledger has completed them.
    func decide(
        in state: ChannelState, by sender: UserID, _ details: MessageDetails, at now: Timestamp
    ) -> Message {
        Message(
            channel: state.id, number: state.head.lastMessageNumber + 1, seq: state.head.seq + 1, sender: sender,
            clientMessageID: clientMessageID, text: text, createdAt: now, details: details)
    }

    /// What makes it the same when it is sent again: everything that the sender chose.
    func repeats(_ first: Message) -> Bool {
        if isPlain && first.isPlain { return text == first.text }
        return content == SendMessage.content(first.text, first.details)
    }

    /// The same as bytes, for a keyed hash of it.
    var content: [UInt8] { SendMessage.content(text, details) }

    static func content(_ text: [UInt8], _ details: MessageDetails) -> [UInt8] {
        JSONWriter.object { json in
            json.member("type", details.kind.rawValue)
            json.member("text", utf8: text)
            json.array("attachments") { json in
                for element in details.attachments { json.value(element.file) }
            }
            if let reference = details.reference {
                json.name("reference")
                reference.write(to: &json)
            }
            if let action = details.action {
                json.name("action")
                action.write(to: &json)
            }
            json.array("tags") { json in
                for element in details.tags { json.value(element) }
            }
            if let replyTo = details.replyTo { json.member("reply_to", replyTo) }
        }
    }
}

extension MessageDetails {
    /// What a sender may choose, within its bounds.
    func validate(within limits: Limits) throws(Rejection) {
        guard attachments.count <= limits.attachmentsMax else {
            throw .invalid("/attachments", "too_many", "a message has at most \(limits.attachmentsMax) attachments")
        }
        if kind != .text, attachments.isEmpty {
            throw .invalid("/attachments", "required", "a message of the type \(kind.rawValue) needs an attachment")
        }
        guard tags.count <= limits.tagsMax else {
            throw .invalid("/tags", "too_many", "a message has at most \(limits.tagsMax) tags")
        }
        guard tags.allSatisfy({ (1...limits.tagBytesMax).contains($0.utf8.count) }) else {
            throw .invalid("/tags", "invalid_length", "a tag has 1 to \(limits.tagBytesMax) bytes")
        }
        if let reference {
            guard (1...limits.referenceTypeBytesMax).contains(reference.type.utf8.count) else {
                throw .invalid(
                    "/reference/type", "invalid_length", "it has 1 to \(limits.referenceTypeBytesMax) bytes")
            }
            guard (1...limits.referenceIDBytesMax).contains(reference.id.utf8.count) else {
                throw .invalid("/reference/id", "invalid_length", "it has 1 to \(limits.referenceIDBytesMax) bytes")
            }
        }
        if let action {
            guard (1...limits.actionNameBytesMax).contains(action.name.utf8.count) else {
                throw .invalid("/action/name", "invalid_length", "it has 1 to \(limits.actionNameBytesMax) bytes")
            }
            guard action.parameters?.count ?? 0 <= limits.actionParametersBytesMax else {
                throw .invalid(
                    "/action/params", "too_long", "they have at most \(limits.actionParametersBytesMax) bytes")
            }
        }
    }
}

extension Rejection {
    static func tooLongText(_ limits: Limits) -> Rejection {
        Rejection(
            .tooLarge, "a text has at most \(limits.textBytesMax) bytes",
            faults: [.init(pointer: "/text", code: "too_long", detail: "at most \(limits.textBytesMax) bytes")])
    }

    static let otherContent = Rejection(
        .idempotencyMismatch, "this client_msg_id belongs to a message with another content")
}
