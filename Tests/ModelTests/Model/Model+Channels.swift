import Base

/// Channels: how they begin, change and end.
extension Model {
    mutating func open(_ peer: UserID, by user: UserID) -> Answer {
        guard let id = ChannelID.direct(user, peer) else { return .refused(["validation_failed"]) }
        if let room = rooms[id] { return .done("old " + summary(of: room, for: user)) }
        var room = Room(id: id, kind: "direct", name: nil, at: now)
        for member in [user, peer] { room.members[member] = Member(role: "member", read: 0, joinedAt: now) }
        return establish(room, by: user)
    }

    mutating func create(
        _ name: String, _ kind: String, isPublic: Bool, showsAll: Bool, _ members: [UserID], by user: UserID
    ) -> Answer {
        var reasons: Set<String> = []
        if members.count >= bounds.members { reasons.insert("validation_failed") }
        if members.contains(where: { isBlocked(user, by: $0) }) { reasons.insert("permission_denied") }
        guard reasons.isEmpty else { return .refused(reasons) }
        lastGroup += 1
        guard let id = ChannelID(rawValue: lastGroup) else { return .refused(["internal"]) }
        var room = Room(id: id, kind: kind, name: name, at: now)
        room.isPublic = isPublic
        room.showsAll = showsAll
        for member in members { room.members[member] = Member(role: room.usualRole, read: 0, joinedAt: now) }
        room.members[user] = Member(role: "owner", read: 0, joinedAt: now)
        return establish(room, by: user)
    }

    private mutating func establish(_ new: Room, by user: UserID) -> Answer {
        var room = new
        let name = room.name.map { "\"\($0)\"" } ?? "null"
        room.note(
            "channel.created", at: now,
            #"{"kind":"\#(room.kind)","name":\#(name),"members_count":\#(room.members.count),"by":"\#(user)"}"#)
        rooms[room.id] = room
        for member in room.members.keys.sorted() { welcome(member, to: room) }
        return .done("new " + summary(of: room, for: user))
    }

    /// Tells somebody of a channel as it stands now.
    mutating func welcome(_ user: UserID, to room: Room) {
        tell(user, "channel.added", about: room.id, summary(of: room, for: user))
    }

    mutating func update(_ id: ChannelID, _ change: Step.Change, by user: UserID) -> Answer {
        let (found, refusal) = standing(of: user, in: id)
        guard var room = found else { return .refused(refusal) }
        let isOwners =
            change.isPublic != nil || change.showsAll != nil || change.isArchived != nil
            || change.retentionSeconds != nil
        var reasons: Set<String> = []
        if isOwners {
            if room.kind == "direct" || room.members[user]?.role != "owner" { reasons.insert("permission_denied") }
            // The one change that an archived channel takes is to be opened again.
            if room.archivedAt != nil, change.isArchived != false, change != Step.Change(isArchived: true) {
                reasons.insert("channel_archived")
            }
        } else {
            reasons = reasonsNotToModerate(room, by: user)
        }
        guard reasons.isEmpty else { return .refused(reasons) }
        let before = room
        if let name = change.name { room.name = name }
        if let topic = change.topic { room.topic = topic }
        if let isPublic = change.isPublic { room.isPublic = isPublic }
        if let showsAll = change.showsAll { room.showsAll = showsAll }
        if let isArchived = change.isArchived { room.archivedAt = isArchived ? room.archivedAt ?? now : nil }
        if let seconds = change.retentionSeconds { room.retentionSeconds = seconds == 0 ? nil : seconds }
        guard described(room) != described(before) else { return .done(summary(of: room, for: user)) }
        room.updatedAt = now
        room.note(
            "channel.updated", at: now, "{" + described(room) + #","updated_at":"\#(now.rfc3339)","by":"\#(user)"}"#)
        rooms[id] = room
        return .done(summary(of: room, for: user))
    }

    private func described(_ room: Room) -> String {
        #""kind":"\#(room.kind)","name":\#(quoted(room.name)),"topic":\#(quoted(room.topic)),"#
            + #""visibility":"\#(room.isPublic ? "public" : "private")","#
            + #""history":"\#(room.showsAll ? "all" : "joined")","#
            + #""archived_at":\#(quoted(room.archivedAt)),"retention_seconds":\#(orNull(room.retentionSeconds))"#
    }

    mutating func end(_ id: ChannelID, by user: UserID) -> Answer {
        let (found, refusal) = standing(of: user, in: id)
        guard let room = found else { return .refused(refusal) }
        guard room.kind != "direct", room.members[user]?.role == "owner" else { return .refused(["permission_denied"]) }
        return end(room, because: "deleted", by: user)
    }

    /// It is gone with all that was in it, for everybody.
    mutating func end(_ room: Room, because reason: String, by user: UserID) -> Answer {
        for member in room.members.keys.sorted() { dismiss(member, from: room.id, because: reason, by: user) }
        rooms[room.id] = nil
        invites.removeAll { $0.room == room.id }
        return .done("at \(room.seq + 1)")
    }

    mutating func dismiss(_ user: UserID, from id: ChannelID, because reason: String, by actor: UserID) {
        tell(user, "channel.removed", about: id, #"{"channel":"\#(id)","reason":"\#(reason)","by":"\#(actor)"}"#)
    }

    mutating func notify(_ id: ChannelID, _ level: String, by user: UserID) -> Answer {
        let (found, refusal) = standing(of: user, in: id)
        guard var room = found else { return .refused(refusal) }
        room.members[user]?.notifications = level
        rooms[id] = room
        return .done(summary(of: room, for: user))
    }

    mutating func block(_ other: UserID, _ isBlocked: Bool, by user: UserID) -> Answer {
        guard other != user else { return .refused(["validation_failed"]) }
        if isBlocked { blocks.insert([user, other]) } else { blocks.remove([user, other]) }
        return .done("done")
    }

    // MARK: Age

    /// A store may take away what is old, the oldest first, and nothing else.
    /// - Returns: what is wrong with it.
    mutating func purge(_ id: ChannelID, through seq: Int64, number: Int64) -> String? {
        guard var room = rooms[id], seq != room.purgedSeq || number != room.purgedNumber else { return nil }
        guard seq > room.purgedSeq, seq <= room.seq, let seconds = room.retentionSeconds else {
            return "channel \(id) was purged through \(seq) of \(room.purgedSeq)...\(room.seq)"
        }
        let gone = room.log[Int(room.purgedSeq)..<Int(seq)]
        guard gone.allSatisfy({ $0.at < now.adding(seconds: -seconds) }) else {
            return "channel \(id) was purged of what is not old, through \(seq)"
        }
        for case .said(let number) in gone.map(\.what) { room.purgedNumber = number }
        guard room.purgedNumber == number else { return "channel \(id) lost messages through \(number)" }
        room.purgedSeq = seq
        rooms[id] = room
        return nil
    }

    /// Up to where it is old, without a break.
    func oldSeq(of room: Room) -> Int64 {
        guard let seconds = room.retentionSeconds else { return room.purgedSeq }
        let before = now.adding(seconds: -seconds)
        return room.purgedSeq + Int64(room.log[Int(room.purgedSeq)...].prefix { $0.at < before }.count)
    }
}
