/// Under which name something is pushed: what comes later under the same takes its place. A channel has one, and what
/// is about no channel has one each.
public enum PushTopic: Sendable, Hashable {
    case channel(ChannelID)
    case notification(Int64)

    public var name: String {
        switch self {
        case .channel(let channel): "channel-\(channel)"
        case .notification(let id): "notification-\(id)"
        }
    }

    public init?(name: String) {
        let parts = name.split(separator: "-", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        if parts[0] == "channel", let channel = ChannelID(String(parts[1])) {
            self = .channel(channel)
        } else if parts[0] == "notification", let id = Int64(plainDecimal: String(parts[1])) {
            self = .notification(id)
        } else {
            return nil
        }
    }
}
