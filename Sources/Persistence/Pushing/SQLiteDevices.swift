internal import Auth
internal import Base
internal import Channels
internal import Reactor

/// Users' devices, and what is pushed to them, on disk.
struct SQLiteDevices: Devices {
    let readers: WorkPool<Reader>
    let committer: Committer
    let owners: DeviceOwners

    private static let columns = "user, device, login, kind, address, public_key, auth_secret"

    func put(_ device: Device, by cause: Cause) async throws(JobFailure) -> DevicePlace {
        try await committer.change(or: JobFailure.self) { [owners] transaction throws(StoreFailure) in
            let database = transaction.database
            guard try Self.lasts(device.login, in: database) else { return .loginEnded }
            try database.prepare("DELETE FROM devices WHERE kind = ? AND address = ? AND NOT (user = ? AND device = ?)")
                .bind(device.kind.rawValue).bind(device.address).bind(device.user).bind(device.id).run()
            let known = try database.prepare("SELECT 1 FROM devices WHERE user = ? AND device = ?").bind(device.user)
                .bind(device.id).first { _ throws(StoreFailure) in true }
            var row = try database.prepare(
                """
                INSERT INTO devices VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (user, device) DO UPDATE SET
                login = excluded.login, kind = excluded.kind, address = excluded.address,
                public_key = excluded.public_key, auth_secret = excluded.auth_secret, updated_at = excluded.updated_at
                """
            ).bind(device.user).bind(device.id).bind(blob: device.login.bytes).bind(device.kind.rawValue)
                .bind(device.address)
            if let keys = device.keys {
                row = row.bind(blob: keys.publicKey).bind(blob: keys.authSecret.withBytes { Array($0) })
            } else {
                row = row.bindNull().bindNull()
            }
            try row.bind(transaction.now).bind(transaction.now).run()
            try database.prepare(
                """
                DELETE FROM devices WHERE user = ?1 AND device IN
                (SELECT device FROM devices WHERE user = ?1 ORDER BY updated_at DESC, device LIMIT -1 OFFSET ?2)
                """
            ).bind(device.user).bind(Device.perUserMax).run()
            owners.insert(device.user)
            guard known == nil else { return .changed }
            try transaction.record(
                .deviceAdded, by: cause, target: AuditEntry.target(device.user), detail: device.kind.rawValue)
            return .added
        }
    }

    /// Whether a login, that of a token or of an API key, has not ended.
    private static func lasts(_ login: LoginID, in database: Database) throws(StoreFailure) -> Bool {
        try database.prepare(
            """
            SELECT 1 FROM logins WHERE id = ?1 AND ended_at IS NULL
            UNION ALL SELECT 1 FROM api_keys WHERE login = ?1 AND revoked_at IS NULL
            """
        ).bind(blob: login.bytes).first { _ throws(StoreFailure) in true } ?? false
    }

    func remove(_ id: String, of user: UserID, by cause: Cause) async throws(JobFailure) -> Bool {
        try await committer.change(or: JobFailure.self) { transaction throws(StoreFailure) in
            try transaction.database.prepare("DELETE FROM devices WHERE user = ? AND device = ?").bind(user).bind(id)
                .run()
            guard transaction.database.changes == 1 else { return false }
            transaction.hasErased = true
            try transaction.record(.deviceRemoved, by: cause, target: AuditEntry.target(user))
            return true
        }
    }

    func all(of user: UserID) async throws(JobFailure) -> [Device] {
        try await readers.look(or: JobFailure.self) { archive, _ throws(StoreFailure) in
            try archive.statement("SELECT \(Self.columns) FROM devices WHERE user = ? ORDER BY device").bind(user)
                .all { row throws(StoreFailure) in try Self.read(row) }
        }
    }

    func forget(_ device: Device) async throws(JobFailure) {
        try await committer.change(or: JobFailure.self) { transaction throws(StoreFailure) in
            // Not one that was given a new address meanwhile.
            try transaction.database.prepare("DELETE FROM devices WHERE user = ? AND device = ? AND address = ?")
                .bind(device.user).bind(device.id).bind(device.address).run()
            transaction.hasErased = true
        }
    }

    // MARK: What is pushed

    func begin(_ topic: PushTopic, of user: UserID, isRepeated: Bool) async throws(JobFailure) -> PushBeginning? {
        try await committer.change(or: JobFailure.self) { transaction throws(StoreFailure) in
            let database = transaction.database
            let before = try database.prepare("SELECT is_pending, is_shown FROM pushes WHERE user = ? AND topic = ?")
                .bind(user).bind(topic.name).first { row throws(StoreFailure) in
                    (isPending: row.integer(0) != 0, isShown: row.integer(1) != 0)
                }
            guard let before, before.isPending || (isRepeated && before.isShown) else { return nil }
            try database.prepare("UPDATE pushes SET is_pending = 0, is_shown = 1 WHERE user = ? AND topic = ?")
                .bind(user).bind(topic.name).run()
            return before.isShown ? .again : .first
        }
    }

    func drop(_ topic: PushTopic, of user: UserID) async throws(JobFailure) {
        try await committer.change(or: JobFailure.self) { transaction throws(StoreFailure) in
            // What has come meanwhile has a job of its own.
            for change in [
                "UPDATE pushes SET is_shown = 0 WHERE is_pending = 1 AND user = ? AND topic = ?",
                "DELETE FROM pushes WHERE is_pending = 0 AND user = ? AND topic = ?",
            ] { try transaction.database.prepare(change).bind(user).bind(topic.name).run() }
        }
    }

    func isShown(_ topic: PushTopic, to user: UserID) async throws(JobFailure) -> Bool {
        try await readers.look(or: JobFailure.self) { archive, _ throws(StoreFailure) in
            try archive.statement("SELECT is_shown FROM pushes WHERE user = ? AND topic = ?").bind(user)
                .bind(topic.name).first { row throws(StoreFailure) in row.integer(0) != 0 } ?? false
        }
    }

    private static func read(_ row: Statement) throws(StoreFailure) -> Device {
        guard let user = UserID(rawValue: row.integer(0)), let login = LoginID(bytes: row.bytes(2)),
            let kind = Device.Kind(rawValue: row.string(3))
        else { throw .damaged("a device is damaged") }
        let keys = row.isNull(5) ? nil : PushKeys(publicKey: row.bytes(5), authSecret: row.bytes(6))
        return Device(user: user, id: row.string(1), login: login, kind: kind, address: row.string(4), keys: keys)
    }
}
