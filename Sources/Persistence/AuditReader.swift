internal import Auth
internal import Base
internal import Channels
internal import Reactor

/// Reads the audit trail on the readers' connections.
struct SQLiteAuditTrail: AuditTrail {
    let readers: WorkPool<Reader>
    let chain: AuditChain

    func page(_ filter: AuditFilter, before number: Int64?, limit: Int) async throws(AccountFailure) -> [AuditRow] {
        try await read { audit throws(StoreFailure) in try audit.page(filter, before: number, limit: limit) }
    }

    func verify() async throws(AccountFailure) -> AuditVerdict {
        try await read { [chain] audit throws(StoreFailure) in try audit.verify(chain) }
    }

    private func read<Value: Sendable>(
        _ body: @escaping @Sendable (AuditReader) throws(StoreFailure) -> Value
    ) async throws(AccountFailure) -> Value {
        let answer = await readers.run { reader in
            reader.use { _, accounts throws(StoreFailure) in try body(AuditReader(database: accounts.database)) }
        }
        guard case .success(let value)? = answer else { throw .unavailable }
        return value
    }
}

struct AuditReader {
    let database: Database

    private static let columns = "id, at, actor, address, action, target, detail, code"
    /// Rows read at once while the chain is checked.
    private static let stride = 1_000

    func page(_ filter: AuditFilter, before number: Int64?, limit: Int) throws(StoreFailure) -> [AuditRow] {
        var conditions = ["id < ?"]
        if filter.actor != nil { conditions.append("actor = ?") }
        if filter.action != nil { conditions.append("action = ?") }
        if filter.target != nil { conditions.append("target = ?") }
        if filter.since != nil { conditions.append("at >= ?") }
        let statement = try database.prepare(
            """
            SELECT \(Self.columns) FROM audit WHERE \(conditions.joined(separator: " AND ")) ORDER BY id DESC LIMIT ?
            """
        ).bind(number ?? .max)
        if let actor = filter.actor { _ = statement.bind(actor) }
        if let action = filter.action { _ = statement.bind(action.rawValue) }
        if let target = filter.target { _ = statement.bind(target) }
        if let since = filter.since { _ = statement.bind(since) }
        // A word of a newer or damaged row is no reason to hide the others.
        return try statement.bind(limit).all { row throws(StoreFailure) in Self.read(row) }.compactMap { $0 }
    }

    func verify(_ chain: AuditChain) throws(StoreFailure) -> AuditVerdict {
        try database.snapshot { () throws(StoreFailure) in try judge(chain) }
    }

    /// Within a transaction.
    func judge(_ chain: AuditChain) throws(StoreFailure) -> AuditVerdict {
        let rows = try database.prepare(
            "SELECT \(Self.columns) FROM audit WHERE id > ? ORDER BY id LIMIT \(Self.stride)")
        var count: Int64 = 0
        var last: [UInt8] = []
        while true {
            let part = try rows.bind(count).all { row throws(StoreFailure) in Self.read(row) }
            for row in part {
                guard let row, row.number == count + 1,
                    Secret(row.code).matches(chain.code(of: row.entry, number: row.number, after: last))
                else { return .broken(at: count + 1) }
                count = row.number
                last = row.code
            }
            if part.isEmpty { break }
        }
        let head = try database.prepare("SELECT value FROM meta WHERE name = 'audit_head'")
            .first { row throws(StoreFailure) in row.bytes(0) }
        guard let head else { return .cutShort(count: count) }
        return Secret(head).matches(chain.head(count: count, last: last))
            ? .whole(count: count) : .cutShort(count: count)
    }

    private static func read(_ row: Statement) -> AuditRow? {
        guard let action = AuditEntry.Action(rawValue: row.string(4)) else { return nil }
        let cause = Cause(actor: row.integerOrNull(2).flatMap { UserID(rawValue: $0) }, address: row.stringOrNull(3))
        return AuditRow(
            number: row.integer(0),
            entry: AuditEntry(
                at: row.time(1), cause: cause, action, target: row.stringOrNull(5), detail: row.stringOrNull(6)),
            code: row.bytes(7))
    }
}
