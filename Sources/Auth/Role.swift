/// What a user is to this server as a whole; what they may do in a channel is another matter.
public struct Role: Sendable, Hashable {
    /// As it is written in tokens and on the wire.
    public let name: String

    public static let member = Role(known: "member")
    public static let customer = Role(known: "customer")
    public static let courier = Role(known: "courier")
    public static let restaurantManager = Role(known: "restaurant_manager")
    public static let instructor = Role(known: "instructor")
    public static let moderator = Role(known: "moderator")
    public static let admin = Role(known: "admin")
    public static let superuser = Role(known: "superuser")

    public static let all = [
        member, customer, courier, restaurantManager, instructor, moderator, admin, superuser,
    ]

    /// `nil` unless the name is one of those above, spelled exactly so.
    public init?(name: String) {
        guard let role = Self.all.first(where: { $0.name == name }) else { return nil }
        self = role
    }

    /// Whether it keeps order in every channel.
    public var moderates: Bool { [.moderator, .admin, .superuser].contains(self) }

    private init(known name: String) { self.name = name }
}
