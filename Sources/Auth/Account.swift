public import Base

/// A user as this server knows them, without what they prove themselves with.
public struct Account: Sendable, Equatable {
    public var id: UserID
    /// The id under which other systems know the user (RFC 9562).
    public var uuid: String
    public var username: String?
    public var email: String?
    public var phone: String?
    public var displayName: String?
    public var profile = Profile()
    public var role: Role
    /// False while suspended: the user may not log in.
    public var isActive: Bool
    public var createdAt: Timestamp
    public var updatedAt: Timestamp
    public var lastSeenAt: Timestamp?
    /// Whether its owner has shown that they read mail at the e-mail address, or have the phone.
    public var isEmailVerified: Bool
    public var isPhoneVerified: Bool
    /// Since when the user is kept out, and why.
    public var suspendedAt: Timestamp?
    public var suspensionReason: String?
    /// Since when there is nothing left of the user but the number.
    public var deletedAt: Timestamp?

    public init(
        id: UserID, uuid: String, username: String? = nil, email: String? = nil, phone: String? = nil,
        displayName: String? = nil, role: Role, isActive: Bool, createdAt: Timestamp, updatedAt: Timestamp,
        lastSeenAt: Timestamp? = nil, isEmailVerified: Bool = false, isPhoneVerified: Bool = false
    ) {
        self.id = id
        self.uuid = uuid
        self.username = username
        self.email = email
        self.phone = phone
        self.displayName = displayName
        self.role = role
        self.isActive = isActive
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.lastSeenAt = lastSeenAt
        self.isEmailVerified = isEmailVerified
        self.isPhoneVerified = isPhoneVerified
    }

    /// One of the two.
    public var isVerified: Bool { isEmailVerified || isPhoneVerified }
}
