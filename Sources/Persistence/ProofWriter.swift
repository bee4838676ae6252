internal import Auth
internal import Base
internal import Channels

/// Keeps and spends one-time proofs inside one transaction.
struct ProofWriter {
    private let database: Database
    private let now: Timestamp

    init(_ transaction: Transaction) {
        database = transaction.database
        now = transaction.now
    }

    /// Rows of one look that are too old to matter to any rate, taken away with each that is added.
    private static let prunedMax = 32
    private static let keptSeconds: Int64 = 86_400

    func ask(_ new: NewProof, rate: ProofRate?, from address: String?) throws(StoreFailure) -> Asked {
        if let rate, let wait = rate.wait(after: try past(new, from: address), at: now) { return .tooSoon(wait) }
        try database.prepare("UPDATE proofs SET used_at = ? WHERE kind = ? AND target = ? AND used_at IS NULL")
            .bind(now).bind(new.kind.rawValue).bind(new.target).run()
        try insert(new, from: address)
        return .kept
    }

    private func insert(_ new: NewProof, from address: String?) throws(StoreFailure) {
        try database.prepare(
            """
            DELETE FROM proofs WHERE id IN (SELECT id FROM proofs WHERE created_at < ? ORDER BY created_at LIMIT ?)
            """
        ).bind(now.adding(seconds: -Self.keptSeconds)).bind(Self.prunedMax).run()
        try database.prepare(
            """
            INSERT INTO proofs (kind, user, target, hash, detail, address, created_at, expires_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """
        ).bind(new.kind.rawValue).bind(new.user?.rawValue).bind(new.target).bind(blob: new.hash).bind(new.detail)
            .bind(address).bind(now).bind(now.adding(seconds: new.kind.seconds)).run()
    }

    private func past(_ new: NewProof, from address: String?) throws(StoreFailure) -> ProofRate.Past {
        let day = now.adding(seconds: -86_400), hour = now.adding(seconds: -3_600)
        let toTarget = try database.prepare(
            """
            SELECT created_at FROM proofs WHERE kind = ? AND target = ? AND created_at > ?
            ORDER BY created_at DESC LIMIT 1000
            """
        ).bind(new.kind.rawValue).bind(new.target).bind(day).all { row throws(StoreFailure) in row.time(0) }
        let fromAddress = try database.prepare(
            "SELECT count(*) FROM proofs WHERE address = ? AND created_at > ? AND kind = ?"
        ).bind(address).bind(hour).bind(new.kind.rawValue).first { row throws(StoreFailure) in row.integer(0) }
        let inDay = try database.prepare("SELECT count(*) FROM proofs WHERE kind = ? AND created_at > ?")
            .bind(new.kind.rawValue).bind(day).first { row throws(StoreFailure) in row.integer(0) }
        return ProofRate.Past(
            toTarget: toTarget, fromAddressInHour: Int(fromAddress ?? 0), inDay: Int(inDay ?? 0))
    }

    // MARK: Spending

    /// A row that stands.
    struct Standing {
        var id: Int64
        var user: UserID?
        var target: String
        var detail: String?
        var hash: [UInt8]
    }

    /// The proof of a token's hash.
    func standing(_ kind: ProofKind, token hash: [UInt8]) throws(StoreFailure) -> Standing? {
        try Self.standing(kind, token: hash, in: database, at: now)
    }

    static func standing(
        _ kind: ProofKind, token hash: [UInt8], in database: Database, at now: Timestamp
    ) throws(StoreFailure) -> Standing? {
        try database.prepare("\(select) hash = ? AND kind = ? AND used_at IS NULL AND expires_at > ? AND attempts < ?")
            .bind(blob: hash).bind(kind.rawValue).bind(now).bind(ProofKind.attemptsMax).first(read)
    }

    /// The newest proof that was sent somewhere.
    func standing(_ kind: ProofKind, target: String) throws(StoreFailure) -> Standing? {
        try database.prepare(
            """
            \(Self.select) kind = ? AND target = ? AND used_at IS NULL AND expires_at > ? AND attempts < ?
            ORDER BY id DESC LIMIT 1
            """
        ).bind(kind.rawValue).bind(target).bind(now).bind(ProofKind.attemptsMax).first(Self.read)
    }

    private static let select = "SELECT id, user, target, detail, hash FROM proofs WHERE"

    private static func read(_ row: Statement) throws(StoreFailure) -> Standing {
        Standing(
            id: row.integer(0), user: row.integerOrNull(1).flatMap { UserID(rawValue: $0) }, target: row.string(2),
            detail: row.stringOrNull(3), hash: row.bytes(4))
    }

    func spend(_ proof: Standing) throws(StoreFailure) {
        try database.prepare("UPDATE proofs SET used_at = ? WHERE id = ?").bind(now).bind(proof.id).run()
    }

    func countAttempt(_ proof: Standing) throws(StoreFailure) {
        try database.prepare("UPDATE proofs SET attempts = attempts + 1 WHERE id = ?").bind(proof.id).run()
    }

    /// Links and tokens of a user that die because what they were for has happened.
    func spendAll(_ kind: ProofKind, of user: UserID) throws(StoreFailure) {
        try database.prepare("UPDATE proofs SET used_at = ? WHERE user = ? AND kind = ? AND used_at IS NULL")
            .bind(now).bind(user).bind(kind.rawValue).run()
    }

    /// Marks a hash as used; false when it was before.
    func useOnce(_ kind: ProofKind, _ hash: [UInt8]) throws(StoreFailure) -> Bool {
        let isKnown = try database.prepare("SELECT 1 FROM proofs WHERE hash = ? AND kind = ?").bind(blob: hash)
            .bind(kind.rawValue).first { _ throws(StoreFailure) in true }
        guard isKnown == nil else { return false }
        try insert(NewProof(kind, user: nil, target: "", hash: hash), from: nil)
        return true
    }
}
