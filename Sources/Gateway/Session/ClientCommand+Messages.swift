internal import Base
internal import Channels

/// Commands about messages that are there.
extension ClientCommand {
    static func messageCommand(
        _ type: JSONElement, _ data: CommandData, limits: Limits, random: inout RandomSource
    ) throws(Rejection) -> Command? {
        if type.isString("reaction.add") { return .react(try react(data, isAdded: true, limits)) }
        if type.isString("reaction.remove") { return .react(try react(data, isAdded: false, limits)) }
        if type.isString("message.edit") {
            let edit = EditMessage(
                channel: try data.channel(), number: try data.number("message_number", from: 1),
                text: try data.utf8("text"))
            try edit.validate(within: limits)
            return .editMessage(edit)
        }
        if type.isString("message.delete") {
            let delete = DeleteMessages(
                channel: try data.channel(), ranges: try ranges(data),
                scope: try data.word("scope", as: DeleteMessages.Scope.self) ?? .all)
            try delete.validate(within: limits)
            return .deleteMessages(delete)
        }
        if type.isString("message.forward") {
            return .forwardMessage(
                ForwardMessage(
                    source: try data.channel("from_channel"), number: try data.number("message_number", from: 1),
                    target: try data.channel("to_channel"),
                    clientMessageID: try data.clientMessageID(within: limits, random: &random)))
        }
        return nil
    }

    private static func react(_ data: CommandData, isAdded: Bool, _ limits: Limits) throws(Rejection) -> React {
        let react = React(
            channel: try data.channel(), number: try data.number("message_number", from: 1),
            emoji: try data.text("emoji"), isAdded: isAdded)
        try react.validate(within: limits)
        return react
    }

    /// One number, or pairs of first and last.
    private static func ranges(_ data: CommandData) throws(Rejection) -> [ClosedRange<Int64>] {
        guard data.present("message_numbers") != nil else {
            let number = try data.number("message_number", from: 1)
            return [number...number]
        }
        guard data.present("message_number") == nil else {
            throw .invalid("/message_numbers", "conflict", "give message_number or message_numbers")
        }
        var ranges: [ClosedRange<Int64>] = []
        for (index, pair) in try data.list("message_numbers").enumerated() {
            let ends = pair.elements.compactMap(\.integer)
            guard pair.elements.count == 2, ends.count == 2, ends[0] >= 1, ends[0] <= ends[1] else {
                throw .invalid("/message_numbers/\(index)", "invalid_format", "a range is its first and last number")
            }
            ranges.append(ends[0]...ends[1])
        }
        return ranges
    }
}
