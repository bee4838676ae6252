import Base

/// Messages and what becomes of them.
extension Model {
    mutating func apply(_ step: Step, by user: UserID) -> Answer {
        switch step {
        case .send(let id, let name, let content): send(content, named: name, in: id, by: user)
        case .forward(let source, let number, let target, let name):
            forward(number, of: source, to: target, named: name, by: user)
        case .edit(let id, let number, let text): edit(number, in: id, to: text, by: user)
        case .delete(let id, let ranges, let forAll):
            forAll ? erase(ranges, in: id, by: user) : hide(ranges, in: id, from: user)
        case .react(let id, let number, let emoji, let isAdded):
            react(emoji, to: number, in: id, isAdded: isAdded, by: user)
        case .pin(let id, let number, let isPinned): pin(number, in: id, isPinned: isPinned, by: user)
        case .read(let id, let number): read(number, in: id, by: user)
        case .open(let peer): open(peer, by: user)
        case .create(let name, let kind, let isPublic, let showsAll, let members):
            create(name, kind, isPublic: isPublic, showsAll: showsAll, members, by: user)
        case .update(let id, let change): update(id, change, by: user)
        case .end(let id): end(id, by: user)
        case .join(let id): join(id, by: user)
        case .use(let token): use(token, by: user)
        case .add(let id, let new, let role): add(new, to: id, as: role, by: user)
        case .role(let id, let member, let role): change(member, in: id, to: role, by: user)
        case .remove(let id, let member): remove(member, from: id, by: user)
        case .invite(let id, let token, let role, let usesMax, let seconds):
            invite(to: id, token, as: role, usesMax: usesMax, seconds: seconds, by: user)
        case .revoke(let id, let number): revoke(number, of: id, by: user)
        case .notify(let id, let level): notify(id, level, by: user)
        case .block(let other, let isBlocked): block(other, isBlocked, by: user)
        }
    }

    // MARK: Saying

    func reasonsNotToSend(in room: Room, by user: UserID) -> Set<String> {
        var reasons: Set<String> = []
        if room.archivedAt != nil { reasons.insert("channel_archived") }
        let role = room.members[user]?.role
        if role == "reader" || (room.kind == "broadcast" && role == "member") { reasons.insert("permission_denied") }
        if let peer = room.peer(of: user), isBlocked(user, by: peer) { reasons.insert("permission_denied") }
        return reasons
    }

    /// The first outcome of a retry.
    private func repeated(_ original: Original, named name: String, in room: Room, by user: UserID) -> Answer? {
        let first = room.said.first { $0.sender == user && $0.name == name && $0.number > room.purgedNumber }
        guard let first else { return nil }
        guard first.original == original else { return .refused(["idempotency_mismatch"]) }
        return .done("message \(first.number) at \(first.seq) again")
    }

    private mutating func send(
        _ content: Step.Content, named name: String, in id: ChannelID, by user: UserID
    ) -> Answer {
        let (found, refusal) = standing(of: user, in: id)
        guard var room = found else { return .refused(refusal) }
        if let first = repeated(.sent(content), named: name, in: room, by: user) { return first }
        var reasons = reasonsNotToSend(in: room, by: user)
        if let number = content.replyTo, !room.isLive(number, for: user) { reasons.insert("not_found") }
        guard reasons.isEmpty else { return .refused(reasons) }
        var said = Said(
            number: room.last + 1, seq: room.seq + 1, sender: user, name: name, original: .sent(content),
            createdAt: now, text: content.text)
        said.tags = content.tags
        said.replyTo = content.replyTo
        said.thread = content.replyTo.map { room[$0].thread ?? $0 }
        said.mentions = named(in: content.text, of: room, by: user)
        return say(said, in: &room)
    }

    private mutating func forward(
        _ number: Int64, of source: ChannelID, to target: ChannelID, named name: String, by user: UserID
    ) -> Answer {
        let (found, refusal) = standing(of: user, in: target)
        if let room = found,
            let first = repeated(.forwarded(source, number), named: name, in: room, by: user)
        {
            return first
        }
        let (origin, stranger) = standing(of: user, in: source)
        var reasons = refusal.union(stranger)
        if let origin, !origin.isLive(number, for: user) { reasons.insert("not_found") }
        if let found { reasons.formUnion(reasonsNotToSend(in: found, by: user)) }
        guard reasons.isEmpty, var room = found, let origin else { return .refused(reasons) }
        let first = origin[number]
        var said = Said(
            number: room.last + 1, seq: room.seq + 1, sender: user, name: name, original: .forwarded(source, number),
            createdAt: now, text: first.text)
        said.tags = first.tags
        said.forwardedFrom = first.forwardedFrom ?? (first.sender, first.createdAt)
        return say(said, in: &room)
    }

