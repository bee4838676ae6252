internal import Auth
internal import Base
internal import Channels

extension Transaction {
    /// Gives a user another password. Everything ends that stood on the old one: logins, but for one that may be kept,
    /// links to set another, and logins that still owe their second factor.
    mutating func setPassword(
        _ password: PasswordHash, of user: UserID, keeping login: LoginID?, by cause: Cause
    ) throws(StoreFailure) {
        try database.prepare("UPDATE users SET password_hash = ?, updated_at = ? WHERE id = ?").bind(password.text)
            .bind(now).bind(user).run()
        let proofs = ProofWriter(self)
        for kind in [.passwordReset, .secondFactor, .providerLogin] as [ProofKind] {
            try proofs.spendAll(kind, of: user)
        }
        let count = announcements.count
        try endLogins(of: user, .revoked, besides: login)
        try record(.passwordChanged, by: cause, target: AuditEntry.target(user))
        if announcements.count > count {
            try record(.allLoginsEnded, by: cause, target: AuditEntry.target(user))
        }
        hasErased = true
    }
}
