public import Base

/// Something that a user is to know of, wherever they are: a row of their feed. It names what it is about and holds
/// none of its text, so that what is deleted or edited is gone from here too.
public struct Notification: Equatable, Sendable {
    /// The names are those of the wire and of the store, and are never changed.
    public enum Kind: String, Sendable, CaseIterable {
        /// One for all messages of a channel that have not been read.
        case newMessage = "new_message"
        case mention
        case reaction
        case channelInvite = "channel_invite"
        case course
        case system
    }

    public var id: Int64
    public var content: NewNotification
    public var createdAt: Timestamp
    public var readAt: Timestamp?

    public init(id: Int64, _ content: NewNotification, createdAt: Timestamp, readAt: Timestamp? = nil) {
        self.id = id
        self.content = content
        self.createdAt = createdAt
        self.readAt = readAt
    }
}

/// A notification before it is in the feed.
public struct NewNotification: Equatable, Sendable {
    /// What it is about.
    public enum Reference: Equatable, Sendable {
        case channel(ChannelID)
        case message(ChannelID, Int64)
        case user(UserID)
        /// Something that conversations know nothing of, such as a course: a type, and its id.
        case other(String, id: String)
    }

    public var kind: Notification.Kind
    public var user: UserID
    /// Whose doing it is; `nil` for the server's.
    public var actor: UserID?
    public var reference: Reference
    /// The emoji of a reaction; of a course or the system the server's own words. Never anything that a person wrote
    /// into a message.
    public var detail: String?

    public init(
        _ kind: Notification.Kind, to user: UserID, from actor: UserID?, about reference: Reference,
        detail: String? = nil
    ) {
        self.kind = kind
        self.user = user
        self.actor = actor
        self.reference = reference
        self.detail = detail
    }

    public var channel: ChannelID? {
        switch reference {
        case .channel(let channel), .message(let channel, _): channel
        case .user, .other: nil
        }
    }

    public var messageNumber: Int64? {
        if case .message(_, let number) = reference { number } else { nil }
    }
}

extension NewNotification.Reference {
    public var type: String {
        switch self {
        case .channel: "channel"
        case .message: "message"
        case .user: "user"
        case .other(let type, _): type
        }
    }

    /// That of a message is its channel's id and its number: `205/12`.
    public var id: String {
        switch self {
        case .channel(let channel): "\(channel)"
        case .message(let channel, let number): "\(channel)/\(number)"
        case .user(let user): "\(user)"
        case .other(_, let id): id
        }
    }
}

extension Notification {
    /// Under which topic it is pushed: all of a channel shares one.
    public var topic: PushTopic { content.channel.map { PushTopic.channel($0) } ?? .notification(id) }

    /// The members that do not change with what they are about; all that is kept where others are told.
    public func writeMembers(to json: inout JSONWriter) {
        json.member("id", "\(id)")
        json.member("type", content.kind.rawValue)
        json.member("actor", orNull: content.actor)
        json.object("reference") { json in
            json.member("type", content.reference.type)
            json.member("id", content.reference.id)
        }
        json.member("to_user", content.user)
        json.member("from_user", orNull: content.actor)
        json.member("reference_id", content.reference.id)
        if let channel = content.channel { json.member("channel", channel) }
        if let number = content.messageNumber { json.member("message_number", number) }
        json.member("created_at", createdAt)
        json.member("read_at", orNull: readAt)
    }
}

/// Where a user stands in a channel with the one notification that all unread messages share.
public struct NotificationMark: Equatable, Sendable {
    /// Messages up to this one are notified of, or were put aside unread.
    public var number: Int64
    /// The notification is in the feed and unread: further messages need no other.
    public var isOpen: Bool

    public init(number: Int64 = 0, isOpen: Bool = false) {
        self.number = number
        self.isOpen = isOpen
    }
}

/// What a user does not want to be told of, by kind.
public struct NotificationPreferences: Equatable, Sendable {
    /// Kinds that are left out of the feed, and with it of everything else.
    public var unwanted: Set<Notification.Kind>
    /// Kinds that are in the feed and are not pushed.
    public var unpushed: Set<Notification.Kind>

    public init(unwanted: Set<Notification.Kind> = [], unpushed: Set<Notification.Kind> = []) {
        self.unwanted = unwanted
        self.unpushed = unpushed
    }
}
