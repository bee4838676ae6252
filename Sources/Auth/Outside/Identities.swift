/// Who somebody is to another server, which has been asked and has said so. The key is issuer and subject, never an
/// address.
public struct ProvenIdentity: Sendable, Equatable {
    /// As in the provider's tokens, such as `https://accounts.google.com`.
    public var issuer: String
    public var subject: String
    public var email: EmailAddress?
    /// Whether the provider says that the address is theirs.
    public var isEmailVerified: Bool
    public var displayName: String?

    public init(
        issuer: String, subject: String, email: EmailAddress? = nil, isEmailVerified: Bool = false,
        displayName: String? = nil
    ) {
        self.issuer = issuer
        self.subject = subject
        self.email = email
        self.isEmailVerified = isEmailVerified
        self.displayName = displayName
    }
}

/// Which users other servers' users are.
public protocol Identities: Sendable {
    /// Finds the account of an identity. One that nobody has yet is linked to the account whose verified address the
    /// provider has verified too; else an account is made, with the address only if that is verified and free.
    /// - Parameter newcomer: how such an account begins; `nil` where none is to be made.
    func signIn(
        _ identity: ProvenIdentity, newcomer: NewAccount?, by cause: Cause
    ) async throws(AccountFailure) -> IdentityOutcome
}

public enum IdentityOutcome: Sendable, Equatable {
    case known(Account)
    case linked(Account)
    case new(Account)
    /// Nobody has the identity, and no account is to be made.
    case nobody
}
