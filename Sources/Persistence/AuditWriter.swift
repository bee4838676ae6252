internal import Auth
internal import Base
internal import Channels

/// Writes the audit trail, each row with a hash over itself and the one before: a row that is changed, taken out or
/// moved later breaks the chain.
struct AuditWriter {
    let database: Database

    func write(_ entry: AuditEntry) throws(StoreFailure) {
        let last = try database.prepare("SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1")
            .first { row throws(StoreFailure) in (id: row.integer(0), hash: row.bytes(1)) }
        let id = (last?.id ?? 0) + 1
        try database.prepare("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?)").bind(id).bind(entry.at)
            .bind(entry.cause.actor?.rawValue).bind(entry.cause.address).bind(entry.action.rawValue).bind(entry.target)
            .bind(entry.detail).bind(blob: AuditChain.hash(of: entry, number: id, after: last?.hash ?? [])).run()
    }
}

extension Transaction {
    /// Has it in the trail if, and only if, what it tells of is durable.
    func record(
        _ action: AuditEntry.Action, by cause: Cause, target: String? = nil, detail: String? = nil
    ) throws(StoreFailure) {
        try AuditWriter(database: database).write(
            AuditEntry(at: now, cause: cause, action, target: target, detail: detail))
    }
}
