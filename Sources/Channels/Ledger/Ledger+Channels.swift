internal import Base

/// Channels as a whole: how they begin, change and end.
extension Ledger {
    mutating func decide(_ open: OpenDirect, by user: UserID, at now: Timestamp) throws(Interruption) -> Decision {
        let peer: UserID
        switch open.peer {
        case .id(let id): peer = try card(of: id).id
        case .username(let name):
            guard let found = try stored({ store throws(StoreFailure) in try store.user(named: name.lowercased()) })
            else { throw .rejected(.noSuchUser) }
            peer = found.id
        }
        var fresh = try allowed { () throws(Rejection) in try open.decide(by: user, with: peer, at: now) }
        if let channel = try find(fresh.id) {
            return Decision(.opened(try summary(of: channel.state, for: user), isNew: false))
        }
        guard try !card(of: peer).isGone else { throw .rejected(.noSuchUser) }
        for (one, other) in [(user, peer), (peer, user)]
        where try stored({ store throws(StoreFailure) in try store.isBlocked(other, by: one) }) {
            fresh.blockers.insert(one)
        }
        return try charge(fresh, to: user, at: now)
    }

    mutating func decide(
        _ create: CreateChannel, by user: UserID, at now: Timestamp
    ) throws(Interruption) -> Decision {
        try allowed { () throws(Rejection) in try create.validate(within: limits) }
        for member in create.members {
            guard let card = try known(member), !card.isGone else {
                throw .rejected(.invalid("/members", "not_found", "there is no user \(member)"))
            }
            guard try !stored({ store throws(StoreFailure) in try store.isBlocked(user, by: member) }) else {
                throw .rejected(Rejection(.permissionDenied, "user \(member) cannot be brought in by you"))
            }
        }
        let id = try stored { store throws(StoreFailure) in try store.nextGroupID() }
        return try charge(create.decide(as: id, by: user, at: now), to: user, at: now)
    }

    private mutating func charge(
        _ fresh: ChannelState, to user: UserID, at now: Timestamp
    ) throws(Interruption) -> Decision {
        // Refused before anything is written: a token may outlive its user.
        _ = try card(of: user)
        try takeJoinTokens(fresh.members.count, of: user, at: now)
        return try establish(fresh, by: user, at: now)
    }

    /// Writes a new channel: its first event, and on each member's own log that it is there.
    mutating func establish(
        _ fresh: ChannelState, by user: UserID, at now: Timestamp
    ) throws(Interruption) -> Decision {
        try stored { store throws(StoreFailure) in try store.insert(fresh) }
        let channel = Loaded(fresh)
        channels[fresh.id] = channel
        var events = [
            try note(.channelCreated, in: channel, at: now) { json in
                json.member("kind", fresh.kind.rawValue)
                json.member("name", orNull: fresh.profile.name)
                json.member("members_count", fresh.members.count)
                json.member("by", user)
            }
        ]
        for member in fresh.members.keys.sorted() {
            events.append(try welcome(member, to: channel, at: now))
            guard fresh.kind != .direct else { continue }
            book.ask(NewNotification(.channelInvite, to: member, from: user, about: .channel(fresh.id)))
        }
        return Decision(
            .opened(try summary(of: channel.state, for: user), isNew: true), events: events,
            notices: [.membersCounted(channel: fresh.id, count: fresh.members.count)])
    }

    /// Tells somebody, on the own log, of a channel as it stands now.
    mutating func welcome(_ user: UserID, to channel: Loaded, at now: Timestamp) throws(Interruption) -> Event {
        let id = channel.state.id
        if memberships[user] != nil { memberships[user]?.append(id) }
        return try personalNote(
            .channelAdded, to: user, about: id, at: now, try summary(of: channel.state, for: user).json)
    }

    /// Tells somebody, on the own log, that a channel is none of theirs any more.
    mutating func dismiss(
        _ user: UserID, from id: ChannelID, because reason: StaticString, by actor: UserID, at now: Timestamp
    ) throws(Interruption) -> Event {
        memberships[user]?.removeAll { $0 == id }
        let data = JSONWriter.object { json in
            json.member("channel", id)
            json.member("reason", "\(reason)")
            json.member("by", actor)
        }
        return try personalNote(.channelRemoved, to: user, about: id, at: now, data)
    }

    mutating func decide(
        _ update: UpdateChannel, by user: UserID, as authority: Authority, at now: Timestamp
    ) throws(Interruption) -> Decision {
        let channel = try loaded(update.channel)
        let profile = try allowed { () throws(Rejection) in
            try update.decide(in: channel.state, by: user, as: authority, at: now, limits)
        }
        return try set(profile, of: channel, by: user, at: now)
    }

    mutating func set(
        _ profile: ChannelProfile, of channel: Loaded, by user: UserID, at now: Timestamp
    ) throws(Interruption) -> Decision {
        guard profile != channel.state.profile else {
            return Decision(try updated(channel.state, for: user))
        }
        let id = channel.state.id
        try stored { store throws(StoreFailure) in try store.update(id, profile, at: now) }
        channel.state.profile = profile
        channel.state.updatedAt = now
        let kind = channel.state.kind
        let event = try note(.channelUpdated, in: channel, at: now) { json in
            profile.writeChange(of: kind, by: user, at: now, to: &json)
        }
        return Decision(try updated(channel.state, for: user), events: [event])
    }

    /// Who keeps order without belonging to a channel is shown no more of it than its card.
    private mutating func updated(_ state: ChannelState, for user: UserID) throws(Interruption) -> Outcome {
        state.members[user] == nil ? .shown(ChannelCard(of: state)) : .described(try summary(of: state, for: user))
    }

    mutating func deleteChannel(
        _ id: ChannelID, by user: UserID, as authority: Authority, at now: Timestamp
    ) throws(Interruption) -> Decision {
        let channel = try loaded(id)
        try allowed { () throws(Rejection) in
            try channel.state.allow(.own, by: user, as: authority)
            guard channel.state.kind != .direct else {
                throw Rejection(.permissionDenied, "a direct channel has its two members for ever")
            }
        }
        return try end(channel, by: user, because: "deleted", at: now)
    }

    /// The channel is gone for everybody, and all that was said in it.
    mutating func end(
        _ channel: Loaded, by user: UserID, because reason: StaticString, at now: Timestamp
    ) throws(Interruption) -> Decision {
        let id = channel.state.id
        let members = channel.state.members.keys.sorted()
        var events = [try note(.channelDeleted, in: channel, at: now) { json in json.member("by", user) }]
        for member in members {
            events.append(try dismiss(member, from: id, because: reason, by: user, at: now))
        }
        try stored { store throws(StoreFailure) in try store.delete(id, at: now) }
        channels[id] = nil
        return Decision(.changed(id, seq: events[0].seq), events: events)
    }
}
