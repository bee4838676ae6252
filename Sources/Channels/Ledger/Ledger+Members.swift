internal import Base

/// Who belongs to a channel, and how they come and go.
extension Ledger {
    mutating func decide(_ join: JoinChannel, by user: UserID, at now: Timestamp) throws(Interruption) -> Decision {
        guard let token = join.inviteToken else {
            guard let id = join.channel else { throw .rejected(.noSuchChannel) }
            let channel = try loaded(id)
            if channel.state.members[user] != nil { return Decision(.changed(id, seq: channel.state.head.seq)) }
            let role = try allowed { () throws(Rejection) in
                try AddMember(channel: id, user: user).decide(in: channel.state, by: user)
            }
            let (events, notice) = try admit(user, to: channel, as: role, by: user, at: now)
            return Decision(.changed(id, seq: channel.state.head.seq), events: events, notices: [notice])
        }
        guard let invite = try stored({ store throws(StoreFailure) in try store.invite(token: token) }),
            join.channel == nil || join.channel == invite.channel, let channel = try find(invite.channel)
        else { throw .rejected(.noSuchInvite) }
        if channel.state.members[user] != nil {
            return Decision(.changed(invite.channel, seq: channel.state.head.seq))
        }
        guard invite.isOpen(at: now) else { throw .rejected(.noSuchInvite) }
        guard !channel.state.isArchived else { throw .rejected(.channelArchived) }
        let (events, notice) = try admit(
            user, to: channel, as: invite.role, by: invite.createdBy, chargedTo: user, at: now)
        try stored { store throws(StoreFailure) in try store.useInvite(invite.id) }
        return Decision(
            .changed(invite.channel, seq: channel.state.head.seq), events: events, notices: [notice])
    }

    mutating func decide(_ add: AddMember, by user: UserID, at now: Timestamp) throws(Interruption) -> Decision {
        let channel = try loaded(add.channel)
        if user != add.user {
            _ = try allowed { () throws(Rejection) in try channel.state.member(user) }
        }
        if let member = channel.state.members[add.user], channel.state.members[user] != nil {
            return Decision(.member(MemberCard(user: try card(of: add.user), member: member), isNew: false))
        }
        let role = try allowed { () throws(Rejection) in try add.decide(in: channel.state, by: user) }
        if user != add.user {
            let isBlocked = try stored { store throws(StoreFailure) in try store.isBlocked(user, by: add.user) }
            guard !isBlocked else {
                throw .rejected(Rejection(.permissionDenied, "user \(add.user) cannot be brought in by you"))
            }
        }
        let (events, notice) = try admit(add.user, to: channel, as: role, by: user, at: now)
        book.ask(NewNotification(.channelInvite, to: add.user, from: user, about: .channel(add.channel)))
        guard let member = channel.state.members[add.user] else { throw .rejected(.noSuchMember) }
        return Decision(
            .member(MemberCard(user: try card(of: add.user), member: member), isNew: true), events: events,
            notices: [notice])
    }

    /// Makes somebody a member: the others hear of it, then the new member hears of the channel, with this in it.
    private mutating func admit(
        _ user: UserID, to channel: Loaded, as role: MemberRole, by actor: UserID, chargedTo payer: UserID? = nil,
        at now: Timestamp
    ) throws(Interruption) -> (events: [Event], notice: Notice) {
        let card = try card(of: user)
        guard !card.isGone else { throw .rejected(.noSuchUser) }
        guard channel.state.members.count < limits.channelMembersMax else {
            throw .rejected(Rejection(.quotaExceeded, "a channel has at most \(limits.channelMembersMax) members"))
        }
        try takeJoinTokens(1, of: payer ?? actor, at: now)
        return try place(user, called: card, in: channel, as: role, by: actor, at: now)
    }

    /// Writes a new member.
    mutating func place(
        _ user: UserID, called card: UserCard, in channel: Loaded, as role: MemberRole, by actor: UserID,
        at now: Timestamp
    ) throws(Interruption) -> (events: [Event], notice: Notice) {
        var member = ChannelMember(role: role, readNumber: channel.state.head.lastMessageNumber, joinedAt: now)
        if channel.state.profile.history == .joined { member.start = channel.state.head.place }
        let id = channel.state.id
        try stored { [member] store throws(StoreFailure) in try store.setMember(member, as: user, of: id) }
        channel.state.add(member, as: user)
        let count = channel.state.members.count
        let joined = try note(.memberJoined, in: channel, at: now) { json in
            json.member("user", user)
            json.member("username", orNull: card.username)
            json.member("display_name", orNull: card.displayName)
            json.member("role", role.rawValue)
            json.member("by", actor)
            json.member("members_count", count)
        }
        let welcome = try welcome(user, to: channel, at: now)
        return ([joined, welcome], .membersCounted(channel: id, count: count))
    }

    mutating func decide(
        _ remove: RemoveMember, by user: UserID, as authority: Authority, at now: Timestamp
    ) throws(Interruption) -> Decision {
        let channel = try loaded(remove.channel)
        try allowed { () throws(Rejection) in try remove.decide(in: channel.state, by: user, as: authority) }
        return try takeOut(remove.user, of: channel, by: user, at: now)
    }

