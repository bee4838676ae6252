import Base

/// Who belongs to a channel, and how they come and go.
extension Model {
    mutating func join(_ id: ChannelID, by user: UserID) -> Answer {
        guard let room = rooms[id] else { return .refused(["not_found"]) }
        if room.members[user] != nil { return .done("at \(room.seq)") }
        guard room.isPublic else { return .refused(["not_found"]) }
        let reasons = reasonsNotToAdmit(to: room)
        guard reasons.isEmpty else { return .refused(reasons) }
        return .done("at \(admit(user, to: room, as: room.usualRole, by: user))")
    }

    mutating func use(_ token: String, by user: UserID) -> Answer {
        guard let index = invites.firstIndex(where: { $0.token == token }), let room = rooms[invites[index].room]
        else { return .refused(["not_found"]) }
        if room.members[user] != nil { return .done("at \(room.seq)") }
        var reasons = reasonsNotToAdmit(to: room)
        if !invites[index].isOpen(at: now) { reasons.insert("not_found") }
        guard reasons.isEmpty else { return .refused(reasons) }
        invites[index].uses += 1
        return .done("at \(admit(user, to: room, as: invites[index].role, by: invites[index].by))")
    }

    mutating func add(_ new: UserID, to id: ChannelID, as role: String?, by user: UserID) -> Answer {
        guard let room = rooms[id] else { return .refused(["not_found"]) }
        guard let actor = room.members[user] else {
            guard new == user, room.isPublic else { return .refused(standing(of: user, in: id).refusal) }
            var reasons = reasonsNotToAdmit(to: room)
            if role != nil, role != room.usualRole { reasons.insert("permission_denied") }
            guard reasons.isEmpty else { return .refused(reasons) }
            _ = admit(user, to: room, as: room.usualRole, by: user)
            return .done("new \(room.usualRole)")
        }
        if let member = room.members[new] { return .done("old \(member.role)") }
        var reasons = reasonsNotToAdmit(to: room).union(reasonsNotToInvite(to: room, by: user))
        let given = role ?? room.usualRole
        // Beyond the usual role, owners give every role and admins those below their own.
        let mayGive = actor.role == "owner" || actor.role == "admin" && rank(given) < rank("admin")
        if rank(given) > rank(room.usualRole), !mayGive { reasons.insert("permission_denied") }
        if isBlocked(user, by: new) { reasons.insert("permission_denied") }
        guard reasons.isEmpty else { return .refused(reasons) }
        _ = admit(new, to: room, as: given, by: user)
        return .done("new \(given)")
    }

    private func reasonsNotToAdmit(to room: Room) -> Set<String> {
        var reasons: Set<String> = []
        if room.archivedAt != nil { reasons.insert("channel_archived") }
        if room.members.count >= bounds.members { reasons.insert("quota_exceeded") }
        return reasons
    }

    private func reasonsNotToInvite(to room: Room, by user: UserID) -> Set<String> {
        var reasons: Set<String> = []
        if room.archivedAt != nil { reasons.insert("channel_archived") }
        let isModerator = ["owner", "admin"].contains(room.members[user]?.role)
        if room.kind == "direct" || !(isModerator || room.isPublic) { reasons.insert("permission_denied") }
        return reasons
    }

