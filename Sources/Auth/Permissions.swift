/// What may be done to the server as a whole. What may be done in a channel is decided by one's place in it.
public struct Permissions: OptionSet, Sendable, Hashable {
    public let rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Keeps order in every channel, and sees reports.
    public static let moderate = Permissions(rawValue: 1 << 0)
    /// Sees every account, all of it.
    public static let readUsers = Permissions(rawValue: 1 << 1)
    /// Makes, changes, suspends and deletes accounts.
    public static let writeUsers = Permissions(rawValue: 1 << 2)
    /// Says who has which role, and what a role may do.
    public static let writeRoles = Permissions(rawValue: 1 << 3)
    /// Reads the audit trail.
    public static let readAudit = Permissions(rawValue: 1 << 4)
    /// Makes and revokes API keys and webhooks.
    public static let writeKeys = Permissions(rawValue: 1 << 5)
    /// Sees how the server is: connections, storage, load, jobs.
    public static let readServer = Permissions(rawValue: 1 << 6)
    /// Changes settings, ends connections, makes backups.
    public static let writeServer = Permissions(rawValue: 1 << 7)
    /// Makes courses and changes one's own.
    public static let teach = Permissions(rawValue: 1 << 8)

    /// The words for them on the wire.
    public static let names: [(name: String, permission: Permissions)] = [
        ("moderate", .moderate), ("users.read", .readUsers), ("users.write", .writeUsers),
        ("roles.write", .writeRoles), ("audit.read", .readAudit), ("keys.write", .writeKeys),
        ("server.read", .readServer), ("server.write", .writeServer), ("courses.write", .teach),
    ]

    public static let all = names.reduce(into: Permissions()) { $0.insert($1.permission) }

    /// `nil` for a word that is none of `names`.
    public init?(name: String) {
        guard let known = Self.names.first(where: { $0.name == name }) else { return nil }
        self = known.permission
    }

    /// In the order of `names`.
    public var names: [String] { Self.names.filter { contains($0.permission) }.map(\.name) }
}
