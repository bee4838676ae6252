public import Base

/// What became of a refresh token that was presented (RFC 9700 section 4.14.2).
public enum Rotation: Sendable, Equatable {
    /// The token is spent and its successor stands; `expiresAt` is the successor's.
    case rotated(login: LoginID, account: Account, expiresAt: Timestamp)
    /// The token had been spent before, so that someone has a copy: its login has been revoked.
    case reused
    /// No login that stands has such a token.
    case unknown
    case expired
}
