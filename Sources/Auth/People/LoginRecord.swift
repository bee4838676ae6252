public import Base

/// A login that stands, as its user sees it.
public struct LoginRecord: Sendable, Equatable {
    public var id: LoginID
    /// What the user calls the device.
    public var device: String?
    /// From where it was last used.
    public var address: String?
    /// What the client said of itself when it logged in.
    public var userAgent: String?
    public var createdAt: Timestamp
    public var lastSeenAt: Timestamp
    /// When it ends unless it is refreshed before; it may be over already, until it is taken away.
    public var expiresAt: Timestamp

    public init(
        id: LoginID, device: String?, address: String?, userAgent: String?, createdAt: Timestamp, lastSeenAt: Timestamp,
        expiresAt: Timestamp
    ) {
        self.id = id
        self.device = device
        self.address = address
        self.userAgent = userAgent
        self.createdAt = createdAt
        self.lastSeenAt = lastSeenAt
        self.expiresAt = expiresAt
    }
}
