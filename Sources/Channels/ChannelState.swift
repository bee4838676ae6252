public import Base

/// Everything that decisions about one channel look at.
public struct ChannelState: Equatable, Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        case direct, group
        /// Only its owners and admins may send.
        case broadcast
    }

    public var id: ChannelID
    public var kind: Kind
    public var profile: ChannelProfile
    public var createdAt: Timestamp
    public var updatedAt: Timestamp
    public var head: ChannelHead
    public var members: [UserID: ChannelMember]
    /// Up to where the log has been taken away; everything after it is there.
    public var purged = LogPlace.start
    /// Messages that have been deleted for all and not been taken away.
    public var deleted = NumberRanges()
    /// Messages that members have hidden from themselves; none of them is deleted for all.
    public var hidden: [UserID: NumberRanges] = [:]
    /// Messages that name members who have not read them yet, ascending.
    public var mentions: [UserID: [Int64]] = [:]
    /// Up to where members are notified of messages.
    public var marks: [UserID: NotificationMark] = [:]
    /// Members of a direct channel who have blocked the other one.
    public var blockers: Set<UserID> = []
    /// No member is kept from messages behind this one.
    public private(set) var latestStart: Int64 = 0

    public init(
        id: ChannelID, kind: Kind, profile: ChannelProfile, createdAt: Timestamp, updatedAt: Timestamp? = nil,
        head: ChannelHead = ChannelHead(), members: [UserID: ChannelMember]
    ) {
        self.id = id
        self.kind = kind
        self.profile = profile
        self.createdAt = createdAt
        self.updatedAt = updatedAt ?? createdAt
        self.head = head
        self.members = members
        latestStart = members.values.reduce(0) { max($0, $1.start.number) }
    }

    public mutating func add(_ member: ChannelMember, as user: UserID) {
        members[user] = member
        latestStart = max(latestStart, member.start.number)
    }

    public mutating func remove(_ user: UserID) {
        members[user] = nil
        hidden[user] = nil
        mentions[user] = nil
        marks[user] = nil
    }

    /// Takes a range out of what a member has hidden.
    mutating func show(_ range: ClosedRange<Int64>, to user: UserID) -> NumberRanges.Change {
        guard var ranges = hidden[user] else { return NumberRanges.Change() }
        let change = ranges.subtract(range)
        hidden[user] = ranges.isEmpty ? nil : ranges
        return change
    }

    public var isArchived: Bool { profile.archivedAt != nil }

    /// The other member of a direct channel.
    public func peer(of user: UserID) -> UserID? {
        guard let both = id.members else { return nil }
        return both.low == user ? both.high : both.low
    }

    // MARK: Unread

    /// Messages after a member's marker that are neither deleted, nor hidden from the member, nor from before the
    /// member's time. Always counted, never kept.
    public func unread(of user: UserID) -> Int64 {
        guard let member = members[user] else { return 0 }
        let read = max(member.readNumber, member.start.number, purged.number)
        guard read < head.lastMessageNumber else { return 0 }
        return head.lastMessageNumber - read - deleted.count(after: read) - (hidden[user]?.count(after: read) ?? 0)
    }

    /// Of those, the ones that name the member.
    public func unreadMentions(of user: UserID) -> Int64 {
        guard let numbers = mentions[user], let member = members[user] else { return 0 }
        return Int64(numbers.count { $0 > member.readNumber })
    }

    // MARK: Who sees what

    /// Whether a member may see a message that is there.
    public func sees(_ number: Int64, _ user: UserID) -> Bool {
        guard let member = members[user] else { return false }
        return number > member.start.number && hidden[user]?.contains(number) != true
    }

    /// The members who may not see a message, and so nothing of what happens to it, ascending.
    func unseeing(_ number: Int64) -> [UserID] {
        var users = hidden.filter { $0.value.contains(number) }.map(\.key)
        if number <= latestStart {
            users += members.filter { $0.value.start.number >= number && !users.contains($0.key) }.map(\.key)
        }
        return users.sorted()
    }
}

/// What people may change about a channel.
public struct ChannelProfile: Equatable, Sendable {
    public enum Visibility: String, Sendable, CaseIterable { case `private`, `public` }

    /// What those see who join.
    public enum History: String, Sendable, CaseIterable { case all, joined }

    public var name: String?
    public var topic: String?
    public var visibility = Visibility.private
    public var history = History.all
    /// Seconds after which messages are taken away; `nil` for never.
    public var retentionSeconds: Int64?
    public var archivedAt: Timestamp?

    public init(name: String? = nil) { self.name = name }
}

/// One user's place in a channel.
public struct ChannelMember: Equatable, Sendable {
    public var role: MemberRole
    /// All messages up to this number are read.
    public var readNumber: Int64
    public var joinedAt: Timestamp
    /// What the member may see begins after this place.
    public var start = LogPlace.start
    public var notifications = NotificationLevel.all
    /// No notifications before this time.
    public var mutedUntil: Timestamp?

    public init(role: MemberRole, readNumber: Int64, joinedAt: Timestamp, start: LogPlace = .start) {
        self.role = role
        self.readNumber = readNumber
        self.joinedAt = joinedAt
        self.start = start
    }
}

/// What a member wants to be notified of.
public enum NotificationLevel: String, Sendable, CaseIterable { case all, mentions, none }

/// A place in a channel's log, in both of its numbers.
public struct LogPlace: Equatable, Sendable {
    public var seq: Int64
    public var number: Int64

    public init(seq: Int64, number: Int64) {
        self.seq = seq
        self.number = number
    }

    public static let start = LogPlace(seq: 0, number: 0)
}

/// Where a log stands.
public struct ChannelHead: Equatable, Sendable {
    public var seq: Int64
    public var lastMessageNumber: Int64
    public var lastMessageAt: Timestamp?

    public init(seq: Int64 = 0, lastMessageNumber: Int64 = 0, lastMessageAt: Timestamp? = nil) {
        self.seq = seq
        self.lastMessageNumber = lastMessageNumber
        self.lastMessageAt = lastMessageAt
    }

    public var place: LogPlace { LogPlace(seq: seq, number: lastMessageNumber) }

    /// The head after one more event.
    public mutating func advance(past event: Event) {
        seq = event.seq
        guard case .messageCreated(let message) = event.fact else { return }
        lastMessageNumber = message.number
        lastMessageAt = message.createdAt
    }
}

/// What everyone may know of a user.
public struct UserCard: Equatable, Sendable {
    public var id: UserID
    public var username: String?
    public var displayName: String?
    /// Nothing is left of the user but the number: no channel is opened with it, and nobody brings it in.
    public var isGone: Bool

    public init(id: UserID, username: String?, displayName: String?, isGone: Bool = false) {
        self.id = id
        self.username = username
        self.displayName = displayName
        self.isGone = isGone
    }
}
