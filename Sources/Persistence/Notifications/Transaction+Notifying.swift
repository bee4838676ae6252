internal import Base
internal import Channels

extension Transaction {
    /// Puts something into a user's feed, and tells them, if they want it and the actor is not blocked by them. What it
    /// is about is referred to; `detail` is words of the server's own, never a person's.
    mutating func notify(
        _ user: UserID, _ kind: Notification.Kind, from actor: UserID?, about reference: NewNotification.Reference,
        detail: String? = nil
    ) {
        let new = NewNotification(kind, to: user, from: actor, about: reference, detail: detail)
        commands.append(Proposal(user: user, command: .notify(new)))
    }
}
