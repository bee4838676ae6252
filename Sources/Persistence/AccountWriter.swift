internal import Auth
internal import Base
internal import Channels

/// Makes accounts inside one transaction. Looks before it writes: a name that is taken is an answer, not a failure.
struct AccountWriter {
    private let database: Database
    private let insertion: Statement
    private let owner: [Field: Statement]

    private enum Field: String, CaseIterable { case username, email, phone }

    init(_ transaction: Transaction) throws(StoreFailure) {
        database = transaction.database
        insertion = try database.prepare(
            """
            INSERT INTO users (uuid, username, username_folded, email, email_folded, phone, display_name, role,
            password_hash, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        owner = [
            .username: try database.prepare("SELECT id FROM users WHERE username_folded = ?"),
            .email: try database.prepare("SELECT id FROM users WHERE email_folded = ?"),
            .phone: try database.prepare("SELECT id FROM users WHERE phone = ?"),
        ]
    }

    mutating func create(_ new: NewAccount) throws(StoreFailure) -> Result<Account, AccountFailure> {
        if let taken = try taken(new) { return .failure(.taken(field: taken.field.rawValue)) }
        try insertion.bind(new.uuid).bind(new.username?.text).bind(new.username?.folded).bind(new.email?.text)
            .bind(new.email?.folded).bind(new.phone?.text).bind(new.displayName).bind(new.role.name)
            .bind(new.passwordHash?.text).bind(new.createdAt).bind(new.createdAt).run()
        guard let id = UserID(rawValue: database.lastInsertedRow) else {
            throw .broken("there are no more user numbers")
        }
        return .success(
            Account(
                id: id, uuid: new.uuid, username: new.username?.text, email: new.email?.text, phone: new.phone?.text,
                displayName: new.displayName, role: new.role, isActive: true, createdAt: new.createdAt,
                updatedAt: new.createdAt, lastSeenAt: nil))
    }

    /// A row whose every name belongs to the same user is that user, already there.
    mutating func importAccount(_ row: ImportedAccount, at now: Timestamp) throws(StoreFailure) -> ImportOutcome {
        if case .password = row.credential { return .refused("the password was not hashed") }
        let new = NewAccount(
            uuid: row.uuid, username: row.username, email: row.email, phone: row.phone, displayName: row.displayName,
            passwordHash: row.passwordHash, role: row.role, createdAt: now)
        if let taken = try taken(new) {
            return taken.isWhole ? .exists(taken.user) : .refused("the \(taken.field.rawValue) belongs to another user")
        }
        switch try create(new) {
        case .success(let account):
            // The other system knew its users; whoever was reached there by an address is reached here.
            for address in [row.email?.folded, row.phone?.folded].compactMap(\.self) {
                try database.prepare("INSERT INTO verified_addresses VALUES (?, ?, ?)").bind(account.id).bind(address)
                    .bind(now).run()
            }
            return .created(account.id)
        case .failure: return .refused("a name is taken")
        }
    }

    /// The first name that somebody has, and whether the same user has all of them.
    private func taken(_ new: NewAccount) throws(StoreFailure) -> (field: Field, user: UserID, isWhole: Bool)? {
        let names: [(Field, String?)] = [
            (.username, new.username?.folded), (.email, new.email?.folded), (.phone, new.phone?.folded),
        ]
        var first: (field: Field, user: UserID)?
        var isWhole = true
        for case (let field, let name?) in names {
            let found = try owner[field]?.bind(name).first { row throws(StoreFailure) in row.integer(0) }
            let user = found.flatMap { UserID(rawValue: $0) }
            if let user, first == nil { first = (field, user) }
            isWhole = isWhole && user != nil && user == first?.user
        }
        return first.map { ($0.field, $0.user, isWhole) }
    }
}
