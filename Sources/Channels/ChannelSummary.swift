public import Base

/// A channel as one of its members sees it.
public struct ChannelSummary: Equatable, Sendable {
    public var channel: ChannelID
    public var kind: ChannelState.Kind
    public var name: String?
    public var role: MemberRole
    public var membersCount: Int
    public var head: ChannelHead
    public var readNumber: Int64
    public var unread: Int64
    public var createdAt: Timestamp
    /// The other member of a direct channel.
    public var peer: UserCard?

    init(of state: ChannelState, for member: ChannelState.Member, peer: UserCard?) {
        channel = state.id
        kind = state.kind
        name = state.name
        role = member.role
        membersCount = state.members.count
        head = state.head
        readNumber = member.readNumber
        unread = state.unread(of: member)
        createdAt = state.createdAt
        self.peer = peer
    }

    /// What lists are ordered by: the last message, or the beginning where there is none.
    public var lastActiveAt: Timestamp { head.lastMessageAt ?? createdAt }

    /// The shape `channel` of the wire.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("channel", channel)
            json.member("kind", kind.rawValue)
            json.member("name", orNull: name)
            json.member("topic", orNull: nil as String?)
            json.member("role", role.rawValue)
            json.member("members_count", membersCount)
            json.member("seq", head.seq)
            json.member("last_message_number", head.lastMessageNumber)
            json.member("last_message_at", orNull: head.lastMessageAt)
            json.member("read_number", readNumber)
            json.member("unread", unread)
            json.member("mentions", 0)
            json.member("notifications", "all")
            json.member("archived_at", orNull: nil as Timestamp?)
            json.member("created_at", createdAt)
            json.member("updated_at", createdAt)
            if let peer {
                json.name("user")
                peer.write(to: &json)
            }
        }
    }

    public var json: [UInt8] {
        var json = JSONWriter(reserving: 320)
        write(to: &json)
        return json.bytes
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
