public import Base

/// Which accounts are asked for, by number. Those that are erased are none.
public struct PeopleSearch: Sendable, Equatable {
    /// Exactly this username, folded.
    public var username: String?
    /// How a username, a display name or an e-mail address begins, folded.
    public var prefix: String?
    /// Only names that everyone may know are looked at, not the e-mail address.
    public var isPublic = false
    public var role: Role?
    public var isActive: Bool?
    /// Those behind this one.
    public var after: UserID?
    public var limit: Int

    public init(limit: Int) { self.limit = limit }
}
