public import Base

/// Takes a user out of everything: they leave their groups, and nothing reaches them any more. Direct channels stay for
/// the other side. Decided only behind the transaction that erased the account.
public struct EraseUser: Equatable, Sendable {
    public var user: UserID

    public init(user: UserID) { self.user = user }
}

extension EraseUser {
    /// Who owns a channel when its only owner has gone: the highest of the others, and of these the one who has been
    /// there the longest. `nil` when another owner is left.
    func heir(in state: ChannelState) -> UserID? {
        let others = state.members.filter { $0.key != user }
        guard state.members[user]?.role == .owner, !others.values.contains(where: { $0.role == .owner }) else {
            return nil
        }
        return others.max { one, other in
            if one.value.role != other.value.role { return one.value.role < other.value.role }
            if one.value.joinedAt != other.value.joinedAt { return one.value.joinedAt > other.value.joinedAt }
            return one.key > other.key
        }?.key
    }
}
