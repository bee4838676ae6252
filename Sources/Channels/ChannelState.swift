public import Base

/// Everything that decisions about one channel look at.
public struct ChannelState: Equatable, Sendable {
    public enum Kind: String, Sendable { case direct, group }

    public struct Member: Equatable, Sendable {
        public var role: MemberRole
        /// All messages up to this number are read.
        public var readNumber: Int64
        public var joinedAt: Timestamp

        public init(role: MemberRole, readNumber: Int64, joinedAt: Timestamp) {
            self.role = role
            self.readNumber = readNumber
            self.joinedAt = joinedAt
        }
    }

    public var id: ChannelID
    public var kind: Kind
    public var name: String?
    public var createdAt: Timestamp
    public var head: ChannelHead
    public var members: [UserID: Member]

    public init(
        id: ChannelID, kind: Kind, name: String?, createdAt: Timestamp, head: ChannelHead, members: [UserID: Member]
    ) {
        self.id = id
        self.kind = kind
        self.name = name
        self.createdAt = createdAt
        self.head = head
        self.members = members
    }

    /// Messages after a member's marker.
    public func unread(of member: Member) -> Int64 { head.lastMessageNumber - member.readNumber }

    /// The other member of a direct channel.
    public func peer(of user: UserID) -> UserID? {
        guard let both = id.members else { return nil }
        return both.low == user ? both.high : both.low
    }
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

    /// The head after one more event.
    public mutating func advance(past event: Event) {
        seq = event.seq
        guard case .messageCreated(let message) = event.fact else { return }
        lastMessageNumber = message.number
        lastMessageAt = message.createdAt
    }
}

/// What a member may do in a channel, by rank.
public enum MemberRole: String, Sendable, CaseIterable {
    case owner, admin, member, reader

    public var maySend: Bool { self != .reader }
}

/// What everyone may know of a user.
public struct UserCard: Equatable, Sendable {
    public var id: UserID
    public var username: String?
    public var displayName: String?

    public init(id: UserID, username: String?, displayName: String?) {
        self.id = id
        self.username = username
        self.displayName = displayName
    }
}
