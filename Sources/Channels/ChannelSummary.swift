public import Base

/// A channel as one of its members sees it.
public struct ChannelSummary: Equatable, Sendable {
    public var channel: ChannelID
    public var kind: ChannelState.Kind
    public var profile: ChannelProfile
    public var member: ChannelMember
    public var membersCount: Int
    public var head: ChannelHead
    /// Up to where the log has been taken away.
    public var purged: LogPlace
    public var unread: Int64
    public var mentions: Int64
    public var createdAt: Timestamp
    public var updatedAt: Timestamp
    /// The other member of a direct channel.
    public var peer: UserCard?

    init(of state: ChannelState, for user: UserID, _ member: ChannelMember, peer: UserCard?) {
        channel = state.id
        kind = state.kind
        profile = state.profile
        self.member = member
        membersCount = state.members.count
        head = state.head
        purged = state.purged
        unread = state.unread(of: user)
        mentions = state.unreadMentions(of: user)
        createdAt = state.createdAt
        updatedAt = state.updatedAt
        self.peer = peer
    }

    public var role: MemberRole { member.role }
    public var readNumber: Int64 { member.readNumber }
    public var name: String? { profile.name }

    /// What lists are ordered by: the last message, or the beginning where there is none.
    public var lastActiveAt: Timestamp { head.lastMessageAt ?? createdAt }

    /// The shape `channel` of the wire.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("channel", channel)
            json.member("kind", kind.rawValue)
            profile.writeNames(to: &json)
            json.member("history", profile.history.rawValue)
            json.member("role", member.role.rawValue)
            json.member("members_count", membersCount)
            json.member("seq", head.seq)
            json.member("last_message_number", head.lastMessageNumber)
            json.member("last_message_at", orNull: head.lastMessageAt)
            json.member("read_number", member.readNumber)
            json.member("unread", unread)
            json.member("mentions", mentions)
            json.member("notifications", member.notifications.rawValue)
            json.member("muted_until", orNull: member.mutedUntil)
            json.member("retention_seconds", orNull: profile.retentionSeconds)
            json.member("archived_at", orNull: profile.archivedAt)
            json.member("created_at", createdAt)
            json.member("updated_at", updatedAt)
            if let peer {
                json.name("user")
                peer.write(to: &json)
            }
        }
    }

    public var json: [UInt8] {
        var json = JSONWriter(reserving: 400)
        write(to: &json)
        return json.bytes
    }
}

/// A channel as those see it who do not belong to it.
public struct ChannelCard: Equatable, Sendable {
    public var channel: ChannelID
    public var kind: ChannelState.Kind
    public var profile: ChannelProfile
    public var membersCount: Int
    public var createdAt: Timestamp

    public init(
        channel: ChannelID, kind: ChannelState.Kind, profile: ChannelProfile, membersCount: Int, createdAt: Timestamp
    ) {
        self.channel = channel
        self.kind = kind
        self.profile = profile
        self.membersCount = membersCount
        self.createdAt = createdAt
    }

    init(of state: ChannelState) {
        self.init(
            channel: state.id, kind: state.kind, profile: state.profile, membersCount: state.members.count,
            createdAt: state.createdAt)
    }

    /// - Parameter role: of who looks; none for visitors.
    public func write(to json: inout JSONWriter, role: MemberRole? = nil) {
        json.object { json in
            json.member("channel", channel)
            json.member("kind", kind.rawValue)
            profile.writeNames(to: &json)
            json.member("role", orNull: role?.rawValue)
            json.member("members_count", membersCount)
            json.member("created_at", createdAt)
        }
    }
}

extension ChannelProfile {
    fileprivate func writeNames(to json: inout JSONWriter) {
        json.member("name", orNull: name)
        json.member("topic", orNull: topic)
        json.member("visibility", visibility.rawValue)
    }

    /// The members of what is told of a change.
    func writeChange(of kind: ChannelState.Kind, by user: UserID, at now: Timestamp, to json: inout JSONWriter) {
        json.member("kind", kind.rawValue)
        writeNames(to: &json)
        json.member("history", history.rawValue)
        json.member("archived_at", orNull: archivedAt)
        json.member("retention_seconds", orNull: retentionSeconds)
        json.member("updated_at", now)
        json.member("by", user)
    }
}

extension UserCard {
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("username", orNull: username)
            json.member("display_name", orNull: displayName)
        }
    }
}
