internal import Base

/// What decisions look at, read from the store when it is first wanted.
extension Ledger {
    /// A channel; one that is not there is refused like one that the caller may not see.
    mutating func loaded(_ id: ChannelID) throws(Interruption) -> Loaded {
        guard let channel = try find(id) else { throw .rejected(.noSuchChannel) }
        return channel
    }

    mutating func find(_ id: ChannelID) throws(Interruption) -> Loaded? {
        if let channel = channels[id] { return channel }
        guard let state = try stored({ store throws(StoreFailure) in try store.channel(id) }) else { return nil }
        let channel = Loaded(state)
        channels[id] = channel
        return channel
    }

    mutating func known(_ id: UserID) throws(Interruption) -> UserCard? {
        if let card = users[id] { return card }
        guard let card = try stored({ store throws(StoreFailure) in try store.user(id) }) else { return nil }
        users[id] = card
        return card
    }

    mutating func card(of id: UserID) throws(Interruption) -> UserCard {
        guard let card = try known(id) else { throw .rejected(.noSuchUser) }
        return card
    }

    mutating func personalHead(of user: UserID) throws(Interruption) -> ChannelHead {
        if let head = personalHeads[user] { return head }
        let head = try stored { store throws(StoreFailure) in try store.head(of: .personal(user)) }
        personalHeads[user] = head
        return head
    }

    /// A message that is there and that the user may see.
    mutating func message(
        _ number: Int64, in channel: Loaded, for user: UserID
    ) throws(Interruption) -> Message {
        _ = try allowed { () throws(Rejection) in try channel.state.member(user) }
        let id = channel.state.id
        guard number >= 1, number <= channel.state.head.lastMessageNumber, channel.state.sees(number, user),
            let message = try stored({ store throws(StoreFailure) in try store.message(number, in: id) }),
            !message.isDeleted
        else { throw .rejected(.noSuchMessage) }
        return message
    }

    // MARK: Summaries

    mutating func summary(of state: ChannelState, for user: UserID) throws(Interruption) -> ChannelSummary {
        let member = try allowed { () throws(Rejection) in try state.member(user) }
        let peer: UserCard? = if let id = state.peer(of: user) { try card(of: id) } else { nil }
        return ChannelSummary(of: state, for: user, member, peer: peer)
    }

    /// All channels of a user, most recently active first.
    mutating func summaries(for user: UserID) throws(Interruption) -> [ChannelSummary] {
        let ids: [ChannelID]
        if let cached = memberships[user] {
            ids = cached
        } else {
            ids = try stored { store throws(StoreFailure) in try store.channels(of: user) }
            memberships[user] = ids
        }
        var all: [ChannelSummary] = []
        all.reserveCapacity(ids.count)
        for id in ids { all.append(try summary(of: try loaded(id).state, for: user)) }
        return all.sorted { one, other in
            one.lastActiveAt == other.lastActiveAt
                ? one.channel.rawValue < other.channel.rawValue : one.lastActiveAt > other.lastActiveAt
        }
    }

    mutating func describe(_ id: ChannelID, for user: UserID) throws(Interruption) -> Decision {
        let state = try loaded(id).state
        if state.members[user] == nil, state.profile.visibility == .public {
            return Decision(.shown(ChannelCard(of: state)))
        }
        return Decision(.described(try summary(of: state, for: user)))
    }

    mutating func members(of id: ChannelID, for user: UserID) throws(Interruption) -> [MemberCard] {
        let state = try loaded(id).state
        _ = try allowed { () throws(Rejection) in try state.member(user) }
        return try cards(of: state.members)
    }

    mutating func readers(of number: Int64, in id: ChannelID, for user: UserID) throws(Interruption) -> Decision {
        let channel = try loaded(id)
        _ = try message(number, in: channel, for: user)
        // Markers start at the end: that of somebody who joined later stands behind what was never shown.
        let readers = channel.state.members.filter { $0.value.readNumber >= number && $0.value.start.number < number }
        return Decision(.members(try cards(of: readers)))
    }

    private mutating func cards(of members: [UserID: ChannelMember]) throws(Interruption) -> [MemberCard] {
        var cards: [MemberCard] = []
        for (id, member) in members.sorted(by: { $0.key < $1.key }) {
            cards.append(MemberCard(user: try card(of: id), member: member))
        }
        return cards
    }

    mutating func compareMembers(of id: ChannelID, for user: UserID) throws(Interruption) -> Decision {
        let state = try loaded(id).state
        _ = try allowed { () throws(Rejection) in try state.member(user) }
        func side(_ user: UserID?) -> DirectComparison.Side? {
            guard let user, let member = state.members[user] else { return nil }
            let wanted =
                switch member.notifications {
                case .all: state.unread(of: user)
                case .mentions: state.unreadMentions(of: user)
                case .none: 0 as Int64
                }
            return DirectComparison.Side(
                user: user, hasReadAll: member.readNumber >= state.head.lastMessageNumber, isToBeNotified: wanted > 0)
        }
        return Decision(
            .compared(
                DirectComparison(
                    head: state.head, isArchived: state.isArchived, low: side(id.members?.low),
                    high: side(id.members?.high))))
    }

    mutating func decide(_ attend: Attend, by user: UserID) throws(Interruption) -> Decision {
        guard !(try stored({ store throws(StoreFailure) in try store.isEnded(attend.login) })) else {
            throw .rejected(.loginEnded)
        }
        return Decision(
            .attended(
                Attendance(
                    session: attend.session, user: try card(of: user), channels: try summaries(for: user),
                    personalSeq: try personalHead(of: user).seq)))
    }
}
