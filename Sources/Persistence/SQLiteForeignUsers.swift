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
            try IdentityWriter(transaction).account(of: identity, orMaking: new, by: cause)
        }.get()
    }

    func admit(
        _ identity: Identity, orMaking new: NewAccount, by login: ForeignLogin, at now: Timestamp
    ) async throws(AccountFailure) -> ForeignAdmission {
        try await committer.change { transaction throws(StoreFailure) -> Result<ForeignAdmission, AccountFailure> in
            let writer = IdentityWriter(transaction)
            var result = try writer.account(of: identity, orMaking: new, by: .server)
            if case .failure(.taken) = result {
                var nameless = new
                nameless.username = nil
                result = try writer.account(of: identity, orMaking: nameless, by: .server)
            }
            switch result {
            case .failure(let failure): return .failure(failure)
            case .success(let account):
                guard account.isActive else { return .success(.blocked) }
                var logins = try LoginWriter(transaction)
                return .success(try logins.admit(login, of: account.id, at: now) ? .admitted(account) : .ended)
            }
        }.get()
    }
}

/// Finds and links identities inside one transaction.
struct IdentityWriter {
    private let transaction: Transaction

    init(_ transaction: Transaction) { self.transaction = transaction }

    func account(
        of identity: Identity, orMaking new: NewAccount, by cause: Cause
    ) throws(StoreFailure) -> Result<Account, AccountFailure> {
        if let known = try account(of: identity) { return .success(known) }
        var accounts = try AccountWriter(transaction)
        let result = try accounts.create(new)
        if case .success(let account) = result {
            try transaction.record(.userCreated, by: cause, target: AuditEntry.target(account.id))
            try link(identity, to: account.id, by: cause)
        }
        return result
    }

    func account(of identity: Identity) throws(StoreFailure) -> Account? {
        let user = try transaction.database.prepare("SELECT user FROM identities WHERE issuer = ? AND subject = ?")
            .bind(identity.issuer).bind(identity.subject).first { row throws(StoreFailure) in row.integer(0) }
        guard let user else { return nil }
        return try AccountRow.select("id", in: transaction.database).bind(user).first { row throws(StoreFailure) in
            try AccountRow.read(row).account
        }
    }

    /// Says from now on that the identity is this user; whoever links has seen that it is nobody yet.
    func link(_ identity: Identity, to user: UserID, by cause: Cause) throws(StoreFailure) {
        try transaction.database.prepare("INSERT INTO identities VALUES (?, ?, ?, ?)").bind(identity.issuer)
            .bind(identity.subject).bind(user).bind(transaction.now).run()
        try transaction.record(
            .identityLinked, by: cause, target: AuditEntry.target(user), detail: "\(identity.issuer)")
    }
}