    /// The others hear of it, then the new member hears of the channel.
    private mutating func admit(_ user: UserID, to old: Room, as role: String, by actor: UserID) -> Int64 {
        var room = old
        var member = Member(role: role, read: room.last, joinedAt: now)
        if !room.showsAll {
            member.startSeq = room.seq
            member.startNumber = room.last
        }
        room.members[user] = member
        let person = person(user)
        room.note(
            "member.joined", at: now,
            #"{"user":"\#(user)","username":"\#(person.username)","display_name":"\#(person.displayName)","#
                + #""role":"\#(role)","by":"\#(actor)","members_count":\#(room.members.count)}"#)
        rooms[room.id] = room
        welcome(user, to: room)
        return room.seq
    }

    func rank(_ role: String) -> Int { ["reader", "member", "admin", "owner"].firstIndex(of: role) ?? 0 }

    private func isLastOwner(_ user: UserID, of room: Room) -> Bool {
        room.members[user]?.role == "owner" && !room.members.contains { $0.key != user && $0.value.role == "owner" }
    }

    mutating func change(_ user: UserID, in id: ChannelID, to role: String, by actor: UserID) -> Answer {
        let (found, refusal) = standing(of: actor, in: id)
        guard var room = found else { return .refused(refusal) }
        var reasons = reasonsNotToModerate(room, by: actor)
        guard let member = room.members[user] else { return .refused(reasons.union(["not_found"])) }
        // Admins change roles below their own, to such.
        if room.members[actor]?.role != "owner", rank(member.role) >= rank("admin") || rank(role) >= rank("admin") {
            reasons.insert("permission_denied")
        }
        if role != "owner", isLastOwner(user, of: room) { reasons.insert("precondition_failed") }
        guard reasons.isEmpty else { return .refused(reasons) }
        if member.role != role {
            room.members[user]?.role = role
            room.note("member.updated", at: now, #"{"user":"\#(user)","role":"\#(role)","by":"\#(actor)"}"#)
            rooms[id] = room
        }
        return .done("old \(role)")
    }

    mutating func remove(_ user: UserID, from id: ChannelID, by actor: UserID) -> Answer {
        let (found, refusal) = standing(of: actor, in: id)
        guard var room = found, let own = room.members[actor] else { return .refused(refusal) }
        guard room.kind != "direct" else { return .refused(["permission_denied"]) }
        let isShut = room.archivedAt != nil && user != actor
        guard let member = room.members[user] else { return .refused(isShut ? ["channel_archived"] : ["not_found"]) }
        if isShut { return .refused(["channel_archived"]) }
        if user == actor, room.members.count == 1 { return end(room, because: "left", by: actor) }
        var reasons: Set<String> = []
        if user != actor, own.role != "owner", own.role != "admin" || rank(member.role) >= rank("admin") {
            reasons.insert("permission_denied")
        }
        if isLastOwner(user, of: room) { reasons.insert("precondition_failed") }
        guard reasons.isEmpty else { return .refused(reasons) }
        room.members[user] = nil
        // Who comes back has hidden nothing.
        for number in room.said.map(\.number) { room[number].hiddenFrom.remove(user) }
        room.note(
            "member.left", at: now,
            #"{"user":"\#(user)","by":"\#(actor)","members_count":\#(room.members.count)}"#)
        rooms[id] = room
        dismiss(user, from: id, because: user == actor ? "left" : "removed", by: actor)
        return .done("at \(room.seq)")
    }

    // MARK: Invitations

    mutating func invite(
        to id: ChannelID, _ token: String, as role: String?, usesMax: Int64, seconds: Int64, by user: UserID
    ) -> Answer {
        let (found, refusal) = standing(of: user, in: id)
        guard let room = found else { return .refused(refusal) }
        var reasons = reasonsNotToInvite(to: room, by: user)
        let given = role ?? room.usualRole
        if rank(given) > rank(room.usualRole) { reasons.insert("permission_denied") }
        if invites.count(where: { $0.room == id && $0.isOpen(at: now) }) >= bounds.openInvites {
            reasons.insert("quota_exceeded")
        }
        guard reasons.isEmpty else { return .refused(reasons) }
        lastInvite += 1
        invites.append(
            Invite(
                id: lastInvite, token: token, room: id, role: given, usesMax: usesMax,
                expiresAt: now.adding(seconds: seconds), by: user))
        return .done("invite \(lastInvite)")
    }

    mutating func revoke(_ number: Int64, of id: ChannelID, by user: UserID) -> Answer {
        let (found, refusal) = standing(of: user, in: id)
        guard let room = found else { return .refused(refusal) }
        var reasons = reasonsNotToModerate(room, by: user)
        if !invites.contains(where: { $0.id == number && $0.room == id }) { reasons.insert("not_found") }
        guard reasons.isEmpty else { return .refused(reasons) }
        invites.removeAll { $0.id == number }
        return .done("done")
    }
}
