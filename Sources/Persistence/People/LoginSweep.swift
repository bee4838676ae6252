internal import Auth
internal import Base
internal import Channels

/// Takes away the rows of logins that have been over for a day: neither their refresh tokens nor their access tokens
/// open anything any more.
struct LoginSweep {
    private var nextAt = Timestamp(milliseconds: 0)

    /// Seconds between two looks.
    private static let pauseSeconds: Int64 = 60
    /// Seconds for which a login that is over is kept: well beyond its last access token.
    private static let keptSeconds: Int64 = 86_400
    /// Logins of one transaction: some milliseconds' work.
    private static let sliceMax = 128

    func isDue(at now: Timestamp) -> Bool { now >= nextAt }

    /// True when there may be more at once.
    mutating func prune(_ database: Database, at now: Timestamp) throws(StoreFailure) -> Bool {
        let before = now.adding(seconds: -Self.keptSeconds)
        let over = try database.prepare(
            """
            SELECT id FROM logins WHERE ended_at IS NOT NULL AND ended_at < ?1
            UNION SELECT id FROM logins WHERE expires_at < ?1 LIMIT ?2
            """
        ).bind(before).bind(Self.sliceMax).all { row throws(StoreFailure) in row.bytes(0) }
        for id in over {
            try database.prepare("DELETE FROM refresh_tokens WHERE login = ?").bind(blob: id).run()
            try database.prepare("DELETE FROM logins WHERE id = ?").bind(blob: id).run()
        }
        guard over.count < Self.sliceMax else { return true }
        nextAt = now.adding(seconds: Self.pauseSeconds)
        return false
    }
}
