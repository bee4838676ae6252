internal import Auth
internal import Base
internal import Channels

/// What other services are told of, written in the transaction that makes it true.
extension Transaction {
    mutating func emit(_ type: String, _ data: (inout JSONWriter) -> Void) throws(StoreFailure) {
        try OutboxRow.insert(type, JSONWriter.object(data), externalID: nil, at: now, in: database)
        rings.insert(.events)
    }

    mutating func emit(_ event: AccountEvent) throws(StoreFailure) {
        switch event {
        case .registered(let account):
            let write = { (json: inout JSONWriter) in
                json.member("id", account.id)
                json.member("uuid", account.uuid)
                json.member("username", orNull: account.username)
                json.member("role", account.role.name)
            }
            try emit("user.registered", write)
            // Names of their own, which other systems listen for.
            if account.role == .restaurantManager { try emit("restaurant_manager.created", write) }
            if account.role == .moderator { try emit("moderator.created", write) }
        case .roleChanged(let user, let old, let new):
            let write = { (json: inout JSONWriter) in
                json.member("id", user)
                json.member("from", old.name)
                json.member("role", new.name)
            }
            try emit("user.role_changed", write)
            if new == .restaurantManager { try emit("restaurant_manager.created", write) }
            if new == .moderator { try emit("moderator.created", write) }
        case .suspended(let user): try emit("user.suspended") { json in json.member("id", user) }
        case .deleted(let user): try emit("user.deleted") { json in json.member("id", user) }
        }
    }
}

/// Rows of `outbox`.
enum OutboxRow {
    static func insert(
        _ type: String, _ data: [UInt8], externalID: String?, at now: Timestamp, in database: Database
    ) throws(StoreFailure) {
        try database.prepare("INSERT INTO outbox (type, at, data, external_id) VALUES (?, ?, ?, ?)").bind(type)
            .bind(now).bind(blob: data).bind(externalID).run()
    }

    static func read(_ row: Statement) -> OutsideEvent {
        OutsideEvent(position: row.integer(0), type: row.string(1), at: row.time(2), data: row.bytes(3))
    }
}
