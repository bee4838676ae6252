internal import Auth
internal import Base
internal import Channels

/// Finds accounts on a read-only connection. Used by one thread.
struct AccountReader {
    let database: Database
    private let byID, byUsername, byEmail, byPhone, lastSeen: Statement

    init(path: String, vfs: String? = nil, leash: SnapshotLeash? = nil) throws(StoreFailure) {
        database = try Database(path: path, .reader, vfs: vfs, leash: leash)
        byID = try AccountRow.select("id", in: database)
        byUsername = try AccountRow.select("username_folded", in: database)
        byEmail = try AccountRow.select("email_folded", in: database)
        byPhone = try AccountRow.select("phone", in: database)
        lastSeen = try database.prepare("SELECT last_seen_at FROM users WHERE id = ?")
    }

    func find(_ login: LoginName) throws(StoreFailure) -> StoredAccount? {
        let bound =
            switch login {
            case .username(let folded): byUsername.bind(folded)
            case .email(let folded): byEmail.bind(folded)
            case .phone(let number): byPhone.bind(number)
            }
        return try bound.first { row throws(StoreFailure) in try AccountRow.read(row) }
    }

    func lastSeen(of users: [UserID]) throws(StoreFailure) -> [UserID: Timestamp] {
        var found: [UserID: Timestamp] = [:]
        for user in users {
            let time = try lastSeen.bind(user).first { row throws(StoreFailure) in row.timeOrNull(0) }
            if case let time?? = time { found[user] = time }
        }
        return found
    }

    func find(_ user: UserID) throws(StoreFailure) -> Account? { try stored(user)?.account }

    func stored(_ user: UserID) throws(StoreFailure) -> StoredAccount? {
        try byID.bind(user).first { row throws(StoreFailure) in try AccountRow.read(row) }
    }
}

/// Accounts as rows of `users`.
enum AccountRow {
    static let columns = """
        \(names), \(isVerified("email_folded")), \(isVerified("phone")), avatar, bio, locale, time_zone,
        date_of_birth, suspended_at, suspension_reason, deleted_at
        """
    private static let names = """
        id, uuid, username, email, phone, display_name, role, password_hash, is_active, created_at, updated_at,
        last_seen_at
        """

    static func select(_ column: String, in database: Database) throws(StoreFailure) -> Statement {
        try database.prepare("SELECT \(columns) FROM users WHERE \(column) = ?")
    }

    private static func isVerified(_ column: String) -> String {
        "EXISTS (SELECT 1 FROM verified_addresses v WHERE v.user = users.id AND v.address = users.\(column))"
    }

    static func read(_ row: Statement) throws(StoreFailure) -> StoredAccount {
        guard let id = UserID(rawValue: row.integer(0)), let role = Role(name: row.string(6)) else {
            throw .broken("the user \(row.integer(0)) is damaged")
        }
        var account = Account(
            id: id, uuid: row.string(1), username: row.stringOrNull(2), email: row.stringOrNull(3),
            phone: row.stringOrNull(4), displayName: row.stringOrNull(5), role: role, isActive: row.integer(8) != 0,
            createdAt: row.time(9), updatedAt: row.time(10), lastSeenAt: row.timeOrNull(11),
            isEmailVerified: row.integer(12) != 0, isPhoneVerified: row.integer(13) != 0)
        account.profile = Profile(
            avatar: row.stringOrNull(14), bio: row.stringOrNull(15), locale: row.stringOrNull(16),
            timeZone: row.stringOrNull(17), birthDate: row.stringOrNull(18).flatMap { BirthDate(stored: $0) })
        account.suspendedAt = row.timeOrNull(19)
        account.suspensionReason = row.stringOrNull(20)
        account.deletedAt = row.timeOrNull(21)
        return StoredAccount(account: account, passwordHash: row.stringOrNull(7).flatMap { PasswordHash(text: $0) })
    }
}
