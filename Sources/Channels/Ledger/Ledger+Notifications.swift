public import Base

/// Notifications: derived from what was decided, in the same transaction or behind it.
extension Ledger {
    // MARK: In the same transaction

    /// Notifies of what the open transaction's decisions left to be notified of, and reads what was read by them.
    public mutating func takeNotifications(at now: Timestamp) throws(StoreFailure) -> [Event] {
        guard !book.isQuiet else { return [] }
        var events: [Event] = []
        for new in book.takeAsked() {
            try gracefully { ledger throws(Interruption) in
                if let event = try ledger.notify(new, at: now) { events.append(event) }
            }
        }
        for place in book.takeMarked() {
            try gracefully { ledger throws(Interruption) in
                if let event = try ledger.readNotifications(of: place.user, in: place.channel, at: now) {
                    events.append(event)
                }
            }
        }
        return events
    }

    /// What cannot be notified of is left out: no decision fails because of it.
    private mutating func gracefully(
        _ body: (inout Self) throws(Interruption) -> Void
    ) throws(StoreFailure) {
        do throws(Interruption) {
            try body(&self)
        } catch {
            switch error {
            case .failed(let failure) where !failure.isOfReading: throw failure
            case .rejected, .failed: return
            }
        }
    }

    mutating func decide(_ new: NewNotification, at now: Timestamp) throws(Interruption) -> Decision {
        Decision(.done, events: try notify(new, at: now).map { [$0] } ?? [])
    }

    /// - Returns: what the user is told; `nil` when it is none of theirs, or they do not want it.
    private mutating func notify(_ new: NewNotification, at now: Timestamp) throws(Interruption) -> Event? {
        guard new.actor != new.user, let card = try known(new.user), !card.isGone,
            try stored({ store throws(StoreFailure) in try store.wants(new.kind, new.user) })
        else { return nil }
        if let actor = new.actor,
            try stored({ store throws(StoreFailure) in try store.isBlocked(actor, by: new.user) })
        {
            return nil
        }
        var since = now
        if let id = new.channel {
            guard let state = try find(id)?.state, let member = state.members[new.user],
                member.allows(new.kind, at: now)
            else { return nil }
            if let number = new.messageNumber {
                guard number > state.purged.number, state.sees(number, new.user) else { return nil }
            }
            if new.kind == .newMessage { since = state.head.lastMessageAt ?? now }
        }
        let shown = try shown(new)
        let countMax = limits.notificationsPerUserMax
        let notification = try stored { store throws(StoreFailure) in
            try store.insert(new, at: now, countMax: countMax)
        }
        try push(new.kind, to: new.user, notification.topic, since: since, at: now)
        return try tell(notification, shown, at: now)
    }

    // MARK: Behind the commits

    /// When members are to be looked at because of messages; `nil` while nothing was said.
    public var notifyingDue: Timestamp? { book.due(after: limits.notificationDelayMilliseconds) }

    /// What one slice may cost: a look at a member is one, a notification so many.
    private static var sliceCost: Int { 512 }
    private static var notificationCost: Int { 8 }

    /// Looks at some members of the channels in which something was said, and notifies those who have unread messages
    /// and no notification of them.
    public mutating func notifyOfMessages(at now: Timestamp) throws(StoreFailure) -> [Event] {
        var events: [Event] = []
        var left = Self.sliceCost
        let place = store.committedPlace
        while left > 0,
            let said = book.current(from: place, at: now, after: limits.notificationDelayMilliseconds)
        {
            guard let user = try nextMember(of: said.channel) else {
                guard book.passedChannel() else { continue }
                try store.setNotified(through: book.runEnd)
                break
            }
            let count = events.count
            try notify(user, of: said, at: now, &events)
            left -= 1 + Self.notificationCost * (events.count - count)
        }
        return events
    }

    private mutating func nextMember(of channel: ChannelID) throws(StoreFailure) -> UserID? {
        if !book.knowsMembers {
            var members: [UserID] = []
            try gracefully { ledger throws(Interruption) in
                members = try ledger.find(channel)?.state.members.keys.sorted() ?? []
            }
            book.setMembers(members)
        }
        return book.nextMember()
    }

    /// The transaction with what was notified of is on disk.
    public mutating func notificationsCommitted() { book.committed() }

    /// What a former run of the server did not come to.
    public mutating func recallNotifications(at now: Timestamp) throws(StoreFailure) {
        for said in try store.saidSinceNotified() { note(said.number, in: said.channel, by: said.sender, at: now) }
    }

    /// Leaves a message to be notified of.
    mutating func note(_ number: Int64, in channel: ChannelID, by sender: UserID, at now: Timestamp) {
        book.said(
            number, in: channel, by: sender, at: now, after: limits.notificationDelayMilliseconds,
            from: store.committedPlace)
    }

