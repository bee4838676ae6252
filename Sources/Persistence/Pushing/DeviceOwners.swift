internal import Base
internal import Channels

/// Users who have a device, or had one lately: of everybody else nothing is pushed, and nothing is looked up. Filled at
/// start, and by whoever names a device.
final class DeviceOwners: Sendable {
    private let users = Guarded<Set<UserID>>([])

    init() {}

    func insert(_ user: UserID) { users.withLock { _ = $0.insert(user) } }

    func contains(_ user: UserID) -> Bool { users.withLock { $0.contains(user) } }

    func recall(from database: Database) throws(StoreFailure) {
        let found = try database.prepare("SELECT DISTINCT user FROM devices").all { row throws(StoreFailure) in
            UserID(rawValue: row.integer(0))
        }
        users.withLock { $0.formUnion(found.compactMap { $0 }) }
    }
}
