public import Auth
internal import Base

extension ImportRow {
    /// The account that this row describes, with its names checked and folded. Spaces around names and roles are
    /// dropped, those around passwords belong to them. Without a role the user is a `member`.
    public func account(
        uuid: String, rule: PasswordRule = .standard, roles: RoleBook = RoleBook()
    ) throws(RowFault) -> ImportedAccount {
        var account = ImportedAccount(uuid: uuid)
        account.username = try read(username, as: .username, Username.init)
        account.email = try read(email, as: .email, EmailAddress.init)
        account.phone = try read(phone, as: .phone, PhoneNumber.init)
        guard account.username != nil || account.email != nil || account.phone != nil else {
            throw RowFault(line: line, reason: .noName)
        }
        account.displayName = try read(displayName, as: .displayName, DisplayName.init)?.text
        if let name = trimmed(role) {
            guard let role = Role(name: name), roles.contains(role) else {
                throw RowFault(line: line, reason: .unknownRole)
            }
            account.role = role
        }
        account.credential = try credential(rule: rule)
        return account
    }

    private func read<Name>(
        _ text: String?, as field: UserField, _ parse: (String) throws(NameFault) -> Name
    ) throws(RowFault) -> Name? {
        guard let text = trimmed(text) else { return nil }
        do throws(NameFault) {
            return try parse(text)
        } catch {
            throw RowFault(line: line, reason: .badName(field: field.rawValue, error))
        }
    }

    private func credential(rule: PasswordRule) throws(RowFault) -> ImportedCredential {
        switch (password, trimmed(passwordHash)) {
        case (nil, nil):
            return .none
        case (.some, .some):
            throw RowFault(line: line, reason: .passwordAndHash)
        case (let password?, nil):
            do throws(PasswordFault) {
                try rule.check(password.withBytes { Array($0) })
            } catch {
                throw RowFault(line: line, reason: .badPassword(error))
            }
            return .password(password)
        case (nil, let text?):
            if let hash = PasswordHash(text: text) { return .hash(hash) }
            throw RowFault(line: line, reason: PasswordHash.isOfKnownKind(text) ? .badHash : .foreignHash)
        }
    }

    /// Without the spaces and tabs around it; `nil` when nothing else is there.
    private func trimmed(_ text: String?) -> String? {
        guard let text, let first = text.utf8.firstIndex(where: { !$0.isBlank }),
            let last = text.utf8.lastIndex(where: { !$0.isBlank })
        else { return nil }
        return String(text[first...last])
    }
}
