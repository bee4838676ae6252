public import Base
public import Channels

extension MemoryChannelStore {
    public mutating func setMember(
        _ member: ChannelMember, as user: UserID, of channel: ChannelID
    ) throws(StoreFailure) {
        try count()
        try write { content in
            var member = member
            if let before = content.channels[channel]?.members[user] {
                member.readNumber = max(before.readNumber, member.readNumber)
            }
            content.channels[channel]?.add(member, as: user)
        }
    }

    public mutating func removeMember(_ user: UserID, of channel: ChannelID) throws(StoreFailure) {
        try count()
        try write { $0.channels[channel]?.remove(user) }
    }

    public mutating func insert(_ invite: Invite, token: String) throws(StoreFailure) -> Invite {
        try count()
        var made = invite
        made.id = seen.lastInvite + 1
        let kept = made
        try write { content in
            content.lastInvite = kept.id
            content.invites.append(kept)
            content.tokens[kept.id] = token
        }
        return made
    }

    public mutating func invite(token: String) throws(StoreFailure) -> Invite? {
        try count()
        return seen.invites.first { seen.tokens[$0.id] == token }
    }

    public mutating func invites(of channel: ChannelID) throws(StoreFailure) -> [Invite] {
        try count()
        return seen.invites.filter { $0.channel == channel }
    }

    public mutating func useInvite(_ id: Int64) throws(StoreFailure) {
        try count()
        try write { content in
            for index in content.invites.indices where content.invites[index].id == id {
                content.invites[index].uses += 1
            }
        }
    }

    public mutating func removeInvite(_ id: Int64, of channel: ChannelID) throws(StoreFailure) -> Bool {
        try count()
        let before = seen.invites.count
        try write { $0.invites.removeAll { $0.id == id && $0.channel == channel } }
        return seen.invites.count < before
    }

    public mutating func isBlocked(_ user: UserID, by other: UserID) throws(StoreFailure) -> Bool {
        try count()
        return seen.blocks[other]?.contains(user) ?? false
    }

    public mutating func setBlock(
        of user: UserID, by other: UserID, isBlocked: Bool, at now: Timestamp
    ) throws(StoreFailure) -> Bool {
        try count()
        guard (seen.blocks[other]?.contains(user) ?? false) != isBlocked else { return false }
        try write { content in
            if isBlocked {
                content.blocks[other, default: []].insert(user)
            } else {
                content.blocks[other]?.remove(user)
            }
        }
        return true
    }

    public mutating func blocked(by user: UserID) throws(StoreFailure) -> [UserCard] {
        try count()
        return (seen.blocks[user] ?? []).sorted().compactMap { seen.users[$0] }
    }
}