    private mutating func say(_ said: Said, in room: inout Room) -> Answer {
        room.said.append(said)
        room.log.append(Entry(at: now, what: .said(said.number)))
        room.members[said.sender]?.read = said.number
        rooms[room.id] = room
        return .done("message \(said.number) at \(said.seq)")
    }

    /// Members whom words beginning with `@` name, besides who says it.
    private func named(in text: String, of room: Room, by user: UserID) -> Set<UserID> {
        var users: Set<UserID> = []
        for word in text.split(separator: " ") where word.hasPrefix("@") {
            var name = word.dropFirst().lowercased()
            while name.hasSuffix(".") { name.removeLast() }
            for person in people where person.username.lowercased() == name && person.id != user {
                if room.members[person.id] != nil { users.insert(person.id) }
            }
        }
        return users
    }

    // MARK: Changing

    private mutating func edit(_ number: Int64, in id: ChannelID, to text: String, by user: UserID) -> Answer {
        let (found, refusal) = standing(of: user, in: id)
        guard var room = found else { return .refused(refusal) }
        guard room.isLive(number, for: user) else { return .refused(["not_found"]) }
        var reasons: Set<String> = []
        if room[number].sender != user || room.members[user]?.role == "reader" { reasons.insert("permission_denied") }
        if room[number].forwardedFrom != nil { reasons.insert("permission_denied") }
        if let peer = room.peer(of: user), isBlocked(user, by: peer) { reasons.insert("permission_denied") }
        if room.archivedAt != nil { reasons.insert("channel_archived") }
        if text.isEmpty { reasons.insert("validation_failed") }
        guard reasons.isEmpty else { return .refused(reasons) }
        room[number].text = text
        room[number].editedAt = now
        room[number].mentions = named(in: text, of: room, by: user)
        room.log.append(Entry(at: now, what: .changed(number)))
        rooms[id] = room
        return .done("at \(room.seq)")
    }

    private mutating func hide(_ ranges: [ClosedRange<Int64>], in id: ChannelID, from user: UserID) -> Answer {
        let (found, refusal) = standing(of: user, in: id)
        guard var room = found else { return .refused(refusal) }
        let meant = room.numbers(in: ranges, for: user)
        if meant.isEmpty, ranges.count == 1, ranges[0].count == 1 { return .refused(["not_found"]) }
        let live = meant.filter { room.isLive($0, for: user) }
        if !live.isEmpty {
            for number in live { room[number].hiddenFrom.insert(user) }
            rooms[id] = room
            tell(user, "message.hidden", about: id, #"{"channel":"\#(id)","message_numbers":\#(runs(of: live))}"#)
        }
        return .done("own \(own[user]?.count ?? 0)")
    }

    private mutating func erase(_ ranges: [ClosedRange<Int64>], in id: ChannelID, by user: UserID) -> Answer {
        let (found, refusal) = standing(of: user, in: id)
        guard var room = found else { return .refused(refusal) }
        let meant = room.numbers(in: ranges, for: user)
        if meant.isEmpty, ranges.count == 1, ranges[0].count == 1 { return .refused(["not_found"]) }
        let there = meant.filter { room[$0].deletedAt == nil }
        var reasons: Set<String> = []
        if room.archivedAt != nil { reasons.insert("channel_archived") }
        let role = room.members[user]?.role ?? "reader"
        if there.contains(where: { room[$0].sender != user }) {
            if room.kind == "direct" || !["owner", "admin"].contains(role) { reasons.insert("permission_denied") }
        } else if role == "reader" {
            reasons.insert("permission_denied")
        }
        guard reasons.isEmpty else { return .refused(reasons) }
        guard !there.isEmpty else { return .done("at \(room.seq)") }
        for number in there {
            let before = room[number]
            // Nothing is left but number, sender, names and times.
            room[number] = Said(
                number: number, seq: before.seq, sender: before.sender, name: before.name, original: before.original,
                createdAt: before.createdAt, text: "", deletedAt: now)
        }
        room.note(
            "message.deleted", at: now, #"{"message_numbers":\#(runs(of: there)),"scope":"all","by":"\#(user)"}"#)
        rooms[id] = room
        return .done("at \(room.seq)")
    }

    private func runs(of numbers: [Int64]) -> String {
        var runs: [(first: Int64, last: Int64)] = []
        for number in numbers {
            if let run = runs.last, run.last + 1 == number {
                runs[runs.count - 1].last = number
            } else {
                runs.append((number, number))
            }
        }
        return "[" + runs.map { "[\($0.first),\($0.last)]" }.joined(separator: ",") + "]"
    }
}
