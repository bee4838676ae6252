internal import Base

/// What of notifications leaves the feed: the words that are told, and what is pushed to devices.
extension Ledger {
    // MARK: Told

    /// What a notification's words are made of, beside itself.
    struct Shown {
        var actor: UserCard?
        var subject: UserCard?
        var message: Message?
        var channel: ChannelSummary?
    }

    mutating func shown(_ new: NewNotification) throws(Interruption) -> Shown {
        var shown = Shown()
        if let actor = new.actor { shown.actor = try known(actor) }
        if case .user(let subject) = new.reference { shown.subject = try known(subject) }
        guard let id = new.channel, let channel = try find(id) else { return shown }
        let summary = try summary(of: channel.state, for: new.user)
        shown.channel = summary
        // More than one are only counted.
        let isFirst = new.kind == .newMessage && summary.unread == 1
        guard let number = isFirst ? channel.state.head.lastMessageNumber : new.messageNumber else { return shown }
        do throws(Interruption) {
            shown.message = try message(number, in: channel, for: new.user)
        } catch {
            // What may not be seen is not shown.
            guard case .rejected = error else { throw error }
        }
        return shown
    }

    /// What is kept on the user's own log names what the notification is about; what is told has the words too, as the
    /// feed would show them now.
    mutating func tell(
        _ notification: Notification, _ shown: Shown, at now: Timestamp
    ) throws(Interruption) -> Event {
        let kept = JSONWriter.object { json in notification.writeMembers(to: &json) }
        var event = try personalNote(
            .notificationCreated, to: notification.content.user, about: nil, at: now, kept)
        let view = NotificationView(
            notification, actor: shown.actor, subject: shown.subject, message: shown.message)
        var told = JSONWriter(reserving: 512)
        view.write(to: &told, in: shown.channel)
        event.fact = .note(Event.Note(.notificationCreated, data: told.bytes))
        return event
    }

    // MARK: Pushed

    /// Of those who have a notification of a channel already, devices are told what is new.
    mutating func pushMore(
        to user: UserID, of said: NotificationBook.Said, in channel: Loaded, at now: Timestamp
    ) throws(Interruption) {
        guard store.hasDevices(user), channel.state.marks[user]?.isOpen == true, said.senders.last != user,
            channel.state.members[user]?.allows(.newMessage, at: now) == true, channel.state.unread(of: user) > 0,
            try latest(of: said.senders, notBlockedBy: user) != nil
        else { return }
        let since = channel.state.head.lastMessageAt ?? now
        try push(.newMessage, to: user, .channel(said.channel), since: since, at: now)
    }

    /// - Parameter since: when it happened, from which the grace runs.
    mutating func push(
        _ kind: Notification.Kind, to user: UserID, _ topic: PushTopic, since: Timestamp, at now: Timestamp
    ) throws(Interruption) {
        guard store.hasDevices(user) else { return }
        let due = max(now, Timestamp(milliseconds: since.milliseconds + Int64(limits.pushGraceMilliseconds)))
        try stored { store throws(StoreFailure) in try store.push(kind, to: user, topic, at: due, at: now) }
    }

    mutating func takeBack(
        _ topics: Set<PushTopic>, from user: UserID, at now: Timestamp
    ) throws(Interruption) {
        guard store.hasDevices(user) else { return }
        // In a fixed order, so that what happened can be made to happen again.
        for topic in topics.sorted(by: { $0.name < $1.name }) {
            try stored { store throws(StoreFailure) in try store.takeBack(topic, from: user, at: now) }
        }
    }
}
