public import Base

/// What becomes of one part of an account.
public enum PartChange<Value: Sendable>: Sendable {
    case kept
    case set(Value)

    /// What it is afterwards.
    public func applied(to value: Value) -> Value {
        if case .set(let new) = self { new } else { value }
    }
}

/// What is to be changed of an account; what is not named stays as it is.
public struct AccountChange: Sendable {
    public var username = PartChange<Username?>.kept
    /// Another address is not verified yet.
    public var email = PartChange<EmailAddress?>.kept
    /// Another number is not verified yet.
    public var phone = PartChange<PhoneNumber?>.kept
    public var displayName = PartChange<String?>.kept
    public var avatar = PartChange<String?>.kept
    public var bio = PartChange<String?>.kept
    public var locale = PartChange<String?>.kept
    public var timeZone = PartChange<String?>.kept
    public var birthDate = PartChange<BirthDate?>.kept
    /// Ends every other login of the user.
    public var passwordHash = PartChange<PasswordHash>.kept
    /// The login that stays when the password changes.
    public var keptLogin: LoginID?

    public init() {}

    /// Whether somebody who has the password must show it, because a thief of an open page could else take the account
    /// over.
    public var isSensitive: Bool {
        switch (email, phone, passwordHash) {
        case (.kept, .kept, .kept): false
        default: true
        }
    }

    /// The same account with the new parts, as far as they stand in it.
    func applied(to account: Account) -> Account {
        var new = account
        new.username = PartChange(mapping: username) { $0?.text }.applied(to: account.username)
        new.email = PartChange(mapping: email) { $0?.text }.applied(to: account.email)
        new.phone = PartChange(mapping: phone) { $0?.text }.applied(to: account.phone)
        if new.email != account.email { new.isEmailVerified = false }
        if new.phone != account.phone { new.isPhoneVerified = false }
        new.displayName = displayName.applied(to: account.displayName)
        new.profile = Profile(
            avatar: avatar.applied(to: account.profile.avatar), bio: bio.applied(to: account.profile.bio),
            locale: locale.applied(to: account.profile.locale),
            timeZone: timeZone.applied(to: account.profile.timeZone),
            birthDate: birthDate.applied(to: account.profile.birthDate))
        return new
    }
}

extension PartChange {
    fileprivate init<Other>(mapping other: PartChange<Other>, _ body: (Other) -> Value) {
        if case .set(let value) = other { self = .set(body(value)) } else { self = .kept }
    }
}

extension Account {
    /// The account as it is after a change.
    public func changed(by change: AccountChange) -> Account { change.applied(to: self) }
}
