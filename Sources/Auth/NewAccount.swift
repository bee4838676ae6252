public import Base

/// An account to be made; whoever makes it has checked that it has at least one of the three names.
public struct NewAccount: Sendable {
    public var uuid: String
    public var username: Username?
    public var email: EmailAddress?
    public var phone: PhoneNumber?
    public var displayName: String?
    public var passwordHash: PasswordHash?
    public var role: Role
    public var createdAt: Timestamp

    public init(
        uuid: String, username: Username? = nil, email: EmailAddress? = nil, phone: PhoneNumber? = nil,
        displayName: String? = nil, passwordHash: PasswordHash? = nil, role: Role = .member, createdAt: Timestamp
    ) {
        self.uuid = uuid
        self.username = username
        self.email = email
        self.phone = phone
        self.displayName = displayName
        self.passwordHash = passwordHash
        self.role = role
        self.createdAt = createdAt
    }
}
