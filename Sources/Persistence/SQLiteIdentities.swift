internal import Auth
internal import Base
internal import Channels

/// Which users other servers' users are, on disk. The key is issuer and subject; an address links nothing unless both
/// sides have verified it.
struct SQLiteIdentities: Identities {
    let committer: Committer

    func signIn(
        _ identity: ProvenIdentity, newcomer: NewAccount?, by cause: Cause
    ) async throws(AccountFailure) -> IdentityOutcome {
        try await committer.change { transaction throws(StoreFailure) in
            let addresses = AddressWriter(transaction)
            let user =
                try transaction.database.prepare("SELECT user FROM identities WHERE issuer = ? AND subject = ?")
                .bind(identity.issuer).bind(identity.subject)
                .first { row throws(StoreFailure) in UserID(rawValue: row.integer(0)) } ?? nil
            if let user, let account = try addresses.account(user)?.account { return .known(account) }

            let verified = identity.isEmailVerified ? identity.email : nil
            let owner =
                try verified.map { email throws(StoreFailure) in
                    try addresses.account(having: email.folded, .email)
                } ?? nil
            if let owner, owner.isEmailVerified {
                try Self.link(identity, to: owner.id, in: transaction, by: cause)
                return .linked(owner)
            }
            guard var new = newcomer else { return .nobody }
            // An address that somebody else has, or that is not verified, is not taken over.
            new.email = owner == nil ? verified : nil
            new.displayName = identity.displayName
            guard case .success(let made) = try transaction.makeAccount(new, by: cause) else { return .nobody }
            if let email = new.email { try transaction.verify(email.folded, .email, of: made.id, by: cause) }
            try Self.link(identity, to: made.id, in: transaction, by: cause)
            return .new(try addresses.account(made.id)?.account ?? made)
        }
    }

    private static func link(
        _ identity: ProvenIdentity, to user: UserID, in transaction: Transaction, by cause: Cause
    ) throws(StoreFailure) {
        try transaction.database.prepare(
            "INSERT INTO identities (issuer, subject, user, created_at) VALUES (?, ?, ?, ?)"
        )
        .bind(identity.issuer).bind(identity.subject).bind(user).bind(transaction.now).run()
        try transaction.record(
            .identityLinked, by: cause, target: AuditEntry.target(user), detail: identity.issuer)
    }
}
