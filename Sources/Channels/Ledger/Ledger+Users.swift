internal import Base

/// What becomes of users themselves. Their accounts are written by others, in the same transaction and before; here
/// follows what the ledger knows of them.
extension Ledger {
    /// The names of a user are others from now on.
    mutating func userChanged(_ user: UserID) -> Decision {
        users[user] = nil
        return Decision(.done)
    }

    mutating func decide(_ tell: TellUser, to user: UserID, at now: Timestamp) throws(Interruption) -> Decision {
        // Nobody reads the log of one who is gone.
        guard let card = try known(user), !card.isGone else { return Decision(.done) }
        return Decision(.done, events: [try personalNote(tell.kind, to: user, about: nil, at: now, tell.data)])
    }

    mutating func decide(_ erase: EraseUser, at now: Timestamp) throws(Interruption) -> Decision {
        let user = erase.user
        users[user] = nil
        let ids = try stored { store throws(StoreFailure) in try store.channels(of: user) }
        var events: [Event] = []
        var notices: [Notice] = []
        for id in ids.sorted(by: { $0.rawValue < $1.rawValue }) {
            guard let channel = try readable(id) else { continue }
            guard channel.state.kind != .direct else {
                // It stays for the other one, who reaches nobody in it.
                channel.state.blockers.insert(user)
                continue
            }
            guard channel.state.members.count > 1 else {
                events += try end(channel, by: user, because: "left", at: now).events
                continue
            }
            if let heir = erase.heir(in: channel.state) {
                events.append(try hand(channel, to: heir, by: user, at: now))
            }
            try stored { store throws(StoreFailure) in try store.removeMember(user, of: id) }
            channel.state.remove(user)
            let count = channel.state.members.count
            events.append(
                try note(.memberLeft, in: channel, at: now) { json in
                    json.member("user", user)
                    json.member("by", user)
                    json.member("members_count", count)
                })
            notices.append(.membersCounted(channel: id, count: count))
        }
        memberships[user] = nil
        return Decision(.done, events: events, notices: notices)
    }

    /// A channel that cannot be read keeps nobody from going.
    private mutating func readable(_ id: ChannelID) throws(Interruption) -> Loaded? {
        do throws(Interruption) {
            return try find(id)
        } catch {
            if case .failed(let failure) = error, failure.isOfReading { return nil }
            throw error
        }
    }

    private mutating func hand(
        _ channel: Loaded, to heir: UserID, by user: UserID, at now: Timestamp
    ) throws(Interruption) -> Event {
        guard var member = channel.state.members[heir] else { throw .rejected(.noSuchMember) }
        member.role = .owner
        let id = channel.state.id
        try stored { [member] store throws(StoreFailure) in try store.setMember(member, as: heir, of: id) }
        channel.state.members[heir] = member
        return try note(.memberUpdated, in: channel, at: now) { json in
            json.member("user", heir)
            json.member("role", MemberRole.owner.rawValue)
            json.member("by", user)
        }
    }
}
