public import Base

/// What became of one imported account.
public enum ImportOutcome: Sendable, Equatable {
    case created(UserID)
    /// An account with this username, e-mail address or phone number was there, and has been left as it was.
    case exists(UserID)
    /// Nothing was stored, and why, in a sentence for the operator.
    case refused(_ reason: String)
}
