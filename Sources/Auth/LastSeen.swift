public import Base

/// When users, and the logins by which they are here, were last seen.
public struct LastSeen: Sendable, Equatable {
    public var users: [UserID: Timestamp]
    public var logins: [LoginID: Timestamp]

    public init(users: [UserID: Timestamp] = [:], logins: [LoginID: Timestamp] = [:]) {
        self.users = users
        self.logins = logins
    }

    public var isEmpty: Bool { users.isEmpty && logins.isEmpty }

    /// Takes over what the other says; where both say something, what the other says holds.
    public mutating func merge(_ other: LastSeen) {
        users.merge(other.users) { $1 }
        logins.merge(other.logins) { $1 }
    }

    /// Milliseconds for which a login that was seen is not written again: people look whether it is days or minutes,
    /// and who comes and goes all the time must not have a row written each time.
    public static let loginPauseMilliseconds = 300_000
}
