internal import Auth
internal import Base
internal import Channels

/// Whom the users of other systems are here, on disk.
struct SQLiteForeignUsers: ForeignUsers {
    let committer: Committer

    func account(
        of identity: Identity, orMaking new: NewAccount, by cause: Cause
    ) async throws(AccountFailure) -> Account {
        try await committer.change { transaction throws(StoreFailure) -> Result<Account, AccountFailure> in
            try transaction.account(of: identity, orMaking: new, by: cause)
        }.get()
    }

    func admit(
        _ identity: Identity, orMaking new: NewAccount, by login: ForeignLogin, at now: Timestamp
    ) async throws(AccountFailure) -> ForeignAdmission {
        try await committer.change { transaction throws(StoreFailure) -> Result<ForeignAdmission, AccountFailure> in
            var result = try transaction.account(of: identity, orMaking: new, by: .server)
            if case .failure(.taken) = result {
                var nameless = new
                nameless.username = nil
                result = try transaction.account(of: identity, orMaking: nameless, by: .server)
            }
            switch result {
            case .failure(let failure): return .failure(failure)
            case .success(let account):
                guard account.isActive else { return .success(.blocked) }
                let isAdmitted = try transaction.changeLogins { logins throws(StoreFailure) in
                    try logins.admit(login, of: account.id, at: now)
                }
                return .success(isAdmitted ? .admitted(account) : .ended)
            }
        }.get()
    }
}

extension Transaction {
    /// Whom an identity is; a new user where it is nobody yet.
    fileprivate mutating func account(
        of identity: Identity, orMaking new: NewAccount, by cause: Cause
    ) throws(StoreFailure) -> Result<Account, AccountFailure> {
        if let known = try account(of: identity) { return .success(known) }
        let result = try makeAccount(new, by: cause)
        if case .success(let account) = result {
            try database.prepare("INSERT INTO identities VALUES (?, ?, ?, ?)").bind(identity.issuer)
                .bind(identity.subject).bind(account.id).bind(now).run()
            try record(
                .identityLinked, by: cause, target: AuditEntry.target(account.id), detail: identity.issuer)
        }
        return result
    }

    private func account(of identity: Identity) throws(StoreFailure) -> Account? {
        let user = try database.prepare("SELECT user FROM identities WHERE issuer = ? AND subject = ?")
            .bind(identity.issuer).bind(identity.subject).first { row throws(StoreFailure) in row.integer(0) }
        guard let user else { return nil }
        return try AccountRow.select("id", in: database).bind(user).first { row throws(StoreFailure) in
            try AccountRow.read(row).account
        }
    }
}
