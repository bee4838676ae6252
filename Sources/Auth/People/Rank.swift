/// Whom somebody may do something to. Nobody gives a permission that they lack, and nobody touches an account that may
/// do what they may not: else whoever may write accounts could make themselves everything.
public struct Rank: Sendable, Equatable {
    /// What who asks may do.
    public var permissions: Permissions

    public init(_ permissions: Permissions) { self.permissions = permissions }

    /// The server's own user at the command line.
    public static let `operator` = Rank(.all)

    /// Whether it is at least what has these permissions.
    public func covers(_ other: Permissions) -> Bool { permissions.isSuperset(of: other) }
}
