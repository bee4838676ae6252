public import Base

/// What another domain does with the channel of something of its own, such as a course. Decided only behind the
/// transaction that made it so, and never at a client's word: nothing of it is refused, and what cannot be done any
/// more, because the channel has been ended or its member is gone, is left undone. How many come is bounded by what the
/// channel belongs to.
public struct LeadChannel: Equatable, Sendable {
    public enum Step: Equatable, Sendable {
        /// Makes the channel; who asks owns it.
        case open(name: String, admins: [UserID])
        case rename(String)
        /// Makes somebody a member, or gives a member a higher role.
        case admit(UserID, as: MemberRole)
        /// Makes an admin a member like the others.
        case humble(UserID)
        /// Takes somebody out; never an owner.
        case dismiss(UserID)
        case setArchived(Bool)
    }

    public var channel: ChannelID
    public var step: Step

    public init(_ channel: ChannelID, _ step: Step) {
        self.channel = channel
        self.step = step
    }
}
