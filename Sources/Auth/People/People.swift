public import Base

/// Where accounts are looked through, changed, suspended and erased. What changes anything returns only when the change
/// is durable; then it stands in the audit trail too, and whoever had to be logged out is.
public protocol People: Sendable {
    func find(_ user: UserID) async throws(PeopleFailure) -> Account?

    /// A page, and whether there are more behind it.
    func list(_ search: PeopleSearch) async throws(PeopleFailure) -> (accounts: [Account], hasMore: Bool)

    /// Makes an account with a role and a profile. `.outranked` when the role may do what `rank` may not.
    func create(_ new: NewAccount, profile: Profile, within rank: Rank, by cause: Cause) async throws(PeopleFailure)
        -> Account

    /// Makes the first superuser; `.alreadySetUp` when there is one.
    func setUp(_ new: NewAccount, by cause: Cause) async throws(PeopleFailure) -> Account

    /// Whether nobody has an account yet.
    func isEmpty() async throws(PeopleFailure) -> Bool

    /// Changes an account in one step.
    /// - Parameters:
    ///   - rank: `nil` when it is one's own account.
    ///   - isExpected: asked of the account as it is; `.changedMeanwhile` when it says no.
    func change(
        _ user: UserID, _ change: AccountChange, within rank: Rank?,
        if isExpected: @escaping @Sendable (Account) -> Bool, by cause: Cause
    ) async throws(PeopleFailure) -> Account

    /// Gives a user another role and ends all their logins, whose tokens speak for the old one.
    func setRole(of user: UserID, to role: Role, within rank: Rank, by cause: Cause) async throws(PeopleFailure)
        -> Account

    /// Keeps a user out from now on: their logins end, and none is opened.
    func suspend(_ user: UserID, because reason: String?, within rank: Rank, by cause: Cause)
        async throws(PeopleFailure) -> Account

    /// Lets a suspended user in again.
    func restore(_ user: UserID, within rank: Rank, by cause: Cause) async throws(PeopleFailure) -> Account

    /// Takes a user's personal data away for good. The number stays, so that channels can still be read.
    /// - Parameters:
    ///   - rank: `nil` when it is one's own account.
    ///   - isDeletingMessages: what the user has said goes too, behind this, a little at a time.
    func erase(_ user: UserID, isDeletingMessages: Bool, within rank: Rank?, by cause: Cause)
        async throws(PeopleFailure)

    /// The logins of a user that stand, latest first, at most `limit`.
    func sessions(of user: UserID, limit: Int) async throws(PeopleFailure) -> [LoginRecord]

    /// Ends one login of a user; false when there is none of that number.
    func end(_ login: LoginID, of user: UserID, within rank: Rank?, by cause: Cause) async throws(PeopleFailure)
        -> Bool

    /// Ends all logins of a user.
    func endAll(of user: UserID, within rank: Rank?, by cause: Cause) async throws(PeopleFailure)
}

/// Where the roles are kept that administrators make.
public protocol Roles: Sendable {
    /// Makes a role or changes what it may do, from the next request on. False when it is a new one.
    func define(_ role: Role, _ permissions: Permissions, within rank: Rank, by cause: Cause)
        async throws(PeopleFailure) -> Bool

    /// Takes a role away that nobody has.
    func remove(_ role: Role, within rank: Rank, by cause: Cause) async throws(PeopleFailure)
}
