internal import Base

/// What chains the rows of the audit trail together.
public enum AuditChain {
    /// SHA-256 over the row, written as JSON with a fixed order of members, and the hash of the row before.
    /// - Parameter previous: empty for the first row.
    public static func hash(of entry: AuditEntry, number: Int64, after previous: [UInt8]) -> [UInt8] {
        Digest.sha256(
            previous
                + JSONWriter.object { json in
                    json.member("id", number)
                    json.member("at", entry.at.milliseconds)
                    json.member("actor", orNull: entry.cause.actor?.description)
                    json.member("address", orNull: entry.cause.address)
                    json.member("action", entry.action.rawValue)
                    json.member("target", orNull: entry.target)
                    json.member("detail", orNull: entry.detail)
                })
    }
}
