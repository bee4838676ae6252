internal import Auth
internal import Base
internal import Channels
internal import Reactor

/// Second factors on disk.
struct SQLiteSecondFactors: SecondFactors {
    let readers: WorkPool<Reader>
    let committer: Committer

    func factor(of user: UserID) async throws(AccountFailure) -> SecondFactor? {
        try await readers.look { accounts throws(StoreFailure) in
            try FactorWriter.factor(of: user, in: accounts.database)
        }
    }

    func begin(_ user: UserID, salt: [UInt8]) async throws(AccountFailure) -> Bool {
        try await committer.change { transaction throws(StoreFailure) in
            guard try FactorWriter.factor(of: user, in: transaction.database)?.isActive != true else { return false }
            // Wrong codes go on counting: beginning anew must bring no new tries.
            try transaction.database.prepare(
                """
                INSERT INTO totp (user, salt) VALUES (?, ?)
                ON CONFLICT (user) DO UPDATE SET salt = excluded.salt, spent_step = 0
                """
            ).bind(user).bind(blob: salt).run()
            return true
        }
    }

    func confirm(
        _ user: UserID, shown: ShownFactor, recovery: [[UInt8]], by cause: Cause
    ) async throws(AccountFailure) -> FactorOutcome {
        try await committer.change { transaction throws(StoreFailure) in
            let factors = FactorWriter(transaction), database = transaction.database
            guard let factor = try FactorWriter.factor(of: user, in: database), !factor.isActive else { return .none }
            let outcome = try factors.judge(shown, of: user)
            guard outcome == .passed else { return outcome }
            try database.prepare("UPDATE totp SET is_active = 1 WHERE user = ?").bind(user).run()
            try database.prepare("DELETE FROM recovery_codes WHERE user = ?").bind(user).run()
            for hash in recovery {
                try database.prepare("INSERT INTO recovery_codes VALUES (?, ?, NULL)").bind(user).bind(blob: hash).run()
            }
            try transaction.record(.totpEnabled, by: cause, target: AuditEntry.target(user))
            return .passed
        }
    }

    func remove(_ user: UserID, shown: ShownFactor, by cause: Cause) async throws(AccountFailure) -> FactorOutcome {
        try await committer.change { transaction throws(StoreFailure) in
            let factors = FactorWriter(transaction), database = transaction.database
            guard let factor = try FactorWriter.factor(of: user, in: database) else { return .none }
            // One that was only begun protects nothing.
            let outcome: FactorOutcome =
                shown == .password || !factor.isActive ? .passed : try factors.judge(shown, of: user)
            guard outcome == .passed else {
                try transaction.record(.totpFailed, by: cause, target: AuditEntry.target(user))
                return outcome
            }
            try database.prepare("DELETE FROM totp WHERE user = ?").bind(user).run()
            try database.prepare("DELETE FROM recovery_codes WHERE user = ?").bind(user).run()
            if factor.isActive { try transaction.record(.totpDisabled, by: cause, target: AuditEntry.target(user)) }
            return .passed
        }
    }

    func redeem(
        token hash: [UInt8], shown: ShownFactor, by cause: Cause
    ) async throws(AccountFailure) -> FactorOutcome {
        try await committer.change { transaction throws(StoreFailure) in
            let proofs = ProofWriter(transaction)
            guard let standing = try proofs.standing(.secondFactor, token: hash), let user = standing.user,
                try FactorWriter.factor(of: user, in: transaction.database)?.isActive == true, shown != .password
            else { return .none }
            let outcome = try FactorWriter(transaction).judge(shown, of: user)
            if outcome == .passed {
                try proofs.spend(standing)
            } else {
                try proofs.countAttempt(standing)
                try transaction.record(.totpFailed, by: cause, target: AuditEntry.target(user))
            }
            return outcome
        }
    }

    func confirm(
        login: LoginID, of user: UserID, shown: ShownFactor, by cause: Cause
    ) async throws(AccountFailure) -> FactorOutcome {
        try await committer.change { transaction throws(StoreFailure) in
            let isActive = try FactorWriter.factor(of: user, in: transaction.database)?.isActive == true
            let outcome: FactorOutcome
            if isActive {
                outcome = try FactorWriter(transaction).judge(shown, of: user)
            } else {
                outcome = shown == .password ? .passed : .wrong
            }
            guard outcome == .passed else {
                try transaction.record(.totpFailed, by: cause, target: AuditEntry.target(user))
                return outcome
            }
            let stands = try transaction.changeLogins { logins throws(StoreFailure) in
                try logins.confirm(login, of: user)
            }
            guard stands else { return .none }
            try transaction.record(.loginConfirmed, by: cause, target: "login:\(login)")
            return .passed
        }
    }
}

/// Judges second factors inside one transaction.
struct FactorWriter {
    private let database: Database
    private let now: Timestamp

    init(_ transaction: Transaction) {
        database = transaction.database
        now = transaction.now
    }

    static func factor(of user: UserID, in database: Database) throws(StoreFailure) -> SecondFactor? {
        try database.prepare("SELECT salt, is_active, spent_step FROM totp WHERE user = ?").bind(user)
            .first { row throws(StoreFailure) in
                SecondFactor(salt: row.bytes(0), isActive: row.integer(1) != 0, spentStep: row.integer(2))
            }
    }

    /// Spends what was shown if it is good, and counts it if not.
    func judge(_ shown: ShownFactor, of user: UserID) throws(StoreFailure) -> FactorOutcome {
        let counted = try database.prepare("SELECT failures, failures_since FROM totp WHERE user = ?").bind(user)
            .first { row throws(StoreFailure) in (count: row.integer(0), since: row.time(1)) }
        guard let counted else { return .none }
        let ends = counted.since.adding(seconds: TOTP.failureWindowSeconds)
        let isWindowOpen = now < ends
        if isWindowOpen, counted.count >= Int64(TOTP.failuresMax) { return .locked(max(1, ends.seconds - now.seconds)) }
        if try spend(shown, of: user) { return .passed }
        try database.prepare("UPDATE totp SET failures = ?, failures_since = ? WHERE user = ?")
            .bind(isWindowOpen ? counted.count + 1 : 1).bind(isWindowOpen ? counted.since : now).bind(user).run()
        return .wrong
    }

    private func spend(_ shown: ShownFactor, of user: UserID) throws(StoreFailure) -> Bool {
        switch shown {
        case .step(let step):
            try database.prepare("UPDATE totp SET spent_step = ? WHERE user = ? AND spent_step < ?").bind(step)
                .bind(user).bind(step).run()
        case .recovery(let hash):
            try database.prepare(
                "UPDATE recovery_codes SET used_at = ? WHERE user = ? AND hash = ? AND used_at IS NULL"
            )
            .bind(now).bind(user).bind(blob: hash).run()
        case .password, .wrong: return false
        }
        return database.changes == 1
    }
}
