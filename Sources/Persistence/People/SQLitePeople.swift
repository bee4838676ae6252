internal import Auth
internal import Base
internal import Channels
internal import Reactor

/// People on disk: looked through by the readers, changed by the committer.
struct SQLitePeople: People {
    let readers: WorkPool<Reader>
    let committer: Committer

    // MARK: Finding

    func find(_ user: UserID) async throws(PeopleFailure) -> Account? {
        try await read { accounts throws(StoreFailure) in try accounts.find(user) }
    }

    func list(_ search: PeopleSearch) async throws(PeopleFailure) -> (accounts: [Account], hasMore: Bool) {
        let found = try await read { accounts throws(StoreFailure) in try accounts.list(search) }
        return (Array(found.prefix(search.limit)), found.count > search.limit)
    }

    func isEmpty() async throws(PeopleFailure) -> Bool {
        try await read { accounts throws(StoreFailure) in try accounts.isEmpty() }
    }

    func sessions(of user: UserID, limit: Int) async throws(PeopleFailure) -> [LoginRecord] {
        try await read { accounts throws(StoreFailure) in try accounts.sessions(of: user, limit: limit) }
    }

    private func read<Value: Sendable>(
        _ body: @escaping @Sendable (AccountReader) throws(StoreFailure) -> Value
    ) async throws(PeopleFailure) -> Value {
        try await readers.look(or: PeopleFailure.self) { _, accounts throws(StoreFailure) in try body(accounts) }
    }

    // MARK: Making

    func create(
        _ new: NewAccount, profile: Profile, within rank: Rank, by cause: Cause
    ) async throws(PeopleFailure) -> Account {
        try await write { transaction throws(StoreFailure) in
            if let refusal = try transaction.refusal(giving: new.role, within: rank) { return .failure(refusal) }
            return try transaction.create(new, profile: profile, by: cause)
        }
    }

    func setUp(_ new: NewAccount, by cause: Cause) async throws(PeopleFailure) -> Account {
        try await write { transaction throws(StoreFailure) in
            let isThere =
                try transaction.database.prepare("SELECT 1 FROM users WHERE role = ? LIMIT 1")
                .bind(Role.superuser.name).first { _ throws(StoreFailure) in true } ?? false
            if isThere { return .failure(.alreadySetUp) }
            var first = new
            first.role = .superuser
            return try transaction.create(first, profile: Profile(), by: cause)
        }
    }

    // MARK: Changing

    func change(
        _ user: UserID, _ change: AccountChange, within rank: Rank?,
        if isExpected: @escaping @Sendable (Account) -> Bool, by cause: Cause
    ) async throws(PeopleFailure) -> Account {
        try await write { transaction throws(StoreFailure) in
            guard let old = try transaction.account(user) else { return .failure(.noSuchUser) }
            if let refusal = try transaction.refusal(touching: old, within: rank) { return .failure(refusal) }
            guard isExpected(old) else { return .failure(.changedMeanwhile) }
            if let field = try transaction.taken(change, besides: user) { return .failure(.taken(field: field)) }
            var new = old.changed(by: change)
            let hadName = old.username != nil || old.email != nil || old.phone != nil
            guard !hadName || new.username != nil || new.email != nil || new.phone != nil else {
                return .failure(.nameless)
            }
            if case .set(let hash) = change.passwordHash {
                try transaction.setPassword(hash, of: user, keeping: change.keptLogin, by: cause)
            } else if new == old {
                return .success(old)
            }
            try transaction.write(new, instead: old, change)
            new.updatedAt = transaction.now
            let parts = new.names(changedFrom: old)
            if !parts.isEmpty {
                try transaction.record(
                    .userUpdated, by: cause, target: AuditEntry.target(user), detail: parts.joined(separator: " "))
            }
            return .success(new)
        }
    }

    func setRole(
        of user: UserID, to role: Role, within rank: Rank, by cause: Cause
    ) async throws(PeopleFailure) -> Account {
        try await write { transaction throws(StoreFailure) in
            guard var account = try transaction.account(user) else { return .failure(.noSuchUser) }
            if let refusal = try transaction.refusal(touching: account, within: rank) { return .failure(refusal) }
            if let refusal = try transaction.refusal(giving: role, within: rank) { return .failure(refusal) }
            guard account.role != role else { return .success(account) }
            guard try !transaction.isLastSuperuser(account) else { return .failure(.lastSuperuser) }
            try transaction.database.prepare("UPDATE users SET role = ?, updated_at = ? WHERE id = ?").bind(role.name)
                .bind(transaction.now).bind(user).run()
            try transaction.endLogins(of: user, .revoked)
            try transaction.record(
                .userRoleChanged, by: cause, target: AuditEntry.target(user),
                detail: "\(account.role.name) to \(role.name)")
            try transaction.emit(.roleChanged(user, from: account.role, to: role))
            account.role = role
            account.updatedAt = transaction.now
            return .success(account)
        }
    }

