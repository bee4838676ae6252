internal import Auth
internal import Base
internal import Channels

/// Opens, prolongs and ends logins inside one transaction.
struct LoginWriter {
    private let database: Database
    private let now: Timestamp
    /// What the event loops must hear of after the commit.
    private(set) var announcements: [Announcement] = []
    /// What is then told to the sockets of logins that go on.
    private(set) var commands: [Proposal] = []

    /// To be had from `Transaction.changeLogins`, which passes on what is to be told.
    init(_ transaction: Transaction) throws(StoreFailure) {
        database = transaction.database
        now = transaction.now
    }

    /// Opens no login for one who was suspended or erased since the password was looked at.
    mutating func open(_ login: NewLogin, from address: String? = nil) throws(StoreFailure) -> Result<
        Void, AccountFailure
    > {
        try database.prepare("UPDATE users SET last_seen_at = ? WHERE id = ? AND is_active = 1").bind(login.createdAt)
            .bind(login.user).run()
        guard database.changes == 1 else { return .failure(.notFound) }
        try database.prepare(
            """
            INSERT INTO logins (id, user, device, is_remembered, created_at, expires_at, absolute_expiry, address,
            user_agent, last_seen_at, proven_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        ).bind(blob: login.id.bytes).bind(login.user).bind(login.device).bind(login.isRemembered)
            .bind(login.createdAt).bind(login.expiresAt).bind(login.absoluteExpiry).bind(address)
            .bind(login.userAgent).bind(login.createdAt).bind(login.createdAt).run()
        try insertRefresh(login.refreshHash, of: login.id, at: login.createdAt)
        return .success(())
    }

    /// Spends a refresh token. One that was spent before has been stolen, or its thief's has: the login ends.
    mutating func rotate(
        refresh hash: [UInt8], to successor: [UInt8], at now: Timestamp, from address: String?
    ) throws(StoreFailure) -> Rotation {
        let found = try database.prepare(
            """
            SELECT l.id, t.spent_at, l.ended_at, l.expires_at, l.absolute_expiry, l.is_remembered, l.user
            FROM refresh_tokens t JOIN logins l ON l.id = t.login WHERE t.hash = ?
            """
        ).bind(blob: hash).first { row throws(StoreFailure) in
            (
                login: LoginID(bytes: row.bytes(0)), isSpent: !row.isNull(1), isEnded: !row.isNull(2),
                expiresAt: row.time(3), absoluteExpiry: row.time(4), isRemembered: row.integer(5) != 0,
                user: row.integer(6)
            )
        }
        guard let found, let login = found.login, !found.isEnded else { return .unknown }
        if found.isSpent {
            try end(login, at: now)
            return .reused
        }
        guard now < found.expiresAt else { return .expired }
        let account = try AccountRow.select("id", in: database).bind(found.user).first { row throws(StoreFailure) in
            try AccountRow.read(row).account
        }
        guard let account, account.isActive else { return .unknown }
        let seconds = found.isRemembered ? TokenLifetimes.rememberedSeconds : TokenLifetimes.refreshSeconds
        let expiresAt = min(now.adding(seconds: seconds), found.absoluteExpiry)
        try database.prepare("UPDATE refresh_tokens SET spent_at = ? WHERE hash = ?").bind(now).bind(blob: hash).run()
        try insertRefresh(successor, of: login, at: now)
        try database.prepare(
            "UPDATE logins SET expires_at = ?, last_seen_at = ?, address = coalesce(?, address) WHERE id = ?"
        ).bind(expiresAt).bind(now).bind(address).bind(blob: login.bytes).run()
        return .rotated(login: login, account: account, expiresAt: expiresAt)
    }

    func login(ofRefresh hash: [UInt8]) throws(StoreFailure) -> LoginID? {
        try database.prepare("SELECT login FROM refresh_tokens WHERE hash = ?").bind(blob: hash)
            .first { row throws(StoreFailure) in LoginID(bytes: row.bytes(0)) } ?? nil
    }

    /// Notes that its user has shown who they are; false for a login that stands no more.
    func confirm(_ login: LoginID, of user: UserID) throws(StoreFailure) -> Bool {
        try database.prepare("UPDATE logins SET proven_at = ? WHERE id = ? AND user = ? AND ended_at IS NULL").bind(now)
            .bind(blob: login.bytes).bind(user).run()
        return database.changes == 1
    }

    mutating func end(_ login: LoginID, at now: Timestamp) throws(StoreFailure) {
        let user = try database.prepare(
            "UPDATE logins SET ended_at = ? WHERE id = ? AND ended_at IS NULL RETURNING user"
        ).bind(now).bind(blob: login.bytes).first { row throws(StoreFailure) in UserID(rawValue: row.integer(0)) }
        announcements.append(.loginEnded(login, .revoked))
        guard let user = user ?? nil else { return }
        let hasOthers = try database.prepare("SELECT 1 FROM logins WHERE user = ? AND ended_at IS NULL LIMIT 1")
            .bind(user).first { _ throws(StoreFailure) in true }
        if hasOthers == true { tellOthers(of: user, login) }
    }

    /// Whose other logins go on are told of one that does not (`session.revoked`).
    private mutating func tellOthers(of user: UserID, _ login: LoginID) {
        let data = JSONWriter.object { json in json.member("id", login.description) }
        commands.append(Proposal(user: user, command: .tellUser(TellUser(.sessionRevoked, data: data))))
    }

    /// Logins of which is told when many end at once: as many as are listed.
    private static let toldMax = 200

    /// Ends every login of a user that stands, but for one perhaps, and says how many. Those whose last token is long
    /// dead are told to nobody: no socket can be theirs. A user who is blocked has no API keys left either.
    @discardableResult
    mutating func endAll(
        of user: UserID, _ why: LoginEnd = .revoked, except kept: LoginID? = nil, at now: Timestamp
    ) throws(StoreFailure) -> Int {
        let all = try database.prepare("SELECT id, expires_at FROM logins WHERE user = ? AND ended_at IS NULL")
            .bind(user).all { row throws(StoreFailure) in (id: LoginID(bytes: row.bytes(0)), expiresAt: row.time(1)) }
        let standing = all.filter { $0.id != kept }
        try database.prepare("UPDATE logins SET ended_at = ? WHERE user = ? AND ended_at IS NULL AND id IS NOT ?")
            .bind(now).bind(user).bind(blob: kept?.bytes ?? []).run()
        for case (let login?, let expiresAt) in standing
        where now < expiresAt.adding(seconds: KeyRing.restSeconds) {
            announcements.append(.loginEnded(login, why))
            if kept != nil, why == .revoked, commands.count < Self.toldMax { tellOthers(of: user, login) }
        }
        if why == .blocked { try endKeys(of: user, at: now) }
        return standing.count
    }

    private mutating func endKeys(of user: UserID, at now: Timestamp) throws(StoreFailure) {
        let keys = try database.prepare("SELECT login FROM api_keys WHERE user = ? AND revoked_at IS NULL").bind(user)
            .all { row throws(StoreFailure) in LoginID(bytes: row.bytes(0)) }
        try database.prepare("UPDATE api_keys SET revoked_at = ? WHERE user = ? AND revoked_at IS NULL").bind(now)
            .bind(user).run()
        for case let login? in keys { announcements.append(.loginEnded(login, .blocked)) }
    }

    /// The login of a trusted token: opened when it is seen first; false when it has been ended.
    mutating func admit(_ login: ForeignLogin, of user: UserID, at now: Timestamp) throws(StoreFailure) -> Bool {
        let known = try database.prepare("SELECT user, ended_at FROM logins WHERE id = ?").bind(blob: login.id.bytes)
            .first { row throws(StoreFailure) in (user: row.integer(0), isEnded: !row.isNull(1)) }
        if let known { return known.user == user.rawValue && !known.isEnded }
        try database.prepare(
            """
            INSERT INTO logins (id, user, device, is_remembered, created_at, expires_at, absolute_expiry, last_seen_at,
            proven_at) VALUES (?, ?, ?, 0, ?, ?, ?, ?, ?)
            """
        ).bind(blob: login.id.bytes).bind(user).bind(login.device).bind(now).bind(login.expiresAt)
            .bind(login.expiresAt).bind(now).bind(min(login.provenAt, now)).run()
        try database.prepare("UPDATE users SET last_seen_at = ? WHERE id = ?").bind(now).bind(user).run()
        return true
    }

    private func insertRefresh(_ hash: [UInt8], of login: LoginID, at now: Timestamp) throws(StoreFailure) {
        try database.prepare("INSERT INTO refresh_tokens VALUES (?, ?, ?, NULL)").bind(blob: hash)
            .bind(blob: login.bytes).bind(now).run()
    }
}
