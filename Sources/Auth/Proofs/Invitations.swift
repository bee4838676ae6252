public import Base

/// Who may come in where registration is by invitation. An invitation is open to a number of people, until it ends.
public protocol Invitations: Sendable {
    /// Keeps an invitation; `nil` when too many are open.
    func invite(_ new: NewInvitation, by cause: Cause) async throws(AccountFailure) -> Invitation?

    /// Makes an account with the role of the invitation, and uses it once; `nil` when it has ended or is used up.
    func accept(
        _ new: NewAccount, token hash: [UInt8], by cause: Cause
    ) async throws(AccountFailure) -> Account?

    /// Those that are open, newest first.
    func open() async throws(AccountFailure) -> [Invitation]

    /// Ends one; false when none of that number is open.
    func withdraw(_ id: Int64, by cause: Cause) async throws(AccountFailure) -> Bool
}

public struct NewInvitation: Sendable {
    /// `OneTimeToken.hash`.
    public var hash: [UInt8]
    public var role: Role
    public var usesMax: Int
    public var expiresAt: Timestamp
    public var maker: UserID
    /// Invitations that may be open at once.
    public var openMax: Int

    public init(hash: [UInt8], role: Role, usesMax: Int, expiresAt: Timestamp, maker: UserID, openMax: Int) {
        self.hash = hash
        self.role = role
        self.usesMax = usesMax
        self.expiresAt = expiresAt
        self.maker = maker
        self.openMax = openMax
    }
}

public struct Invitation: Sendable, Equatable {
    public var id: Int64
    public var role: Role
    public var usesMax: Int
    public var uses: Int
    public var maker: UserID
    public var createdAt: Timestamp
    public var expiresAt: Timestamp

    public init(
        id: Int64, role: Role, usesMax: Int, uses: Int, maker: UserID, createdAt: Timestamp, expiresAt: Timestamp
    ) {
        self.id = id
        self.role = role
        self.usesMax = usesMax
        self.uses = uses
        self.maker = maker
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}
