internal import Base

/// What each role may do. Shared by all threads: every request asks, and an administrator's change holds for the next.
public final class RoleBook: Sendable {
    private let roles: Guarded<[Role: Permissions]>

    /// What the roles may do that are always there. They cannot be changed.
    public static let builtIn: [Role: Permissions] = [
        .member: [], .customer: [], .courier: [], .restaurantManager: [], .instructor: .teach,
        .moderator: [.moderate, .readUsers], .admin: .all, .superuser: .all,
    ]

    /// Roles that administrators may make.
    public static let madeMax = 256

    /// - Parameter made: roles that administrators have made.
    public init(made: [Role: Permissions] = [:]) {
        roles = Guarded(Self.builtIn.merging(made) { builtIn, _ in builtIn })
    }

    /// Nothing for a role that is not there.
    public func permissions(of role: Role) -> Permissions { roles.withLock { $0[role] ?? [] } }

    public func contains(_ role: Role) -> Bool { roles.withLock { $0[role] != nil } }

    /// All of them, by name.
    public var all: [(role: Role, permissions: Permissions)] {
        roles.withLock { $0.map { (role: $0.key, permissions: $0.value) } }.sorted { $0.role.name < $1.role.name }
    }

    /// Whether it was there from the beginning, and so cannot be changed.
    public static func isBuiltIn(_ role: Role) -> Bool { builtIn[role] != nil }

    /// What an administrator made, when it is durable.
    public func set(_ role: Role, _ permissions: Permissions) {
        guard !Self.isBuiltIn(role) else { return }
        roles.withLock { $0[role] = permissions }
    }

    public func remove(_ role: Role) {
        guard !Self.isBuiltIn(role) else { return }
        roles.withLock { $0[role] = nil }
    }
}
