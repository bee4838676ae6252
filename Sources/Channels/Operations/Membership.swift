public import Base

/// Brings somebody into a channel, or oneself into one that is open to everybody.
public struct AddMember: Equatable, Sendable {
    public var channel: ChannelID
    public var user: UserID
    /// The channel's usual one when there is none.
    public var role: MemberRole?

    public init(channel: ChannelID, user: UserID, role: MemberRole? = nil) {
        self.channel = channel
        self.user = user
        self.role = role
    }
}

extension AddMember {
    /// The role that the new member gets.
    func decide(in state: ChannelState, by user: UserID) throws(Rejection) -> MemberRole {
        let usual = state.kind.usualRole
        if user == self.user {
            guard state.profile.visibility == .public else { throw .noSuchChannel }
            guard !state.isArchived else { throw .channelArchived }
            guard role == nil || role == usual else {
                throw Rejection(.permissionDenied, "who joins is a \(usual.rawValue)")
            }
            return usual
        }
        let inviter = try state.allow(.invite, by: user)
        let role = role ?? usual
        // Roles beyond the usual one are given by those who may change roles.
        guard role <= usual || inviter.role == .owner || (inviter.role == .admin && role < .admin) else {
            throw Rejection(.permissionDenied, "you may not give the role \(role.rawValue)")
        }
        return role
    }
}

/// Gives a member another role.
public struct ChangeRole: Equatable, Sendable {
    public var channel: ChannelID
    public var user: UserID
    public var role: MemberRole

    public init(channel: ChannelID, user: UserID, role: MemberRole) {
        self.channel = channel
        self.user = user
        self.role = role
    }
}

extension ChangeRole {
    /// Owners change every role, admins those below their own, to such.
    func decide(in state: ChannelState, by user: UserID) throws(Rejection) {
        let actor = try state.allow(.moderate, by: user)
        guard let member = state.members[self.user] else { throw .noSuchMember }
        guard actor.role == .owner || (member.role < .admin && role < .admin) else {
            throw Rejection(.permissionDenied, "only owners may change this role")
        }
        if member.role == .owner, role != .owner { try state.requireAnotherOwner(than: self.user) }
    }
}

/// Takes a member out of a channel, or oneself.
public struct RemoveMember: Equatable, Sendable {
    public var channel: ChannelID
    public var user: UserID

    public init(channel: ChannelID, user: UserID) {
        self.channel = channel
        self.user = user
    }
}

extension RemoveMember {
    func decide(in state: ChannelState, by user: UserID, as authority: Authority) throws(Rejection) {
        let role = authority == .moderator ? .owner : try state.member(user).role
        guard state.kind != .direct else {
            throw Rejection(.permissionDenied, "a direct channel has its two members for ever")
        }
        guard !state.isArchived || user == self.user else { throw .channelArchived }
        guard let member = state.members[self.user] else { throw .noSuchMember }
        if user == self.user {
            if member.role == .owner, state.members.count > 1 { try state.requireAnotherOwner(than: user) }
            return
        }
        guard role == .owner || (role == .admin && member.role < .admin) else {
            throw Rejection(.permissionDenied, "your role may not remove this member")
        }
        if member.role == .owner { try state.requireAnotherOwner(than: self.user) }
    }
}

/// One's own wishes about what one is notified of.
public struct SetNotifications: Equatable, Sendable {
    public var channel: ChannelID
    public var level: NotificationLevel?
    public var mutedUntil: UpdateChannel.Change<Timestamp?>

    public init(channel: ChannelID, level: NotificationLevel?, mutedUntil: UpdateChannel.Change<Timestamp?>) {
        self.channel = channel
        self.level = level
        self.mutedUntil = mutedUntil
    }
}

extension ChannelState {
    fileprivate func requireAnotherOwner(than user: UserID) throws(Rejection) {
        guard members.contains(where: { $0.value.role == .owner && $0.key != user }) else {
            throw Rejection(.preconditionFailed, "the last owner hands over first")
        }
    }
}

extension Rejection {
    static let noSuchMember = Rejection(.notFound, "no such member")
}
