internal import Auth
internal import Base
internal import Channels
internal import Reactor

/// Invitations to register, on disk.
struct SQLiteInvitations: Invitations {
    let readers: WorkPool<Reader>
    let committer: Committer
    let time: TimeSource

    private static let isOpen = "uses < uses_max AND expires_at > ?"
    private static let columns = "id, role, uses_max, uses, maker, created_at, expires_at"

    func invite(_ new: NewInvitation, by cause: Cause) async throws(AccountFailure) -> Invitation? {
        try await committer.change { transaction throws(StoreFailure) in
            let database = transaction.database, now = transaction.now
            try database.prepare("DELETE FROM invitations WHERE NOT (\(Self.isOpen))").bind(now).run()
            let count = try database.integer("SELECT count(*) FROM invitations")
            guard count < Int64(new.openMax) else { return nil }
            try database.prepare(
                """
                INSERT INTO invitations (hash, role, uses_max, maker, created_at, expires_at)
                VALUES (?, ?, ?, ?, ?, ?)
                """
            ).bind(blob: new.hash).bind(new.role.name).bind(new.usesMax).bind(new.maker).bind(now).bind(new.expiresAt)
                .run()
            let id = database.lastInsertedRow
            try transaction.record(
                .invitationMade, by: cause, target: "invitation:\(id)", detail: "role \(new.role.name)")
            return Invitation(
                id: id, role: new.role, usesMax: new.usesMax, uses: 0, maker: new.maker, createdAt: now,
                expiresAt: new.expiresAt)
        }
    }

    func accept(_ new: NewAccount, token hash: [UInt8], by cause: Cause) async throws(AccountFailure) -> Account? {
        try await committer.change { transaction throws(StoreFailure) -> Result<Account?, AccountFailure> in
            let database = transaction.database
            let found = try database.prepare("SELECT id, role FROM invitations WHERE hash = ? AND \(Self.isOpen)")
                .bind(blob: hash).bind(transaction.now)
                .first { row throws(StoreFailure) in (id: row.integer(0), role: Role(name: row.string(1))) }
            guard let found, let role = found.role else { return .success(nil) }
            var invited = new
            invited.role = role
            let account: Account
            switch try transaction.makeAccount(invited, by: cause, detail: "invitation:\(found.id)") {
            case .success(let made): account = made
            case .failure(let failure): return .failure(failure)
            }
            try database.prepare("UPDATE invitations SET uses = uses + 1 WHERE id = ?").bind(found.id).run()
            return .success(account)
        }.get()
    }

    func open() async throws(AccountFailure) -> [Invitation] {
        let now = time.now()
        return try await readers.look { accounts throws(StoreFailure) in
            try accounts.database.prepare(
                "SELECT \(Self.columns) FROM invitations WHERE \(Self.isOpen) ORDER BY id DESC"
            ).bind(now).all { row throws(StoreFailure) in
                guard let role = Role(name: row.string(1)), let maker = UserID(rawValue: row.integer(4)) else {
                    throw .broken("the invitation \(row.integer(0)) is damaged")
                }
                return Invitation(
                    id: row.integer(0), role: role, usesMax: Int(row.integer(2)), uses: Int(row.integer(3)),
                    maker: maker, createdAt: row.time(5), expiresAt: row.time(6))
            }
        }
    }

    func withdraw(_ id: Int64, by cause: Cause) async throws(AccountFailure) -> Bool {
        try await committer.change { transaction throws(StoreFailure) in
            try transaction.database.prepare("DELETE FROM invitations WHERE id = ? AND \(Self.isOpen)").bind(id)
                .bind(transaction.now).run()
            guard transaction.database.changes == 1 else { return false }
            try transaction.record(.invitationWithdrawn, by: cause, target: "invitation:\(id)")
            return true
        }
    }
}
