public import Base

/// Takes messages away: for all, or from one's own sight.
public struct DeleteMessages: Equatable, Sendable {
    public enum Scope: String, Sendable, CaseIterable {
        case me
        case all
    }

    public var channel: ChannelID
    public var ranges: [ClosedRange<Int64>]
    public var scope: Scope

    public init(channel: ChannelID, ranges: [ClosedRange<Int64>], scope: Scope) {
        self.channel = channel
        self.ranges = ranges
        self.scope = scope
    }

    public init(channel: ChannelID, number: Int64, scope: Scope) {
        self.init(channel: channel, ranges: [number...number], scope: scope)
    }
}

extension DeleteMessages {
    public func validate(within limits: Limits) throws(Rejection) {
        guard !ranges.isEmpty, ranges.count <= limits.deleteRangesMax else {
            throw .invalid(
                "/message_numbers", "invalid_length", "there are 1 to \(limits.deleteRangesMax) ranges")
        }
        guard ranges.allSatisfy({ $0.lowerBound >= 1 }) else {
            throw .invalid("/message_numbers", "out_of_range", "message numbers begin at 1")
        }
    }

    /// The messages meant that are there: of what the caller may see, and not gone already in the same way. Who has
    /// hidden a message may still delete it for all.
    /// - Throws: `not_found` when it is one message and there is none.
    func targets(
        in state: ChannelState, by user: UserID, as authority: Authority, _ limits: Limits
    ) throws(Rejection) -> NumberRanges {
        let start = authority == .moderator && scope == .all ? 0 : try state.member(user).start.number
        let first = max(start, state.purged.number) + 1, last = state.head.lastMessageNumber
        var targets = NumberRanges()
        for range in ranges {
            let low = max(range.lowerBound, first), high = min(range.upperBound, last)
            guard low <= high else { continue }
            targets.insert(low...high)
        }
        if targets.isEmpty, ranges.count == 1, ranges[0].count == 1 { throw .noSuchMessage }
        for gone in state.deleted.ranges { targets.subtract(gone) }
        if scope == .me {
            for gone in state.hidden[user]?.ranges ?? [] { targets.subtract(gone) }
        }
        guard targets.count <= limits.deleteMessagesMax else {
            throw .invalid(
                "/message_numbers", "too_many", "at most \(limits.deleteMessagesMax) messages may be deleted at once")
        }
        return targets
    }

    /// Deleting for all: one's own messages, or those of others for who moderates.
    func decide(
        on messages: [Message], in state: ChannelState, by user: UserID, as authority: Authority
    ) throws(Rejection) {
        if authority == .moderator { return }
        if messages.contains(where: { $0.sender != user }) {
            guard state.kind != .direct else {
                throw Rejection(.permissionDenied, "only who sent a message may delete it for all")
            }
            _ = try state.allow(.moderate, by: user)
        } else {
            _ = try state.allow(.mendOwn, by: user)
        }
    }
}
