public import Base

/// Where accounts and logins are kept. What changes anything returns only when the change is durable, and then it
/// stands in the audit trail too.
public protocol Accounts: Sendable {
    /// Makes an account; `.taken` when one of its names belongs to another.
    func create(_ new: NewAccount, by cause: Cause) async throws(AccountFailure) -> Account

    /// The account with this name, with what its password is checked against; `nil` when there is none.
    func find(login: LoginName) async throws(AccountFailure) -> StoredAccount?

    func find(user: UserID) async throws(AccountFailure) -> Account?

    /// Replaces what a password is checked against; `.notFound` when there is no such user.
    func replaceHash(of user: UserID, with hash: PasswordHash) async throws(AccountFailure)

    /// Opens a login; `.notFound` when there is no such user.
    func openLogin(_ login: NewLogin, by cause: Cause) async throws(AccountFailure)

    /// Spends the refresh token of this hash and puts a successor in its place, in one step: of several tries with the
    /// same token one wins, and the others are `.reused`.
    func rotate(
        refresh hash: [UInt8], to successor: [UInt8], at now: Timestamp, by cause: Cause
    ) async throws(AccountFailure) -> Rotation

    /// When the user of a login last showed who they are: by logging in, or by confirming it. `nil` for one that has
    /// ended, or never was.
    func provenAt(_ login: LoginID) async throws(AccountFailure) -> Timestamp?

    /// Ends a login. One that has ended already, or never was, is left alone.
    func revoke(login: LoginID, at now: Timestamp, by cause: Cause) async throws(AccountFailure)

    /// Ends the login that this refresh token belongs to, spent or not, and says which it was; `nil` if unknown.
    func revoke(
        refresh hash: [UInt8], at now: Timestamp, by cause: Cause
    ) async throws(AccountFailure) -> LoginID?

    /// Ends all logins of a user, and says how many stood.
    func revokeAll(of user: UserID, at now: Timestamp, by cause: Cause) async throws(AccountFailure) -> Int

    /// Writes into the audit trail what changes nothing in the store itself.
    func note(_ action: AuditEntry.Action, by cause: Cause, target: String?, detail: String?)
        async throws(AccountFailure)

    /// Notes when users and logins were last seen; an earlier time changes nothing, and nor does who is not there. A
    /// login is written once in `LastSeen.loginPauseMilliseconds`.
    func touch(_ seen: LastSeen) async throws(AccountFailure)

    /// When users were last seen, of those of whom it is known.
    func lastSeen(of users: [UserID]) async throws(AccountFailure) -> [UserID: Timestamp]

    /// Takes over accounts of another system, one outcome for each in the same order. Passwords are hashed by then
    /// (`ImportedAccount.hashingPassword`); an account that still has one in plain text is `.refused`.
    func importAccounts(
        _ batch: [ImportedAccount], at now: Timestamp
    ) async throws(AccountFailure) -> [ImportOutcome]
}
