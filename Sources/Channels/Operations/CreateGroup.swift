public import Base

/// Makes a channel for many; who makes it owns it.
public struct CreateGroup: Equatable, Sendable {
    public var name: String
    public var members: [UserID]

    public init(name: String, members: [UserID]) {
        self.name = name
        self.members = members
    }
}

extension CreateGroup {
    /// What can be told without looking anything up.
    public func validate(within limits: Limits) throws(Rejection) {
        guard !name.isEmpty, name.utf8.count <= limits.channelNameBytesMax else {
            throw .invalid("/name", "invalid_length", "a name has 1 to \(limits.channelNameBytesMax) bytes")
        }
        guard members.count < limits.channelMembersMax else {
            throw .invalid("/members", "too_long", "a channel has at most \(limits.channelMembersMax) members")
        }
    }

    func decide(as id: ChannelID, by owner: UserID, at now: Timestamp) -> ChannelState {
        var everyone: [UserID: ChannelState.Member] = [:]
        for member in members {
            everyone[member] = ChannelState.Member(role: .member, readNumber: 0, joinedAt: now)
        }
        everyone[owner] = ChannelState.Member(role: .owner, readNumber: 0, joinedAt: now)
        return ChannelState(id: id, kind: .group, name: name, createdAt: now, head: ChannelHead(), members: everyone)
    }
}