    private mutating func notify(
        _ user: UserID, of said: NotificationBook.Said, at now: Timestamp, _ events: inout [Event]
    ) throws(StoreFailure) {
        var told: Event?
        try gracefully { ledger throws(Interruption) in
            guard let channel = try ledger.find(said.channel) else { return }
            guard channel.state.hasUnnotified(user, through: said.number, at: now) else {
                return try ledger.pushMore(to: user, of: said, in: channel, at: now)
            }
            guard let sender = try ledger.latest(of: said.senders, notBlockedBy: user) else { return }
            let new = NewNotification(.newMessage, to: user, from: sender, about: .channel(said.channel))
            told = try ledger.notify(new, at: now)
            guard told != nil else { return }
            let mark = NotificationMark(number: channel.state.head.lastMessageNumber, isOpen: true)
            try ledger.set(mark, of: user, in: channel)
        }
        if let told { events.append(told) }
    }

    mutating func latest(
        of senders: [UserID], notBlockedBy user: UserID
    ) throws(Interruption) -> UserID? {
        for sender in senders.reversed() where sender != user {
            let isBlocked = try stored { store throws(StoreFailure) in try store.isBlocked(sender, by: user) }
            if !isBlocked { return sender }
        }
        return nil
    }

    /// Notifies one user of everything that was said until now, and lists their channels: what is unread in each is
    /// what their feed says.
    mutating func catchUp(_ user: UserID, at now: Timestamp) throws(Interruption) -> Decision {
        let summaries = try summaries(for: user)
        var events: [Event] = []
        for summary in summaries where summary.unread > 0 {
            guard let said = book.pending(in: summary.channel) else { continue }
            do throws(StoreFailure) {
                try notify(user, of: said, at: now, &events)
            } catch {
                throw .failed(error)
            }
        }
        return Decision(.listed(summaries), events: events)
    }

    // MARK: Reading

    mutating func decide(
        _ which: ReadNotifications, of user: UserID, at now: Timestamp
    ) throws(Interruption) -> Decision {
        if case .one(let id) = which {
            guard try stored({ store throws(StoreFailure) in try store.hasNotification(id, of: user) }) else {
                throw .rejected(.noSuchNotification)
            }
        }
        let read = try stored { store throws(StoreFailure) in try store.read(which, of: user, at: now) }
        for notification in read where notification.content.kind == .newMessage {
            // The messages stay unread. Those that come behind them are notified of anew.
            guard let id = notification.content.channel, let channel = try find(id),
                channel.state.members[user] != nil
            else { continue }
            try set(NotificationMark(number: channel.state.head.lastMessageNumber), of: user, in: channel)
        }
        guard !read.isEmpty else { return Decision(.done) }
        try takeBack(Set(read.map(\.topic)), from: user, at: now)
        let data = JSONWriter.object { json in
            switch which {
            case .one(let id): json.array("ids") { json in json.value("\(id)") }
            case .through(let id): json.member("up_to", "\(id)")
            }
        }
        return Decision(
            .done, events: [try personalNote(.notificationRead, to: user, about: nil, at: now, data)])
    }

    /// A channel was read: so are its notifications.
    private mutating func readNotifications(
        of user: UserID, in id: ChannelID, at now: Timestamp
    ) throws(Interruption) -> Event? {
        guard let channel = try find(id), let member = channel.state.members[user] else { return nil }
        let isAllRead = channel.state.unread(of: user) == 0
        if isAllRead, channel.state.marks[user]?.isOpen == true {
            try set(NotificationMark(number: channel.state.head.lastMessageNumber), of: user, in: channel)
        }
        let read = try stored { store throws(StoreFailure) in
            try store.readNotifications(
                of: user, in: id, through: member.readNumber, isAllRead: isAllRead, at: now)
        }
        guard !read.isEmpty else { return nil }
        try takeBack([.channel(id)], from: user, at: now)
        let data = JSONWriter.object { json in
            json.array("ids") { json in
                for notification in read { json.value("\(notification.id)") }
            }
            json.member("channel", id)
        }
        return try personalNote(.notificationRead, to: user, about: nil, at: now, data)
    }

    private mutating func set(
        _ mark: NotificationMark, of user: UserID, in channel: Loaded
    ) throws(Interruption) {
        let id = channel.state.id
        try stored { store throws(StoreFailure) in try store.setMark(mark, of: user, in: id) }
        channel.state.marks[user] = mark
    }
}

extension ChannelState {
    /// Whether there are messages for a member, up to this number, that were not there when the member was last
    /// notified, read, or put them aside. Mentions are notified of by themselves.
    func hasUnnotified(_ user: UserID, through number: Int64, at now: Timestamp) -> Bool {
        let mark = marks[user] ?? NotificationMark()
        guard !mark.isOpen, let member = members[user], member.allows(.newMessage, at: now),
            number > max(member.readNumber, mark.number)
        else { return false }
        return unread(of: user) > unreadMentions(of: user)
    }
}

extension ChannelMember {
    /// Whether a member wants to be told of something of this kind.
    func allows(_ kind: Notification.Kind, at now: Timestamp) -> Bool {
        if let mutedUntil, mutedUntil > now { return false }
        return switch notifications {
        case .all: true
        case .mentions: kind != .newMessage
        case .none: false
        }
    }
}

extension Rejection {
    public static let noSuchNotification = Rejection(.notFound, "no such notification")
}
