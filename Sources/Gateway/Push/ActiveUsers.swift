public import Base

/// Who is there, by any of their sockets.
public protocol ActiveUsers: Sendable {
    /// `nil` while nobody can say: the server begins, or ends.
    func isActive(_ user: UserID) async -> Bool?
}
