internal import Base
internal import Channels

/// What a client wants to say, read the same way from the socket and from REST.
enum MessageContent {
    static func send(
        in channel: ChannelID, _ data: CommandData, limits: Limits, random: inout RandomSource
    ) throws(Rejection) -> SendMessage {
        let send = SendMessage(
            channel: channel, clientMessageID: try data.clientMessageID(within: limits, random: &random),
            text: try text(of: data), details: try details(of: data))
        try send.validate(within: limits)
        return send
    }

    /// A text may be left out where there is something else.
    private static func text(of data: CommandData) throws(Rejection) -> [UInt8] {
        guard data.present("text") == nil else { return try data.utf8("text") }
        for name in ["attachments", "reference", "action"] as [StaticString] where data.present(name) != nil {
            return []
        }
        throw .invalid("/text", "required", "text is required")
    }

    private static func details(of data: CommandData) throws(Rejection) -> MessageDetails {
        var details = MessageDetails.plain
        if let type = data.present("type"), !type.isString("text") {
            guard let kind = type.string.flatMap({ MessageDetails.Kind(rawValue: $0) }) else {
                throw Rejection(
                    .unsupportedType, "messages are of the type text, file or image",
                    faults: [.init(pointer: "/type", code: "not_supported", detail: "text, file or image")])
            }
            details.kind = kind
        }
        for (index, element) in try data.list("attachments").enumerated() {
            guard let file = element["file_id"]?.string else {
                throw .invalid("/attachments/\(index)/file_id", "required", "each attachment needs a file_id")
            }
            details.attachments.append(MessageDetails.Attachment(file: file))
        }
        for (index, element) in try data.list("tags").enumerated() {
            guard let tag = element.string else {
                throw .invalid("/tags/\(index)", "invalid_type", "a tag is a string")
            }
            if !details.tags.contains(tag) { details.tags.append(tag) }
        }
        if let reference = data.present("reference") {
            let member = CommandData(reference)
            guard reference.isObject, let type = member.present("type")?.string, let id = member.present("id")?.string
            else { throw .invalid("/reference", "invalid_type", "a reference has a type and an id") }
            details.reference = MessageDetails.Reference(type: type, id: id)
        }
        if let action = data.present("action") {
            guard action.isObject, let name = action.present("name")?.string else {
                throw .invalid("/action", "invalid_type", "an action has a name and perhaps params")
            }
            details.action = MessageDetails.Action(name: name, parameters: action.present("params")?.json)
        }
        details.replyTo = try data.optionalNumber("reply_to", from: 1)
        return details
    }
}