    func suspend(
        _ user: UserID, because reason: String?, within rank: Rank, by cause: Cause
    ) async throws(PeopleFailure) -> Account {
        try await write { transaction throws(StoreFailure) in
            guard var account = try transaction.account(user) else { return .failure(.noSuchUser) }
            if let refusal = try transaction.refusal(touching: account, within: rank) { return .failure(refusal) }
            guard account.isActive else { return .success(account) }
            guard try !transaction.isLastSuperuser(account) else { return .failure(.lastSuperuser) }
            try transaction.database.prepare(
                "UPDATE users SET is_active = 0, suspended_at = ?, suspension_reason = ?, updated_at = ? WHERE id = ?"
            ).bind(transaction.now).bind(reason).bind(transaction.now).bind(user).run()
            try transaction.endLogins(of: user, .blocked)
            try transaction.record(
                .userSuspended, by: cause, target: AuditEntry.target(user), detail: reason)
            try transaction.emit(.suspended(user))
            account.isActive = false
            account.suspendedAt = transaction.now
            account.suspensionReason = reason
            account.updatedAt = transaction.now
            return .success(account)
        }
    }

    func restore(_ user: UserID, within rank: Rank, by cause: Cause) async throws(PeopleFailure) -> Account {
        try await write { transaction throws(StoreFailure) in
            guard var account = try transaction.account(user) else { return .failure(.noSuchUser) }
            if let refusal = try transaction.refusal(touching: account, within: rank) { return .failure(refusal) }
            guard !account.isActive else { return .success(account) }
            try transaction.database.prepare(
                """
                UPDATE users SET is_active = 1, suspended_at = NULL, suspension_reason = NULL, updated_at = ?
                WHERE id = ?
                """
            ).bind(transaction.now).bind(user).run()
            try transaction.record(.userRestored, by: cause, target: AuditEntry.target(user))
            account.isActive = true
            account.suspendedAt = nil
            account.suspensionReason = nil
            account.updatedAt = transaction.now
            return .success(account)
        }
    }

    func erase(
        _ user: UserID, isDeletingMessages: Bool, within rank: Rank?, by cause: Cause
    ) async throws(PeopleFailure) {
        try await write { transaction throws(StoreFailure) -> Result<Void, PeopleFailure> in
            guard let account = try transaction.account(user) else { return .failure(.noSuchUser) }
            if let refusal = try transaction.refusal(touching: account, within: rank) { return .failure(refusal) }
            guard try !transaction.isLastSuperuser(account) else { return .failure(.lastSuperuser) }
            try transaction.erase(account, isDeletingMessages: isDeletingMessages)
            try transaction.record(.userDeleted, by: cause, target: AuditEntry.target(user))
            try transaction.emit(.deleted(user))
            return .success(())
        }
    }

    // MARK: Logins

    func end(
        _ login: LoginID, of user: UserID, within rank: Rank?, by cause: Cause
    ) async throws(PeopleFailure) -> Bool {
        try await write { transaction throws(StoreFailure) in
            guard let account = try transaction.account(user) else { return .failure(.noSuchUser) }
            if let refusal = try transaction.refusal(touching: account, within: rank) { return .failure(refusal) }
            let isTheirs =
                try transaction.database.prepare(
                    "SELECT 1 FROM logins WHERE id = ? AND user = ? AND ended_at IS NULL"
                ).bind(blob: login.bytes).bind(user).first { _ throws(StoreFailure) in true } ?? false
            guard isTheirs else { return .success(false) }
            let now = transaction.now
            try transaction.changeLogins { logins throws(StoreFailure) in try logins.end(login, at: now) }
            try transaction.record(.loginEnded, by: cause, target: "login:\(login)")
            return .success(true)
        }
    }

    func endAll(of user: UserID, within rank: Rank?, by cause: Cause) async throws(PeopleFailure) {
        try await write { transaction throws(StoreFailure) -> Result<Void, PeopleFailure> in
            guard let account = try transaction.account(user) else { return .failure(.noSuchUser) }
            if let refusal = try transaction.refusal(touching: account, within: rank) { return .failure(refusal) }
            try transaction.endLogins(of: user, .revoked)
            try transaction.record(.allLoginsEnded, by: cause, target: AuditEntry.target(user))
            return .success(())
        }
    }

    private func write<Value: Sendable>(
        _ body: @escaping @Sendable (inout Transaction) throws(StoreFailure) -> Result<Value, PeopleFailure>
    ) async throws(PeopleFailure) -> Value {
        try await committer.change(body)
    }
}

extension Transaction {
    fileprivate mutating func create(
        _ new: NewAccount, profile: Profile, by cause: Cause
    ) throws(StoreFailure) -> Result<Account, PeopleFailure> {
        switch try makeAccount(new, by: cause, detail: new.role.name) {
        case .failure(.taken(let field)): return .failure(.taken(field: field))
        case .failure: return .failure(.unavailable)
        case .success(let account):
            var change = AccountChange()
            change.avatar = .set(profile.avatar)
            change.bio = .set(profile.bio)
            change.locale = .set(profile.locale)
            change.timeZone = .set(profile.timeZone)
            change.birthDate = .set(profile.birthDate)
            let whole = account.changed(by: change)
            if whole != account { try write(whole, instead: account, change) }
            return .success(whole)
        }
    }
}

extension Account {
    /// The parts that differ, by their names on the wire; never what stands in them.
    fileprivate func names(changedFrom old: Account) -> [String] {
        let parts: [(String, Bool)] = [
            ("username", username != old.username), ("email", email != old.email), ("phone", phone != old.phone),
            ("display_name", displayName != old.displayName), ("avatar", profile.avatar != old.profile.avatar),
            ("bio", profile.bio != old.profile.bio), ("locale", profile.locale != old.profile.locale),
            ("time_zone", profile.timeZone != old.profile.timeZone),
            ("date_of_birth", profile.birthDate != old.profile.birthDate),
        ]
        return parts.filter(\.1).map(\.0)
    }
}
