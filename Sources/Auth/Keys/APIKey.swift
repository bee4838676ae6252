public import Base

/// What is known of an API key, without what it is checked against.
public struct APIKey: Sendable, Equatable {
    public var id: Int64
    /// What people call it, 1 to `nameBytesMax` bytes.
    public var name: String
    /// As `APIKeyText.prefix`.
    public var prefix: String
    public var scopes: Set<KeyScope>
    /// As whom it acts; there is one where the scopes say that it does.
    public var user: UserID?
    /// The login that the key is: sockets that speak by it close when it ends.
    public var login: LoginID
    public var createdAt: Timestamp
    public var lastUsedAt: Timestamp?
    /// `nil` for one that goes on until it is revoked.
    public var expiresAt: Timestamp?

    public static let nameBytesMax = 64
    /// Keys of one server.
    public static let countMax = 1_000

    public init(
        id: Int64, name: String, prefix: String, scopes: Set<KeyScope>, user: UserID?, login: LoginID,
        createdAt: Timestamp, lastUsedAt: Timestamp? = nil, expiresAt: Timestamp? = nil
    ) {
        self.id = id
        self.name = name
        self.prefix = prefix
        self.scopes = scopes
        self.user = user
        self.login = login
        self.createdAt = createdAt
        self.lastUsedAt = lastUsedAt
        self.expiresAt = expiresAt
    }

    /// What stands in the audit trail for it.
    public var target: String { "api_key:\(id)" }
}

/// A key to be made.
public struct NewAPIKey: Sendable {
    public var name: String
    public var text: APIKeyText
    public var scopes: Set<KeyScope>
    public var user: UserID?
    public var login: LoginID
    public var createdAt: Timestamp
    public var expiresAt: Timestamp?

    public init(
        name: String, text: APIKeyText, scopes: Set<KeyScope>, user: UserID?, login: LoginID, createdAt: Timestamp,
        expiresAt: Timestamp?
    ) {
        self.name = name
        self.text = text
        self.scopes = scopes
        self.user = user
        self.login = login
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}
