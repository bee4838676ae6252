public import Base

/// Puts an emoji to a message, or takes one's own away.
public struct React: Equatable, Sendable {
    public var channel: ChannelID
    public var number: Int64
    public var emoji: String
    public var isAdded: Bool

    public init(channel: ChannelID, number: Int64, emoji: String, isAdded: Bool) {
        self.channel = channel
        self.number = number
        self.emoji = emoji
        self.isAdded = isAdded
    }
}

extension React {
    public func validate(within limits: Limits) throws(Rejection) {
        guard (1...limits.emojiBytesMax).contains(emoji.utf8.count),
            emoji.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F && !(0x80...0x9F).contains($0.value) }
            )
        else {
            throw .invalid(
                "/emoji", "invalid_format", "an emoji has 1 to \(limits.emojiBytesMax) bytes and no blanks")
        }
    }

    /// - Parameter kinds: how many different emoji the message has, and whether this is one of them.
    func decide(kinds: (count: Int, hasThis: Bool), _ limits: Limits) throws(Rejection) {
        guard isAdded, !kinds.hasThis, kinds.count >= limits.reactionKindsMax else { return }
        throw Rejection(.quotaExceeded, "a message has at most \(limits.reactionKindsMax) different reactions")
    }
}
