internal import Base

/// What chains the rows of the audit trail together: each row's code covers the row and the code before it, under a key
/// that is not in the database. Who can write to the database alone can neither change, take out, add nor move a row
/// without its being found, and the head, which is kept beside the trail, tells when its end is missing.
public struct AuditChain: Sendable {
    /// Bytes of a key that is made.
    public static let keyByteCount = 32

    private let key: Secret

    public init(key: Secret) { self.key = key }

    /// HMAC-SHA256 over the code before and the row, written as JSON with a fixed order of members.
    /// - Parameter previous: the code of the row before; empty for the first.
    public func code(of entry: AuditEntry, number: Int64, after previous: [UInt8]) -> [UInt8] {
        let row = JSONWriter.object { json in
            json.member("id", number)
            json.member("at", entry.at.milliseconds)
            json.member("actor", orNull: entry.cause.actor?.description)
            json.member("address", orNull: entry.cause.address)
            json.member("action", entry.action.rawValue)
            json.member("target", orNull: entry.target)
            json.member("detail", orNull: entry.detail)
        }
        return Digest.hmacSHA256(key: key, previous + row)
    }

    /// What is kept beside the trail: how many rows it has, and a code over that and the last row's.
    public func head(count: Int64, last: [UInt8]) -> [UInt8] {
        Digest.hmacSHA256(key: key, Array("head:\(count):".utf8) + last)
    }
}
