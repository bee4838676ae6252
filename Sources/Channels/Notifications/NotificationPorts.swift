public import Base

/// The half of the store that has notifications.
public protocol NotificationStore {
    /// Up to where the journal is committed.
    var committedPlace: Int64 { get }
    /// Gives the notification its number. Of the oldest of a user's those beyond `countMax` go.
    mutating func insert(
        _ new: NewNotification, at now: Timestamp, countMax: Int
    ) throws(StoreFailure) -> Notification
    /// Whether a user has not said otherwise.
    mutating func wants(_ kind: Notification.Kind, _ user: UserID) throws(StoreFailure) -> Bool
    mutating func setMark(_ mark: NotificationMark, of user: UserID, in channel: ChannelID) throws(StoreFailure)
    /// Whether it is there, read or not, and the user's.
    mutating func hasNotification(_ id: Int64, of user: UserID) throws(StoreFailure) -> Bool
    /// Those of the user that are read by this and were not before.
    mutating func read(
        _ which: ReadNotifications, of user: UserID, at now: Timestamp
    ) throws(StoreFailure) -> [Notification]
    /// The same for those of a channel: mentions up to a message, reactions, the invitation, and the one of all unread
    /// messages if nothing is unread any more.
    mutating func readNotifications(
        of user: UserID, in channel: ChannelID, through number: Int64, isAllRead: Bool, at now: Timestamp
    ) throws(StoreFailure) -> [Notification]
    /// Whether something can be pushed to a user at all.
    mutating func hasDevices(_ user: UserID) -> Bool
    /// Something is to be pushed, when the time has come and if the user is not there then. What comes to the same
    /// topic until then is pushed with it.
    mutating func push(
        _ kind: Notification.Kind, to user: UserID, _ topic: PushTopic, at due: Timestamp, at now: Timestamp
    ) throws(StoreFailure)
    /// What was pushed is read: devices are to take it back, and what was not pushed yet is not pushed any more.
    mutating func takeBack(_ topic: PushTopic, from user: UserID, at now: Timestamp) throws(StoreFailure)
    /// Everything up to this place in the journal is notified of.
    mutating func setNotified(through place: Int64) throws(StoreFailure)
    /// Who spoke where behind that place, in order.
    mutating func saidSinceNotified() throws(StoreFailure) -> [(number: Int64, channel: ChannelID, sender: UserID)]
}

/// Reads users' feeds, off the event loops, and keeps what they want of them.
public protocol NotificationFeed: Sendable {
    /// The newest first.
    func page(
        of user: UserID, before id: Int64?, isUnreadOnly: Bool, limit: Int
    ) async throws(Rejection) -> [NotificationView]
    /// Those of them that are the user's and are there, in no order.
    func some(_ ids: [Int64], of user: UserID) async throws(Rejection) -> [NotificationView]
    /// Those that are not read: how many, and the channels that have a notification of unread messages.
    func unread(of user: UserID) async throws(Rejection) -> UnreadNotifications
    func preferences(of user: UserID) async throws(Rejection) -> NotificationPreferences
    func set(_ preferences: NotificationPreferences, of user: UserID) async throws(Rejection)
    /// Takes away what is older than this, a bounded number of them; true when there may be more.
    func prune(before time: Timestamp) async throws(Rejection) -> Bool
}

public struct UnreadNotifications: Equatable, Sendable {
    /// Those of one thing each.
    public var singleCount: Int64
    /// Channels with a notification of unread messages; one whose messages were taken away is none.
    public var channels: [ChannelID]

    public init(singleCount: Int64, channels: [ChannelID]) {
        self.singleCount = singleCount
        self.channels = channels
    }
}
