internal import Auth
internal import Base
internal import Channels

/// What changes accounts, as steps of a transaction. Everything is looked at before anything is written, because a
/// refusal does not undo what others have written in the same transaction.
extension Transaction {
    func account(_ user: UserID) throws(StoreFailure) -> Account? {
        let account = try AccountRow.select("id", in: database).bind(user).first { row throws(StoreFailure) in
            try AccountRow.read(row).account
        }
        return account?.deletedAt == nil ? account : nil
    }

    /// What a role may do as it stands in the database; `nil` for one that is not there.
    func permissions(of role: Role) throws(StoreFailure) -> Permissions? {
        if let builtIn = RoleBook.builtIn[role] { return builtIn }
        return try database.prepare("SELECT permissions FROM roles WHERE name = ?").bind(role.name)
            .first { row throws(StoreFailure) in Permissions(stored: row.string(0)) }
    }

    /// Why who has the rank may not touch an account; `nil` when they may. One's own is touched without any.
    func refusal(touching account: Account, within rank: Rank?) throws(StoreFailure) -> PeopleFailure? {
        guard let rank, !rank.covers(try permissions(of: account.role) ?? []) else { return nil }
        return .outranked
    }

    /// Why who has the rank may not give a role; `nil` when they may.
    func refusal(giving role: Role, within rank: Rank) throws(StoreFailure) -> PeopleFailure? {
        guard let permissions = try permissions(of: role) else { return .noSuchRole }
        return rank.covers(permissions) ? nil : .outranked
    }

    /// Whether nobody could do everything any more without this account.
    func isLastSuperuser(_ account: Account) throws(StoreFailure) -> Bool {
        guard account.role == .superuser, account.isActive else { return false }
        return try database.prepare("SELECT 1 FROM users WHERE role = ? AND is_active = 1 AND id <> ? LIMIT 1")
            .bind(Role.superuser.name).bind(account.id).first { _ throws(StoreFailure) in true } == nil
    }

    /// The first of the account's names that belongs to somebody else.
    func taken(_ change: AccountChange, besides user: UserID) throws(StoreFailure) -> String? {
        var names: [(field: String, column: String, name: String)] = []
        if case .set(let name?) = change.username { names.append(("username", "username_folded", name.folded)) }
        if case .set(let name?) = change.email { names.append(("email", "email_folded", name.folded)) }
        if case .set(let name?) = change.phone { names.append(("phone", "phone", name.folded)) }
        for (field, column, name) in names {
            let owner = try database.prepare("SELECT id FROM users WHERE \(column) = ?").bind(name)
                .first { row throws(StoreFailure) in row.integer(0) }
            if let owner, owner != user.rawValue { return field }
        }
        return nil
    }

    /// Writes what people may change of an account. The names are folded anew, and what was verified stays so only as
    /// long as it is the same.
    mutating func write(_ account: Account, instead old: Account, _ change: AccountChange) throws(StoreFailure) {
        try database.prepare(
            """
            UPDATE users SET username = ?, email = ?, phone = ?, display_name = ?, avatar = ?, bio = ?, locale = ?,
            time_zone = ?, date_of_birth = ?, updated_at = ? WHERE id = ?
            """
        ).bind(account.username).bind(account.email).bind(account.phone).bind(account.displayName)
            .bind(account.profile.avatar).bind(account.profile.bio).bind(account.profile.locale)
            .bind(account.profile.timeZone).bind(account.profile.birthDate?.text).bind(now).bind(account.id).run()
        if case .set(let name) = change.username { try set("username_folded", of: account.id, to: name?.folded) }
        if case .set(let name) = change.email { try set("email_folded", of: account.id, to: name?.folded) }
        if account.email != old.email {
            // What was sent to the old address opens nothing any more.
            for kind in [.passwordReset, .emailVerification] as [ProofKind] {
                try ProofWriter(self).spendAll(kind, of: account.id)
            }
            try forget(old.email?.lowercased(), of: account.id)
        }
        if account.phone != old.phone { try forget(old.phone, of: account.id) }
        if account.username != old.username || account.displayName != old.displayName {
            commands.append(Proposal(user: account.id, command: .userChanged(account.id)))
        }
        hasErased = true
    }

    /// Who takes an address up again shows anew that it is theirs.
    private func forget(_ address: String?, of user: UserID) throws(StoreFailure) {
        try database.prepare("DELETE FROM verified_addresses WHERE user = ? AND address = ?").bind(user).bind(address)
            .run()
    }

    private func set(_ column: StaticString, of user: UserID, to text: String?) throws(StoreFailure) {
        try database.prepare("UPDATE users SET \(column) = ? WHERE id = ?").bind(text).bind(user).run()
    }

    /// Ends the logins of a user, but for one that may be kept. Their sockets close with this commit.
    mutating func endLogins(
        of user: UserID, _ why: LoginEnd, besides kept: LoginID? = nil
    ) throws(StoreFailure) {
        let now = now
        try changeLogins { logins throws(StoreFailure) in try logins.endAll(of: user, why, except: kept, at: now) }
    }

    /// Changes logins. Their sockets, and those of their users, hear of it with this commit.
    @discardableResult
    mutating func changeLogins<Value>(
        _ body: (inout LoginWriter) throws(StoreFailure) -> Value
    ) throws(StoreFailure) -> Value {
        var logins = try LoginWriter(self)
        let value = try body(&logins)
        announcements.append(contentsOf: logins.announcements)
        commands.append(contentsOf: logins.commands)
        return value
    }
}

extension Permissions {
    /// As they stand in the table of roles: their words with spaces between them. Words that a newer server has written
    /// and this one does not know give nothing.
    init(stored text: String) {
        self = text.split(separator: " ").reduce(into: []) { $0.formUnion(Permissions(name: String($1)) ?? []) }
    }

    var stored: String { names.joined(separator: " ") }
}
