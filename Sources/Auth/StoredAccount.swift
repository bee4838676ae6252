/// An account with what its password is checked against.
public struct StoredAccount: Sendable {
    public var account: Account
    /// `nil` for a user without a password, who cannot log in with one.
    public var passwordHash: PasswordHash?

    public init(account: Account, passwordHash: PasswordHash?) {
        self.account = account
        self.passwordHash = passwordHash
    }
}
