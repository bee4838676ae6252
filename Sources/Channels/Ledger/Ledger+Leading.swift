internal import Base

/// Channels that belong to something of another domain.
extension Ledger {
    mutating func decide(_ lead: LeadChannel, by user: UserID, at now: Timestamp) throws(Interruption) -> Decision {
        if case .open(let name, let admins) = lead.step {
            var fresh = CreateChannel(name: name, members: admins).decide(as: lead.channel, by: user, at: now)
            for admin in admins where admin != user { fresh.members[admin]?.role = .admin }
            return try establish(fresh, by: user, at: now)
        }
        guard let channel = try find(lead.channel) else { return Decision(.done) }
        var profile = channel.state.profile
        switch lead.step {
        case .open: return Decision(.done)
        case .rename(let name):
            profile.name = name
            return try set(profile, of: channel, by: user, at: now)
        case .setArchived(let isArchived):
            profile.archivedAt = isArchived ? profile.archivedAt ?? now : nil
            return try set(profile, of: channel, by: user, at: now)
        case .admit(let newcomer, let role): return try seat(newcomer, in: channel, as: role, by: user, at: now)
        case .humble(let member):
            guard channel.state.members[member]?.role == .admin else { return Decision(.done) }
            return try give(channel.state.kind.usualRole, to: member, in: channel, by: user, at: now)
        case .dismiss(let member):
            guard let role = channel.state.members[member]?.role, role != .owner else { return Decision(.done) }
            return try takeOut(member, of: channel, by: user, at: now)
        }
    }

    private mutating func seat(
        _ newcomer: UserID, in channel: Loaded, as role: MemberRole, by user: UserID, at now: Timestamp
    ) throws(Interruption) -> Decision {
        guard let card = try known(newcomer), !card.isGone else { return Decision(.done) }
        if let present = channel.state.members[newcomer] {
            return present.role < role
                ? try give(role, to: newcomer, in: channel, by: user, at: now) : Decision(.done)
        }
        let (events, notice) = try place(newcomer, called: card, in: channel, as: role, by: user, at: now)
        return Decision(
            .changed(channel.state.id, seq: channel.state.head.seq), events: events, notices: [notice])
    }
}
