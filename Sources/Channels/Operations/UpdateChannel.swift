public import Base

/// Changes what a channel is called and how it is kept.
public struct UpdateChannel: Equatable, Sendable {
    /// A member that is named, perhaps to be taken away.
    public enum Change<Value: Equatable & Sendable>: Equatable, Sendable {
        case kept
        case set(Value)
    }

    public var channel: ChannelID
    public var name = Change<String>.kept
    public var topic = Change<String?>.kept
    public var visibility = Change<ChannelProfile.Visibility>.kept
    public var history = Change<ChannelProfile.History>.kept
    public var retentionSeconds = Change<Int64?>.kept
    public var isArchived = Change<Bool>.kept

    public init(channel: ChannelID, isArchived: Change<Bool> = .kept) {
        self.channel = channel
        self.isArchived = isArchived
    }
}

extension UpdateChannel {
    /// - Returns: the profile as it is to be; the same when nothing changes.
    func decide(
        in state: ChannelState, by user: UserID, as authority: Authority, at now: Timestamp, _ limits: Limits
    ) throws(Rejection) -> ChannelProfile {
        let isOwnersAffair =
            visibility != .kept || history != .kept || retentionSeconds != .kept || isArchived != .kept
        let act: Act = isOwnersAffair ? .own : .moderate
        try state.allow(act, by: user, as: authority)
        let isNamed = name != .kept || topic != .kept
        guard state.kind != .direct || (!isNamed && visibility == .kept && history == .kept) else {
            throw Rejection(.permissionDenied, "a direct channel belongs to its two members")
        }
        var profile = state.profile
        if case .set(let archived) = isArchived {
            profile.archivedAt = archived ? profile.archivedAt ?? now : nil
        }
        // The one change that an archived channel takes is to be opened again.
        if state.isArchived, profile.archivedAt != nil, self != UpdateChannel(channel: channel, isArchived: isArchived)
        {
            throw .channelArchived
        }
        if case .set(let name) = name { profile.name = name }
        if case .set(let topic) = topic { profile.topic = topic }
        if case .set(let visibility) = visibility { profile.visibility = visibility }
        if case .set(let history) = history { profile.history = history }
        if case .set(let seconds) = retentionSeconds { profile.retentionSeconds = seconds }
        try profile.validate(within: limits)
        return profile
    }
}
