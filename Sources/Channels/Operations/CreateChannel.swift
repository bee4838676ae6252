public import Base

/// Makes a channel for many; who makes it owns it.
public struct CreateChannel: Equatable, Sendable {
    public var kind: ChannelState.Kind
    public var profile: ChannelProfile
    public var members: [UserID]

    public init(kind: ChannelState.Kind = .group, profile: ChannelProfile, members: [UserID]) {
        self.kind = kind
        self.profile = profile
        self.members = members
    }

    public init(name: String, members: [UserID]) {
        self.init(profile: ChannelProfile(name: name), members: members)
    }
}

extension CreateChannel {
    /// What can be told without looking anything up.
    public func validate(within limits: Limits) throws(Rejection) {
        guard kind != .direct else {
            throw .invalid("/kind", "not_supported", "a direct channel is opened, not created")
        }
        guard profile.name != nil else { throw .invalid("/name", "required", "name is required") }
        try profile.validate(within: limits)
        guard members.count < limits.channelMembersMax else {
            throw .invalid("/members", "too_long", "a channel has at most \(limits.channelMembersMax) members")
        }
    }

    func decide(as id: ChannelID, by owner: UserID, at now: Timestamp) -> ChannelState {
        var everyone: [UserID: ChannelMember] = [:]
        for member in members {
            everyone[member] = ChannelMember(role: kind.usualRole, readNumber: 0, joinedAt: now)
        }
        everyone[owner] = ChannelMember(role: .owner, readNumber: 0, joinedAt: now)
        return ChannelState(id: id, kind: kind, profile: profile, createdAt: now, members: everyone)
    }
}

extension ChannelProfile {
    func validate(within limits: Limits) throws(Rejection) {
        if let name {
            guard (1...limits.channelNameBytesMax).contains(name.utf8.count) else {
                throw .invalid("/name", "invalid_length", "a name has 1 to \(limits.channelNameBytesMax) bytes")
            }
            guard name.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else {
                throw .invalid("/name", "invalid_format", "a name is more than blanks")
            }
        }
        if let topic, topic.utf8.count > limits.topicBytesMax {
            throw .invalid("/topic", "too_long", "a topic has at most \(limits.topicBytesMax) bytes")
        }
        if let retentionSeconds, !(1...Self.retentionSecondsMax).contains(retentionSeconds) {
            throw .invalid(
                "/retention_seconds", "out_of_range", "it is 1 to \(Self.retentionSecondsMax) seconds")
        }
    }

    /// A hundred years.
    private static let retentionSecondsMax: Int64 = 3_155_760_000
}

extension ChannelState.Kind {
    /// What new members may do unless they are given another role.
    public var usualRole: MemberRole { self == .broadcast ? .reader : .member }
}
