public import Base

/// What a member may do in a channel, by rank.
public enum MemberRole: String, Sendable, CaseIterable, Comparable {
    case owner, admin, member, reader

    private var rank: Int {
        switch self {
        case .owner: 3
        case .admin: 2
        case .member: 1
        case .reader: 0
        }
    }

    /// Whether it may do less.
    public static func < (one: MemberRole, other: MemberRole) -> Bool { one.rank < other.rank }
}

/// What may be done in a channel, besides reading it.
public enum Act: Sendable, CaseIterable {
    /// Also forwarding into it.
    case send
    case react
    /// Editing and deleting one's own messages.
    case mendOwn
    /// Deleting the messages of others, pinning, renaming, inviting and removing members.
    case moderate
    /// Bringing someone into it.
    case invite
    /// Changing its visibility, history, retention and end.
    case own
}

/// Who may do what. Rights are those of the commit in which an event is numbered.
extension ChannelState {
    /// The member's place; whoever is none is refused as if there were no channel, unless it is open to everybody.
    public func member(_ user: UserID) throws(Rejection) -> ChannelMember {
        guard let member = members[user] else {
            throw profile.visibility == .public ? .notAMember : .noSuchChannel
        }
        return member
    }

    public func allow(_ act: Act, by user: UserID) throws(Rejection) -> ChannelMember {
        let member = try member(user)
        guard !isArchived || act == .own else { throw .channelArchived }
        guard may(member.role, act) else { throw Rejection(.permissionDenied, Self.refusal(of: act)) }
        if act == .send, let peer = peer(of: user), blockers.contains(peer) {
            throw .blocked
        }
        return member
    }

    /// The same, where who keeps order on the server needs no place in the channel.
    func allow(_ act: Act, by user: UserID, as authority: Authority) throws(Rejection) {
        if authority == .member { _ = try allow(act, by: user) }
    }

    private func may(_ role: MemberRole, _ act: Act) -> Bool {
        switch act {
        case .react: return true
        case .send: return role >= (kind == .broadcast ? .admin : .member)
        case .mendOwn: return role >= .member
        case .moderate: return kind != .direct && role >= .admin
        case .invite: return kind != .direct && (role >= .admin || profile.visibility == .public)
        case .own: return kind != .direct && role == .owner
        }
    }

    private static func refusal(of act: Act) -> String {
        switch act {
        case .send: "your role may not send here"
        case .react: "your role may not react here"
        case .mendOwn: "your role may not change messages here"
        case .moderate: "only owners and admins may do this"
        case .invite: "only owners and admins may invite here"
        case .own: "only owners may do this"
        }
    }
}
