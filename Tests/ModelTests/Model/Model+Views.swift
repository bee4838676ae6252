import Base

/// What each user is shown, as the wire has it.
extension Model {
    func quoted(_ text: String?) -> String { text.map { "\"\($0)\"" } ?? "null" }
    func quoted(_ time: Timestamp?) -> String { quoted(time?.rfc3339) }
    func orNull(_ number: Int64?) -> String { number.map { "\($0)" } ?? "null" }

    // MARK: Channels

    /// A channel as one of its members sees it.
    func summary(of room: Room, for user: UserID) -> String {
        guard let member = room.members[user] else { return "no member" }
        var json = #"{"channel":"\#(room.id)","kind":"\#(room.kind)","name":\#(quoted(room.name)),"#
        json += #""topic":\#(quoted(room.topic)),"visibility":"\#(room.isPublic ? "public" : "private")","#
        json += #""history":"\#(room.showsAll ? "all" : "joined")","role":"\#(member.role)","#
        json += #""members_count":\#(room.members.count),"seq":\#(room.seq),"last_message_number":\#(room.last),"#
        json += #""last_message_at":\#(quoted(room.said.last?.createdAt)),"read_number":\#(member.read),"#
        json += #""unread":\#(room.unread(of: user).count),"mentions":\#(room.unreadMentions(of: user).count),"#
        json += #""notifications":"\#(member.notifications)","muted_until":null,"#
        json += #""retention_seconds":\#(orNull(room.retentionSeconds)),"archived_at":\#(quoted(room.archivedAt)),"#
        json += #""created_at":"\#(room.createdAt.rfc3339)","updated_at":"\#(room.updatedAt.rfc3339)""#
        if let peer = room.peer(of: user).map(person) {
            json +=
                #","user":{"id":"\#(peer.id)","username":"\#(peer.username)","display_name":"\#(peer.displayName)"}"#
        }
        return json + "}"
    }

    /// The user's channels, most recently active first.
    func list(for user: UserID) -> [String] {
        let mine = rooms.values.filter { $0.members[user] != nil }
        func activity(_ room: Room) -> Timestamp { room.said.last?.createdAt ?? room.createdAt }
        return mine.sorted { one, other in
            activity(one) == activity(other)
                ? one.id.rawValue < other.id.rawValue : activity(one) > activity(other)
        }.map { summary(of: $0, for: user) }
    }

    // MARK: Logs

    /// The frames of a channel's log as they would be told now; `nil` is a void.
    func events(of room: Room, for user: UserID) -> [String?] {
        room.log.indices.map { event(Int64($0) + 1, of: room, for: user) }
    }

    func event(_ seq: Int64, of room: Room, for user: UserID) -> String? {
        guard let member = room.members[user], seq > member.startSeq, seq > room.purgedSeq else { return nil }
        func frame(_ type: String, _ data: String) -> String {
            #"{"type":"\#(type)","channel":"\#(room.id)","seq":\#(seq),"data":\#(data)}"#
        }
        switch room.log[Int(seq) - 1].what {
        case .said(let number):
            return room.shows(number, to: user) ? frame("message.created", created(room[number])) : nil
        case .changed(let number):
            return room.isLive(number, for: user) ? frame("message.updated", updated(room[number])) : nil
        case .note(let type, let about, let data):
            if let about, !room.isLive(about, for: user) { return nil }
            return frame(type, data)
        }
    }

    /// The same of the user's own log.
    func ownEvents(of user: UserID) -> [String?] {
        (own[user] ?? []).indices.map { ownEvent(Int64($0) + 1, of: user) }
    }

    func ownEvent(_ seq: Int64, of user: UserID) -> String? {
        guard let entry = own[user]?[Int(seq) - 1] else { return nil }
        if entry.type == "channel.added", rooms[entry.room]?.members[user] == nil { return nil }
        return #"{"type":"\#(entry.type)","channel":"@me","seq":\#(seq),"data":\#(entry.data)}"#
    }

