public import Base

/// A user taken over from another system.
public struct ImportedAccount: Sendable {
    public var uuid: String
    public var username: Username?
    public var email: EmailAddress?
    public var phone: PhoneNumber?
    public var displayName: String?
    public var credential: ImportedCredential
    public var role: Role

    public init(
        uuid: String, username: Username? = nil, email: EmailAddress? = nil, phone: PhoneNumber? = nil,
        displayName: String? = nil, credential: ImportedCredential = .none, role: Role = .member
    ) {
        self.uuid = uuid
        self.username = username
        self.email = email
        self.phone = phone
        self.displayName = displayName
        self.credential = credential
        self.role = role
    }

    /// What is to be stored; `nil` for a user without a password and for one whose password is not hashed yet.
    public var passwordHash: PasswordHash? {
        guard case .hash(let hash) = credential else { return nil }
        return hash
    }

    /// The same account with its password hashed, if it brought one as plain text. Takes as long as a hash does.
    public func hashingPassword(
        cost: PasswordHash.Cost, random: inout RandomSource
    ) throws(PasswordHashError) -> ImportedAccount {
        guard case .password(let password) = credential else { return self }
        var hashed = self
        hashed.credential = .hash(try PasswordHash.make(password.withBytes { Array($0) }, cost: cost, random: &random))
        return hashed
    }
}
