public import Base

/// Whom a request comes from, as far as it can be trusted.
public struct HTTPClient: Equatable, Sendable {
    /// `nil` for who came through a Unix socket.
    public var address: IPAddress?
    /// The client's own connection is encrypted: the one to us, or the one to a proxy that says so.
    public var isSecure: Bool
    /// Came through the Unix socket in the data directory, which only the server's own user can open.
    public var isLocal: Bool

    public init(address: IPAddress?, isSecure: Bool, isLocal: Bool) {
        self.address = address
        self.isSecure = isSecure
        self.isLocal = isLocal
    }

    /// The server's own user.
    public static let local = HTTPClient(address: nil, isSecure: false, isLocal: true)
}
