public import Base

/// What an access token says (RFC 7519 section 4).
public struct AccessClaims: Sendable, Equatable {
    /// `sub`, in decimal digits.
    public var user: UserID
    /// `id`: the user's UUID, 1 to 128 bytes.
    public var uuid: String
    /// `sid`.
    public var login: LoginID
    public var role: Role
    /// `jti`, 1 to 128 bytes.
    public var tokenID: String
    /// `iat`, in whole seconds; what is below a second is dropped when signing.
    public var issuedAt: Timestamp
    /// `exp`, in whole seconds; from this moment on the token is refused.
    public var expiresAt: Timestamp

    public init(
        user: UserID, uuid: String, login: LoginID, role: Role, tokenID: String, issuedAt: Timestamp,
        expiresAt: Timestamp
    ) {
        self.user = user
        self.uuid = uuid
        self.login = login
        self.role = role
        self.tokenID = tokenID
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
    }
}
