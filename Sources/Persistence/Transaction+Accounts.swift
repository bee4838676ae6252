internal import Auth
internal import Channels

extension Transaction {
    /// The one way in which an account comes to be: written, in the audit trail, and told to other services.
    mutating func makeAccount(
        _ new: NewAccount, by cause: Cause, detail: String? = nil
    ) throws(StoreFailure) -> Result<Account, AccountFailure> {
        var writer = try AccountWriter(self)
        let result = try writer.create(new)
        if case .success(let account) = result {
            try record(.userCreated, by: cause, target: AuditEntry.target(account.id), detail: detail)
            try emit(.registered(AccountCard(account)))
        }
        return result
    }
}
