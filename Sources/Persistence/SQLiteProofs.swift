internal import Auth
internal import Base
internal import Channels
internal import Reactor

/// One-time proofs on disk: looked at by the readers, kept and spent by the committer.
struct SQLiteProofs: Proofs {
    let readers: WorkPool<Reader>
    let committer: Committer
    let time: TimeSource

    func ask(_ new: NewProof, rate: ProofRate?, by cause: Cause) async throws(AccountFailure) -> Asked {
        try await committer.change { transaction throws(StoreFailure) in
            let asked = try ProofWriter(transaction).ask(new, rate: rate, from: cause.address)
            if new.kind == .passwordReset, asked == .kept, let user = new.user {
                try transaction.record(.passwordResetAsked, by: cause, target: AuditEntry.target(user))
            }
            return asked
        }
    }

    func find(_ kind: ProofKind, token hash: [UInt8]) async throws(AccountFailure) -> Proof? {
        let now = time.now()
        return try await readers.look { accounts throws(StoreFailure) in
            try ProofWriter.standing(kind, token: hash, in: accounts.database, at: now)?.proof
        }
    }

    func redeem(_ kind: ProofKind, token hash: [UInt8]) async throws(AccountFailure) -> Proof? {
        try await committer.change { transaction throws(StoreFailure) in
            let writer = ProofWriter(transaction)
            guard let standing = try writer.standing(kind, token: hash), let proof = standing.proof else { return nil }
            try writer.spend(standing)
            return proof
        }
    }

    func useOnce(_ kind: ProofKind, token hash: [UInt8]) async throws(AccountFailure) -> Bool {
        try await committer.change { transaction throws(StoreFailure) in
            try ProofWriter(transaction).useOnce(kind, hash)
        }
    }

    func verifyEmail(token hash: [UInt8], by cause: Cause) async throws(AccountFailure) -> UserID? {
        try await committer.change { transaction throws(StoreFailure) in
            let proofs = ProofWriter(transaction), addresses = AddressWriter(transaction)
            guard let standing = try proofs.standing(.emailVerification, token: hash), let user = standing.user,
                try addresses.account(having: standing.target, .email)?.id == user
            else { return nil }
            try proofs.spend(standing)
            try transaction.verify(standing.target, .email, of: user, by: cause)
            return user
        }
    }

    func redeemPhoneCode(
        _ hash: [UInt8], phone: PhoneNumber, bearer: UserID?, newcomer: NewAccount?, by cause: Cause
    ) async throws(AccountFailure) -> PhoneOutcome {
        try await committer.change { transaction throws(StoreFailure) in
            let proofs = ProofWriter(transaction), addresses = AddressWriter(transaction)
            guard let standing = try proofs.standing(.phoneCode, target: phone.folded) else { return .wrong }
            guard Secret(standing.hash).matches(hash) else {
                try proofs.countAttempt(standing)
                try transaction.record(.loginFailed, by: cause, detail: "phone code")
                return .wrong
            }
            try proofs.spend(standing)
            var known = try addresses.account(having: phone.folded, .phone)
            if let claimed = known, !claimed.isPhoneVerified, claimed.id != bearer {
                // Whoever wrote the number into an account has never shown that it is theirs.
                if claimed.isEmailVerified {
                    guard newcomer != nil else { return .nobody }
                    try addresses.release(phone.folded, from: claimed.id, by: cause)
                    known = nil
                } else {
                    try Self.handOver(claimed.id, in: &transaction, by: cause)
                }
            }
            if known == nil, let newcomer {
                guard case .success = try transaction.makeAccount(newcomer, by: cause) else { return .nobody }
            }
            guard let user = try addresses.account(having: phone.folded, .phone)?.id else { return .nobody }
            try transaction.verify(phone.folded, .phone, of: user, by: cause)
            guard let account = try addresses.account(user)?.account else { return .nobody }
            return known == nil ? .new(account) : .known(account)
        }
    }

    func resetPassword(
        token hash: [UInt8], to password: PasswordHash, by cause: Cause
    ) async throws(AccountFailure) -> Account? {
        try await committer.change { transaction throws(StoreFailure) in
            let proofs = ProofWriter(transaction), addresses = AddressWriter(transaction)
            guard let standing = try proofs.standing(.passwordReset, token: hash), let user = standing.user,
                try addresses.account(having: standing.target, .email)?.id == user
            else { return nil }
            try proofs.spend(standing)
            try transaction.verify(standing.target, .email, of: user, by: cause)
            try transaction.setPassword(password, of: user, keeping: nil, by: cause)
            return try addresses.account(user)?.account
        }
    }

    func setPassword(
        of user: UserID, from old: PasswordHash?, to password: PasswordHash, keeping login: LoginID, by cause: Cause
    ) async throws(AccountFailure) {
        let isSet = try await committer.change { transaction throws(StoreFailure) in
            guard let stored = try AddressWriter(transaction).account(user),
                stored.passwordHash?.text == old?.text
            else { return false }
            try transaction.setPassword(password, of: user, keeping: login, by: cause)
            return true
        }
        guard isSet else { throw .notFound }
    }

    /// An account of which nothing was ever verified goes to who has shown the first thing of it: whatever else opened
    /// it may be somebody else's.
    private static func handOver(
        _ user: UserID, in transaction: inout Transaction, by cause: Cause
    ) throws(StoreFailure) {
        let database = transaction.database
        try database.prepare(
            """
            UPDATE users SET password_hash = NULL, email = NULL, email_folded = NULL, updated_at = ? WHERE id = ?
            """
        ).bind(transaction.now).bind(user).run()
        for table in ["totp", "recovery_codes", "identities"] {
            try database.prepare("DELETE FROM \(table) WHERE user = ?").bind(user).run()
        }
        for kind in ProofKind.allCases { try ProofWriter(transaction).spendAll(kind, of: user) }
        try transaction.endLogins(of: user, .revoked)
        try transaction.record(
            .userUpdated, by: cause, target: AuditEntry.target(user), detail: "to the first who verified an address")
    }

    func stored(_ user: UserID) async throws(AccountFailure) -> StoredAccount? {
        try await readers.look { accounts throws(StoreFailure) in try accounts.stored(user) }
    }
}

extension ProofWriter.Standing {
    /// `nil` for one that was kept for nobody.
    var proof: Proof? { user.map { Proof(user: $0, target: target, detail: detail) } }
}
