public import Base
public import Channels

extension MemoryChannelStore {
    /// It has no journal: all that is committed counts.
    public var committedPlace: Int64 { Int64(committed.logs.values.reduce(0) { $0 + $1.count }) }

    public mutating func insert(
        _ new: NewNotification, at now: Timestamp, countMax: Int
    ) throws(StoreFailure) -> Notification {
        try count()
        let notification = Notification(id: seen.lastNotification + 1, new, createdAt: now)
        try write { content in
            content.lastNotification += 1
            content.notifications.append(notification)
        }
        return notification
    }

    public mutating func wants(_ kind: Notification.Kind, _ user: UserID) throws(StoreFailure) -> Bool {
        try count()
        return seen.unwanted[user]?.contains(kind) != true
    }

    public mutating func setMark(
        _ mark: NotificationMark, of user: UserID, in channel: ChannelID
    ) throws(StoreFailure) {
        try count()
        try write { $0.channels[channel]?.marks[user] = mark }
    }

    public mutating func hasNotification(_ id: Int64, of user: UserID) throws(StoreFailure) -> Bool {
        try count()
        return seen.notifications.contains { $0.id == id && $0.content.user == user }
    }

    public mutating func read(
        _ which: ReadNotifications, of user: UserID, at now: Timestamp
    ) throws(StoreFailure) -> [Notification] {
        try read(at: now) { notification in
            guard notification.content.user == user else { return false }
            return switch which {
            case .one(let id): notification.id == id
            case .through(let id): notification.id <= id
            }
        }
    }

    public mutating func readNotifications(
        of user: UserID, in channel: ChannelID, through number: Int64, isAllRead: Bool, at now: Timestamp
    ) throws(StoreFailure) -> [Notification] {
        try read(at: now) { notification in
            guard notification.content.user == user, notification.content.channel == channel else { return false }
            return switch notification.content.kind {
            case .newMessage: isAllRead
            case .mention: (notification.content.messageNumber ?? 0) <= number
            case .reaction, .channelInvite, .course, .system: true
            }
        }
    }

    private mutating func read(
        at now: Timestamp, where isMeant: (Notification) -> Bool
    ) throws(StoreFailure) -> [Notification] {
        try count()
        let meant = seen.notifications.filter { $0.readAt == nil && isMeant($0) }
        let ids = Set(meant.map(\.id))
        try write { content in
            for index in content.notifications.indices where ids.contains(content.notifications[index].id) {
                content.notifications[index].readAt = now
            }
        }
        return seen.notifications.filter { ids.contains($0.id) }
    }

    public mutating func hasDevices(_ user: UserID) -> Bool { seen.deviceOwners.contains(user) }

    public mutating func push(
        _ kind: Notification.Kind, to user: UserID, _ topic: PushTopic, at due: Timestamp, at now: Timestamp
    ) throws(StoreFailure) {
        try count()
        let wait = due.milliseconds - now.milliseconds
        try write { $0.pushes.append("\(kind.rawValue) to \(user) about \(topic.name) in \(wait)") }
    }

    public mutating func takeBack(
        _ topic: PushTopic, from user: UserID, at now: Timestamp
    ) throws(StoreFailure) {
        try count()
        try write { $0.pushes.append("\(topic.name) back from \(user)") }
    }

    public mutating func setNotified(through place: Int64) throws(StoreFailure) {
        try count()
        try write { content in content.notifiedCount = content.logs.mapValues(\.count) }
    }

    public mutating func saidSinceNotified() throws(StoreFailure) -> [(
        number: Int64, channel: ChannelID, sender: UserID
    )] {
        try count()
        let content = seen
        return content.logs.flatMap { channel, events in
            events.dropFirst(content.notifiedCount[channel] ?? 0).compactMap { event in
                guard case .messageCreated(let message) = event.fact else { return nil }
                return (message.number, channel, message.sender)
            }
        }
    }
}
