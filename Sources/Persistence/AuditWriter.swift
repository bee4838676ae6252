internal import Auth
internal import Base
internal import Channels

/// Writes the audit trail.
struct AuditWriter {
    let database: Database
    let chain: AuditChain

    /// Says of a database in which nothing has been done yet that its trail is empty: one without a head has lost it.
    func beginIfNew() throws(StoreFailure) {
        let isUsed = try database.integer(
            """
            SELECT EXISTS (SELECT 1 FROM audit) OR EXISTS (SELECT 1 FROM users)
            OR EXISTS (SELECT 1 FROM meta WHERE name = 'audit_head')
            """)
        if isUsed == 0 { try writeHead(count: 0, last: []) }
    }

    private func writeHead(count: Int64, last: [UInt8]) throws(StoreFailure) {
        try database.prepare(
            "INSERT INTO meta VALUES ('audit_head', ?) ON CONFLICT DO UPDATE SET value = excluded.value"
        )
        .bind(blob: chain.head(count: count, last: last)).run()
    }

    func write(_ entry: AuditEntry) throws(StoreFailure) {
        let last = try database.prepare("SELECT id, code FROM audit ORDER BY id DESC LIMIT 1")
            .first { row throws(StoreFailure) in (id: row.integer(0), code: row.bytes(1)) }
        let id = (last?.id ?? 0) + 1
        let code = chain.code(of: entry, number: id, after: last?.code ?? [])
        try database.prepare("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?)").bind(id).bind(entry.at)
            .bind(entry.cause.actor?.rawValue).bind(entry.cause.address).bind(entry.action.rawValue).bind(entry.target)
            .bind(entry.detail).bind(blob: code).run()
        try writeHead(count: id, last: code)
    }
}

extension Transaction {
    /// Has it in the trail if, and only if, what it tells of is durable.
    func record(
        _ action: AuditEntry.Action, by cause: Cause, target: String? = nil, detail: String? = nil
    ) throws(StoreFailure) {
        try AuditWriter(database: database, chain: chain).write(
            AuditEntry(at: now, cause: cause, action, target: target, detail: detail))
    }
}
