internal import Auth
internal import Base
internal import Channels
internal import Reactor

/// Accounts and logins on disk: found by the readers, changed by the committer.
struct SQLiteAccounts: Accounts {
    let readers: WorkPool<Reader>
    let committer: Committer

    // MARK: Finding

    func find(login: LoginName) async throws(AccountFailure) -> StoredAccount? {
        try await readers.look { accounts throws(StoreFailure) in try accounts.find(login) }
    }

    func find(user: UserID) async throws(AccountFailure) -> Account? {
        try await readers.look { accounts throws(StoreFailure) in try accounts.find(user) }
    }

    func lastSeen(of users: [UserID]) async throws(AccountFailure) -> [UserID: Timestamp] {
        try await readers.look { accounts throws(StoreFailure) in try accounts.lastSeen(of: users) }
    }

    func provenAt(_ login: LoginID) async throws(AccountFailure) -> Timestamp? {
        try await readers.look { accounts throws(StoreFailure) in
            try accounts.database.prepare("SELECT proven_at FROM logins WHERE id = ? AND ended_at IS NULL")
                .bind(blob: login.bytes).first { row throws(StoreFailure) in row.time(0) }
        }
    }

    // MARK: Changing

    func create(_ new: NewAccount, by cause: Cause) async throws(AccountFailure) -> Account {
        try await committer.change { transaction throws(StoreFailure) in
            try transaction.makeAccount(new, by: cause)
        }.get()
    }

    func importAccounts(_ batch: [ImportedAccount], at now: Timestamp) async throws(AccountFailure) -> [ImportOutcome] {
        try await committer.change { transaction throws(StoreFailure) in
            var writer = try AccountWriter(transaction)
            var outcomes: [ImportOutcome] = []
            for row in batch {
                let outcome = try writer.importAccount(row, at: now)
                outcomes.append(outcome)
                if case .created(let user) = outcome {
                    let card = AccountCard(
                        id: user, uuid: row.uuid, username: row.username?.text, role: row.role)
                    try transaction.emit(.registered(card))
                    for address in [row.email?.folded, row.phone?.folded].compactMap(\.self) {
                        try transaction.noteJoining(user, address)
                    }
                }
            }
            return outcomes
        }
    }

    func replaceHash(of user: UserID, with hash: PasswordHash) async throws(AccountFailure) {
        let isFound = try await committer.change { transaction throws(StoreFailure) in
            try transaction.database.prepare("UPDATE users SET password_hash = ?, updated_at = ? WHERE id = ?")
                .bind(hash.text).bind(transaction.now).bind(user).run()
            return transaction.database.changes == 1
        }
        guard isFound else { throw .notFound }
    }

    /// Rows of one transaction: a few milliseconds, for which messages wait.
    private static let touchedMax = 1_024

    func touch(_ seen: LastSeen) async throws(AccountFailure) {
        try await inParts(of: Array(seen.users)) { users, database throws(StoreFailure) in
            let update = try database.prepare(
                "UPDATE users SET last_seen_at = max(coalesce(last_seen_at, 0), ?) WHERE id = ?")
            for (user, time) in users { try update.bind(time).bind(user).run() }
        }
        try await inParts(of: Array(seen.logins)) { logins, database throws(StoreFailure) in
            let update = try database.prepare(
                """
                UPDATE logins SET last_seen_at = ?1
                WHERE id = ?2 AND ended_at IS NULL AND coalesce(last_seen_at, 0) <= ?1 - ?3
                """)
            for (login, time) in logins {
                try update.bind(time).bind(blob: login.bytes).bind(LastSeen.loginPauseMilliseconds).run()
            }
        }
    }

    /// A transaction for every `touchedMax` rows.
    private func inParts<Row: Sendable>(
        of rows: [Row], _ write: @escaping @Sendable (ArraySlice<Row>, Database) throws(StoreFailure) -> Void
    ) async throws(AccountFailure) {
        var rest = rows[...]
        while !rest.isEmpty {
            let part = rest.prefix(Self.touchedMax)
            rest = rest.dropFirst(part.count)
            try await committer.change { transaction throws(StoreFailure) in try write(part, transaction.database) }
        }
    }

    func openLogin(_ login: NewLogin, by cause: Cause) async throws(AccountFailure) {
        try await committer.change { transaction throws(StoreFailure) in
            let result = try transaction.changeLogins { logins throws(StoreFailure) in
                try logins.open(login, from: cause.address)
            }
            if case .success = result {
                try transaction.record(.loginSucceeded, by: cause, target: AuditEntry.target(login.user))
            }
            return result
        }.get()
    }

    func rotate(
        refresh hash: [UInt8], to successor: [UInt8], at now: Timestamp, by cause: Cause
    ) async throws(AccountFailure) -> Rotation {
        try await committer.change { transaction throws(StoreFailure) in
            let rotation = try transaction.changeLogins { logins throws(StoreFailure) in
                try logins.rotate(refresh: hash, to: successor, at: now, from: cause.address)
            }
            if rotation == .reused { try transaction.record(.refreshReused, by: cause) }
            return rotation
        }
    }

    func revoke(login: LoginID, at now: Timestamp, by cause: Cause) async throws(AccountFailure) {
        try await committer.change { transaction throws(StoreFailure) in
            try transaction.changeLogins { logins throws(StoreFailure) in try logins.end(login, at: now) }
            try transaction.record(.loginEnded, by: cause, target: "login:\(login)")
        }
    }

    func revoke(
        refresh hash: [UInt8], at now: Timestamp, by cause: Cause
    ) async throws(AccountFailure) -> LoginID? {
        try await committer.change { transaction throws(StoreFailure) in
            let ended = try transaction.changeLogins { logins throws(StoreFailure) -> LoginID? in
                guard let login = try logins.login(ofRefresh: hash) else { return nil }
                try logins.end(login, at: now)
                return login
            }
            guard let login = ended else { return nil }
            try transaction.record(.loginEnded, by: cause, target: "login:\(login)")
            return login
        }
    }

    func revokeAll(of user: UserID, at now: Timestamp, by cause: Cause) async throws(AccountFailure) -> Int {
        try await committer.change { transaction throws(StoreFailure) in
            let count = try transaction.changeLogins { logins throws(StoreFailure) in
                try logins.endAll(of: user, at: now)
            }
            try transaction.record(.allLoginsEnded, by: cause, target: AuditEntry.target(user), detail: "\(count)")
            return count
        }
    }

    func note(
        _ action: AuditEntry.Action, by cause: Cause, target: String?, detail: String?
    ) async throws(AccountFailure) {
        try await committer.change { transaction throws(StoreFailure) in
            try transaction.record(action, by: cause, target: target, detail: detail)
        }
    }
}
