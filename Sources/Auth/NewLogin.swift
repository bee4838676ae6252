public import Base

/// A login to be opened: the family that its refresh tokens will belong to.
public struct NewLogin: Sendable, Equatable {
    public var id: LoginID
    public var user: UserID
    /// `RefreshToken.hash` of the first refresh token.
    public var refreshHash: [UInt8]
    public var createdAt: Timestamp
    /// When the refresh token dies unless it is used before; each use moves it on.
    public var expiresAt: Timestamp
    /// When the login ends, however often it is refreshed.
    public var absoluteExpiry: Timestamp
    /// What the user calls the device, or what it said of itself.
    public var device: String?
    /// Whether the user asked to stay logged in.
    public var isRemembered: Bool
    /// What the client says of itself, cut to `userAgentBytesMax`.
    public var userAgent: String?

    /// Bytes.
    public static let userAgentBytesMax = 256

    public init(
        id: LoginID, user: UserID, refreshHash: [UInt8], createdAt: Timestamp, expiresAt: Timestamp,
        absoluteExpiry: Timestamp, device: String? = nil, isRemembered: Bool = false,
        userAgent: String? = nil
    ) {
        self.id = id
        self.user = user
        self.refreshHash = refreshHash
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.absoluteExpiry = absoluteExpiry
        self.device = device
        self.isRemembered = isRemembered
        self.userAgent = userAgent.map { String(decoding: $0.utf8.prefix(Self.userAgentBytesMax), as: UTF8.self) }
    }
}