    mutating func takeOut(
        _ member: UserID, of channel: Loaded, by user: UserID, at now: Timestamp
    ) throws(Interruption) -> Decision {
        let reason: StaticString = member == user ? "left" : "removed"
        // Nobody could ever come back to a channel without members.
        guard channel.state.members.count > 1 else { return try end(channel, by: user, because: reason, at: now) }
        let id = channel.state.id
        try stored { store throws(StoreFailure) in try store.removeMember(member, of: id) }
        channel.state.remove(member)
        // Who is out hears nothing that comes behind this.
        let dismissal = try dismiss(member, from: id, because: reason, by: user, at: now)
        let count = channel.state.members.count
        let left = try note(.memberLeft, in: channel, at: now) { json in
            json.member("user", member)
            json.member("by", user)
            json.member("members_count", count)
        }
        return Decision(
            .changed(id, seq: left.seq), events: [dismissal, left],
            notices: [.membersCounted(channel: id, count: count)])
    }

    mutating func decide(_ change: ChangeRole, by user: UserID, at now: Timestamp) throws(Interruption) -> Decision {
        let channel = try loaded(change.channel)
        try allowed { () throws(Rejection) in try change.decide(in: channel.state, by: user) }
        return try give(change.role, to: change.user, in: channel, by: user, at: now)
    }

    mutating func give(
        _ role: MemberRole, to user: UserID, in channel: Loaded, by actor: UserID, at now: Timestamp
    ) throws(Interruption) -> Decision {
        guard var member = channel.state.members[user] else { throw .rejected(.noSuchMember) }
        let card = try card(of: user)
        guard member.role != role else {
            return Decision(.member(MemberCard(user: card, member: member), isNew: false))
        }
        member.role = role
        let id = channel.state.id
        try stored { [member] store throws(StoreFailure) in try store.setMember(member, as: user, of: id) }
        channel.state.members[user] = member
        let event = try note(.memberUpdated, in: channel, at: now) { json in
            json.member("user", user)
            json.member("role", role.rawValue)
            json.member("by", actor)
        }
        return Decision(.member(MemberCard(user: card, member: member), isNew: false), events: [event])
    }

    mutating func decide(_ wishes: SetNotifications, by user: UserID) throws(Interruption) -> Decision {
        let channel = try loaded(wishes.channel)
        var member = try allowed { () throws(Rejection) in try channel.state.member(user) }
        if let level = wishes.level { member.notifications = level }
        if case .set(let time) = wishes.mutedUntil { member.mutedUntil = time }
        try stored { [member] store throws(StoreFailure) in
            try store.setMember(member, as: user, of: wishes.channel)
        }
        channel.state.members[user] = member
        return Decision(.described(try summary(of: channel.state, for: user)))
    }

    // MARK: Invitations

    mutating func decide(
        _ create: CreateInvite, by user: UserID, at now: Timestamp
    ) throws(Interruption) -> Decision {
        let channel = try loaded(create.channel)
        let invite = try allowed { () throws(Rejection) in
            try create.decide(in: channel.state, by: user, at: now)
        }
        let open = try stored { store throws(StoreFailure) in try store.invites(of: create.channel) }
        guard open.count(where: { $0.isOpen(at: now) }) < limits.invitesMax else {
            throw .rejected(Rejection(.quotaExceeded, "a channel has at most \(limits.invitesMax) open invitations"))
        }
        return Decision(
            .invited(
                try stored { store throws(StoreFailure) in try store.insert(invite, token: create.token) }))
    }

    mutating func revokeInvite(_ id: Int64, of channel: ChannelID, by user: UserID) throws(Interruption) -> Decision {
        let state = try loaded(channel).state
        try allowed { () throws(Rejection) in try state.allow(.moderate, by: user) }
        guard try stored({ store throws(StoreFailure) in try store.removeInvite(id, of: channel) }) else {
            throw .rejected(.noSuchInvite)
        }
        return Decision(.done)
    }

    mutating func listInvites(of channel: ChannelID, for user: UserID) throws(Interruption) -> Decision {
        let state = try loaded(channel).state
        try allowed { () throws(Rejection) in try state.allow(.moderate, by: user) }
        return Decision(.invites(try stored { store throws(StoreFailure) in try store.invites(of: channel) }))
    }

    // MARK: Blocks

    mutating func block(
        _ other: UserID, _ isBlocked: Bool, by user: UserID, at now: Timestamp
    ) throws(Interruption) -> Decision {
        guard other != user else { throw .rejected(.invalid("/user", "oneself", "nobody blocks themselves")) }
        _ = try card(of: other)
        if isBlocked {
            let blocked = try stored { store throws(StoreFailure) in try store.blocked(by: user) }
            guard blocked.count < limits.blocksMax || blocked.contains(where: { $0.id == other }) else {
                throw .rejected(Rejection(.quotaExceeded, "at most \(limits.blocksMax) users are blocked by one"))
            }
        }
        _ = try stored { store throws(StoreFailure) in
            try store.setBlock(of: other, by: user, isBlocked: isBlocked, at: now)
        }
        if let direct = ChannelID.direct(user, other), let channel = channels[direct] {
            if isBlocked { channel.state.blockers.insert(user) } else { channel.state.blockers.remove(user) }
        }
        return Decision(.done)
    }
}

extension Rejection {
    public static let noSuchInvite = Rejection(.notFound, "no such invitation")
}
