import Base

/// What is put to messages: reactions, pins, and where somebody has read to.
extension Model {
    mutating func react(
        _ emoji: String, to number: Int64, in id: ChannelID, isAdded: Bool, by user: UserID
    ) -> Answer {
        let (found, refusal) = standing(of: user, in: id)
        guard var room = found else { return .refused(refusal) }
        guard room.isLive(number, for: user) else { return .refused(["not_found"]) }
        guard room.archivedAt == nil else { return .refused(["channel_archived"]) }
        let kinds = Set(room[number].reactions.map(\.emoji))
        if isAdded, !kinds.contains(emoji), kinds.count >= bounds.reactionKinds { return .refused(["quota_exceeded"]) }
        let mine = room[number].reactions.contains { $0.emoji == emoji && $0.user == user }
        guard mine != isAdded else { return .done("at \(room.seq)") }
        if isAdded {
            room[number].reactions.append(Reaction(emoji: emoji, user: user, at: now))
        } else {
            room[number].reactions.removeAll { $0.emoji == emoji && $0.user == user }
        }
        room.note(
            isAdded ? "reaction.added" : "reaction.removed", about: number, at: now,
            #"{"message_number":\#(number),"emoji":"\#(emoji)","user":"\#(user)"}"#)
        rooms[id] = room
        return .done("at \(room.seq)")
    }

    mutating func pin(_ number: Int64, in id: ChannelID, isPinned: Bool, by user: UserID) -> Answer {
        let (found, refusal) = standing(of: user, in: id)
        guard var room = found else { return .refused(refusal) }
        guard room.isLive(number, for: user) else { return .refused(["not_found"]) }
        let reasons =
            room.kind == "direct"
            ? reasonsNotToSend(in: room, by: user) : reasonsNotToModerate(room, by: user)
        guard reasons.isEmpty else { return .refused(reasons) }
        guard (room[number].pinnedAt != nil) != isPinned else { return .done("at \(room.seq)") }
        if isPinned, room.said.count(where: { $0.pinnedAt != nil && $0.number > room.purgedNumber }) >= bounds.pins {
            return .refused(["quota_exceeded"])
        }
        room[number].pinnedAt = isPinned ? now : nil
        room.note(
            isPinned ? "message.pinned" : "message.unpinned", about: number, at: now,
            #"{"message_number":\#(number),"by":"\#(user)"}"#)
        rooms[id] = room
        return .done("at \(room.seq)")
    }

    mutating func read(_ number: Int64, in id: ChannelID, by user: UserID) -> Answer {
        let (found, refusal) = standing(of: user, in: id)
        guard var room = found, let member = room.members[user] else { return .refused(refusal) }
        let read = max(member.read, min(number, room.last))
        room.members[user]?.read = read
        rooms[id] = room
        let unread = room.unread(of: user).count, mentions = room.unreadMentions(of: user).count
        return .done("read \(read) unread \(unread) mentions \(mentions)")
    }

    func reasonsNotToModerate(_ room: Room, by user: UserID) -> Set<String> {
        var reasons: Set<String> = []
        if room.archivedAt != nil { reasons.insert("channel_archived") }
        if room.kind == "direct" || !["owner", "admin"].contains(room.members[user]?.role) {
            reasons.insert("permission_denied")
        }
        return reasons
    }
}
