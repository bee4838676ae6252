public import Base

/// Who has something done, and from where: what an audit row says besides what was done.
public struct Cause: Sendable, Equatable {
    /// `nil` for someone who has not said who they are.
    public var actor: UserID?
    /// The client's address; `nil` for the server's own user and for the server itself.
    public var address: String?

    public init(actor: UserID? = nil, address: String? = nil) {
        self.actor = actor
        self.address = address
    }

    /// The server by itself, or its own user at the command line.
    public static let server = Cause()
}
