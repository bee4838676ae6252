/// What a user is to this server as a whole; what they may do in a channel is another matter. Roles are data: some are
/// there from the beginning, an administrator makes others, and `RoleBook` knows what each may do.
public struct Role: Sendable, Hashable {
    /// Bytes of a name.
    public static let nameBytesMax = 32

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

    /// Those that are always there.
    public static let builtIn = [
        member, customer, courier, restaurantManager, instructor, moderator, admin, superuser,
    ]

    /// `nil` unless the name is made of small letters, digits and underscores, a letter first, `nameBytesMax` at most.
    public init?(name: String) {
        let bytes = name.utf8
        guard (1...Self.nameBytesMax).contains(bytes.count), let first = bytes.first, first.isSmallLetter,
            bytes.allSatisfy({ $0.isSmallLetter || $0.isASCIIDigit || $0 == UInt8(ascii: "_") })
        else { return nil }
        self.name = name
    }

    private init(known name: String) { self.name = name }
}

extension UInt8 {
    fileprivate var isSmallLetter: Bool { self >= UInt8(ascii: "a") && self <= UInt8(ascii: "z") }
}
