internal import Base
internal import Channels

/// How much somebody is there, as others see it; of several sockets the most present one counts.
enum PresenceStatus: UInt8, Comparable, Sendable {
    /// Not there, or there and not wanting to be seen.
    case offline
    case away, busy, online

    var name: String {
        switch self {
        case .offline: "offline"
        case .away: "away"
        case .busy: "busy"
        case .online: "online"
        }
    }

    static func < (one: PresenceStatus, other: PresenceStatus) -> Bool { one.rawValue < other.rawValue }
}

/// What watchers are told of a user.
struct Presence: Equatable, Sendable {
    var user: UserID
    var status: PresenceStatus
    /// When the user was last there; of who is there, nothing.
    var lastSeenAt: Timestamp?
}

/// A change of presence, with the channels by whose watchers it is heard.
struct PresenceChange: Equatable, Sendable {
    var presence: Presence
    var channels: [ChannelID]
}
