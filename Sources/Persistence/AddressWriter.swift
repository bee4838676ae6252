internal import Auth
internal import Base
internal import Channels

/// Notes inside one transaction which addresses are verified, and finds accounts by them.
struct AddressWriter {
    private let transaction: Transaction
    private var database: Database { transaction.database }

    init(_ transaction: Transaction) { self.transaction = transaction }

    enum Kind {
        case email, phone

        var column: String { self == .email ? "email_folded" : "phone" }
        var action: AuditEntry.Action { self == .email ? .emailVerified : .phoneVerified }
    }

    func account(_ user: UserID) throws(StoreFailure) -> StoredAccount? {
        try AccountRow.select("id", in: database).bind(user).first { row throws(StoreFailure) in
            try AccountRow.read(row)
        }
    }

    func account(having address: String, _ kind: Kind) throws(StoreFailure) -> Account? {
        try AccountRow.select(kind.column, in: database).bind(address).first { row throws(StoreFailure) in
            try AccountRow.read(row).account
        }
    }

    /// Has the address of a user verified; what was verified before and is not theirs any more is forgotten.
    /// - Returns: false when it was known before.
    fileprivate func verify(
        _ address: String, _ kind: Kind, of user: UserID, by cause: Cause
    ) throws(StoreFailure) -> Bool {
        let isKnown = try database.prepare("SELECT 1 FROM verified_addresses WHERE user = ? AND address = ?").bind(user)
            .bind(address).first { _ throws(StoreFailure) in true }
        guard isKnown == nil else { return false }
        try database.prepare(
            """
            DELETE FROM verified_addresses WHERE user = ?1 AND address NOT IN
            (SELECT email_folded FROM users WHERE id = ?1 AND email_folded IS NOT NULL
            UNION SELECT phone FROM users WHERE id = ?1 AND phone IS NOT NULL)
            """
        ).bind(user).run()
        try database.prepare("INSERT INTO verified_addresses VALUES (?, ?, ?)").bind(user).bind(address)
            .bind(transaction.now).run()
        try transaction.record(kind.action, by: cause, target: AuditEntry.target(user))
        return true
    }

    /// Takes a phone number out of an account that never verified it.
    func release(_ phone: String, from user: UserID, by cause: Cause) throws(StoreFailure) {
        try database.prepare("UPDATE users SET phone = NULL, updated_at = ? WHERE id = ? AND phone = ?")
            .bind(transaction.now).bind(user).bind(phone).run()
        try transaction.record(
            .userUpdated, by: cause, target: AuditEntry.target(user), detail: "an unverified phone went to its owner")
    }
}

extension Transaction {
    /// Has the address of a user verified, and those who know it told who is here.
    mutating func verify(
        _ address: String, _ kind: AddressWriter.Kind, of user: UserID, by cause: Cause
    ) throws(StoreFailure) {
        if try AddressWriter(self).verify(address, kind, of: user, by: cause) { try noteJoining(user, address) }
    }
}