    private func created(_ said: Said) -> String {
        var json = #"{"message_number":\#(said.number),"sender":"\#(said.sender)","client_msg_id":"\#(said.name)","#
        guard said.deletedAt == nil else {
            return json + #""created_at":"\#(said.createdAt.rfc3339)","deleted_at":\#(quoted(said.deletedAt))}"#
        }
        json += #""type":"text","text":"\#(said.text)","created_at":"\#(said.createdAt.rfc3339)""#
        if let origin = said.forwardedFrom { json += #","forwarded_from":\#(forwarded(origin))"# }
        if !said.tags.isEmpty { json += #","tags":\#(list(said.tags))"# }
        if !said.mentions.isEmpty { json += #","mentions":\#(list(said.mentions.sorted()))"# }
        if let number = said.replyTo { json += #","reply_to":\#(number)"# }
        if let time = said.editedAt { json += #","edited_at":"\#(time.rfc3339)""# }
        return json + "}"
    }

    private func updated(_ said: Said) -> String {
        let mentions = said.mentions.isEmpty ? "" : #""mentions":\#(list(said.mentions.sorted())),"#
        return #"{"message_number":\#(said.number),"text":"\#(said.text)",\#(mentions)"#
            + #""edited_at":\#(quoted(said.editedAt))}"#
    }

    private func forwarded(_ origin: (sender: UserID, createdAt: Timestamp)) -> String {
        #"{"sender":"\#(origin.sender)","created_at":"\#(origin.createdAt.rfc3339)"}"#
    }

    private func list(_ items: [some CustomStringConvertible]) -> String {
        "[" + items.map { "\"\($0)\"" }.joined(separator: ",") + "]"
    }

    // MARK: Messages

    /// The numbers of the messages that are there for the user, deleted or not.
    func history(of room: Room, for user: UserID) -> [Int64] {
        room.said.map(\.number).filter { room.shows($0, to: user) }
    }

    func pins(of room: Room, for user: UserID) -> [Int64] {
        history(of: room, for: user).filter { room[$0].pinnedAt != nil }
    }

    /// The thread of a message: the first message if it is there, and the answers.
    func thread(of number: Int64, in room: Room, for user: UserID) -> [Int64] {
        let root = room[number].thread ?? number
        return ([root] + room.replies(to: root)).filter { room.shows($0, to: user) }
    }

    /// A message with what others have made of it.
    func message(_ number: Int64, in room: Room, for user: UserID) -> String {
        let said = room[number], isThere = said.deletedAt == nil
        var json =
            #"{"channel":"\#(room.id)","message_number":\#(number),"seq":\#(said.seq),"sender":"\#(said.sender)","#
        json += #""type":\#(isThere ? "\"text\"" : "null"),"text":\#(quoted(isThere ? said.text : nil)),"#
        json += #""attachments":[],"reference":null,"forwarded_from":\#(said.forwardedFrom.map(forwarded) ?? "null"),"#
        json += #""action":null,"tags":\#(list(said.tags)),"mentions":\#(list(said.mentions.sorted())),"#
        json += #""reply_to":\#(orNull(said.replyTo)),"thread":\#(threadState(of: number, in: room, for: user)),"#
        json += #""reactions":\#(reactions(to: said, for: user)),"pinned_at":\#(quoted(said.pinnedAt)),"#
        json += #""client_msg_id":"\#(said.name)","created_at":"\#(said.createdAt.rfc3339)","#
        json += #""edited_at":\#(quoted(said.editedAt)),"deleted_at":\#(quoted(said.deletedAt))}"#
        return json
    }

    private func threadState(of number: Int64, in room: Room, for user: UserID) -> String {
        let replies = room.replies(to: number).filter { room.shows($0, to: user) }
        guard let last = replies.last else { return "null" }
        return #"{"replies":\#(replies.count),"last_reply":\#(last)}"#
    }

    private func reactions(to said: Said, for user: UserID) -> String {
        // In the order in which each emoji was first used.
        let kinds = Set(said.reactions.map(\.emoji)).map { emoji in
            (emoji: emoji, all: said.reactions.filter { $0.emoji == emoji })
        }.sorted { one, other in
            let first = one.all.map(\.at).min() ?? now, second = other.all.map(\.at).min() ?? now
            return first == second ? one.emoji < other.emoji : first < second
        }
        let items = kinds.map { kind in
            #"{"emoji":"\#(kind.emoji)","count":\#(kind.all.count),"mine":\#(kind.all.contains { $0.user == user })}"#
        }
        return "[" + items.joined(separator: ",") + "]"
    }
}
