internal import Base

/// Writing to logs.
extension Ledger {
    mutating func append(_ event: Event) throws(Interruption) {
        if let owner = event.channel.owner {
            var head = try personalHead(of: owner)
            head.advance(past: event)
            try stored { store throws(StoreFailure) in try store.append(event, head: head) }
            personalHeads[owner] = head
        } else {
            let channel = try loaded(event.channel)
            var head = channel.state.head
            head.advance(past: event)
            try stored { store throws(StoreFailure) in try store.append(event, head: head) }
            channel.state.head = head
        }
    }

    /// Writes a note at the end of a channel's log.
    mutating func note(
        _ kind: Event.Note.Kind, in channel: Loaded, target: Int64? = nil, at now: Timestamp,
        _ data: (inout JSONWriter) -> Void
    ) throws(Interruption) -> Event {
        var event = Event(
            channel: channel.state.id, seq: channel.state.head.seq + 1, at: now,
            fact: .note(Event.Note(kind, target: target, data: JSONWriter.object(data))))
        if let target { event.unseenBy = channel.state.unseeing(target) }
        try append(event)
        return event
    }

    /// Writes a note at the end of a user's own log.
    /// - Parameter channel: the channel that it is about, which `data` names too; `nil` where the kind has none.
    mutating func personalNote(
        _ kind: Event.Note.Kind, to user: UserID, about channel: ChannelID?, at now: Timestamp, _ data: [UInt8]
    ) throws(Interruption) -> Event {
        precondition(kind.isAboutChannel == (channel != nil), "a note is read back as its kind says")
        let event = Event(
            channel: .personal(user), seq: try personalHead(of: user).seq + 1, at: now,
            fact: .note(Event.Note(kind, subject: channel, data: data)))
        try append(event)
        return event
    }
}
