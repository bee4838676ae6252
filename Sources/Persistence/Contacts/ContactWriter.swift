internal import Auth
internal import Base
internal import Channels

/// Takes contacts into one user's address book, inside one transaction.
///
/// Who is who is told by e-mail first: a row is about the contact that has one of its e-mail addresses. A phone number
/// may be a household's, so it tells only where one of the two has no e-mail. What the row knows is added to what the
/// contact has; a contact never loses an address, and a name only to another name of a later file.
struct ContactWriter {
    private let database: Database
    /// Each is compiled once for all rows: that takes longer than running it.
    private let statement: StatementCache
    private let now: Timestamp
    private let owner: UserID
    private let job: Int64
    private let bounds: ContactBounds
    private var counts: Counts

    /// How many contacts the owner has, and how many of them are of today.
    private struct Counts {
        var count: Int
        var day: Int64
        var added: Int
    }

    init(
        _ transaction: Transaction, owner: UserID, job: Int64, bounds: ContactBounds
    ) throws(StoreFailure) {
        database = transaction.database
        statement = StatementCache(database)
        now = transaction.now
        self.owner = owner
        self.job = job
        self.bounds = bounds
        let today = now.seconds / 86_400
        let found = try statement("SELECT count, day, added FROM contact_counts WHERE owner = ?").bind(owner)
            .first { row throws(StoreFailure) in
                Counts(count: Int(row.integer(0)), day: row.integer(1), added: Int(row.integer(2)))
            }
        counts = found ?? Counts(count: 0, day: today, added: 0)
        if counts.day != today { counts = Counts(count: counts.count, day: today, added: 0) }
    }

    /// What became of a row.
    enum Outcome { case added, updated, unchanged, duplicate, refused(code: String, detail: String) }

    mutating func take(_ contact: ImportedContact) throws(StoreFailure) -> (outcome: Outcome, isRegistered: Bool) {
        if let found = try find(contact) { return try join(contact, to: found) }
        guard counts.count < bounds.countMax else {
            return (
                .refused(code: "quota_exceeded", detail: "An address book has at most \(bounds.countMax) contacts."),
                false
            )
        }
        guard counts.added < bounds.dailyMax else {
            return (
                .refused(code: "rate_limited", detail: "At most \(bounds.dailyMax) contacts are added in a day."),
                false
            )
        }
        let user = try registered(contact.addresses)
        try statement(
            """
            INSERT INTO contacts (owner, name, email, phone, job, told, created_at, updated_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """
        ).bind(owner).bind(contact.name).bind(contact.emails.first?.text).bind(contact.phones.first?.text).bind(job)
            .bind(user).bind(now).bind(now).run()
        let id = database.lastInsertedRow
        for address in contact.addresses { try add(address, to: id) }
        counts.count += 1
        counts.added += 1
        return (.added, user != nil)
    }

    /// Writes down how many there are now.
    func finish() throws(StoreFailure) {
        try statement(
            """
            INSERT INTO contact_counts VALUES (?, ?, ?, ?) ON CONFLICT (owner) DO UPDATE
            SET count = excluded.count, day = excluded.day, added = excluded.added
            """
        ).bind(owner).bind(counts.count).bind(counts.day).bind(counts.added).run()
    }

    // MARK: Finding

    private struct Found {
        var id: Int64
        var name: String?
        var email: String?
        var phone: String?
        var job: Int64?
        var told: Int64?
    }

    private func find(_ contact: ImportedContact) throws(StoreFailure) -> Found? {
        for email in contact.emails {
            if let found = try having(email.folded).first { return found }
        }
        for phone in contact.phones {
            let all = try having(phone.folded).filter { contact.emails.isEmpty || $0.email == nil }
            // A household's number: the name tells, where it is one of several.
            if let found = all.first(where: { $0.name == contact.name }) ?? all.first { return found }
        }
        return nil
    }

    /// Contacts with an address; so many of them that a household fits.
    private func having(_ address: String) throws(StoreFailure) -> [Found] {
        try statement(
            """
            SELECT c.id, c.name, c.email, c.phone, c.job, c.told FROM contact_addresses a JOIN contacts c
            ON c.id = a.contact WHERE a.address = ? AND a.owner = ? ORDER BY a.contact LIMIT 16
            """
        ).bind(address).bind(owner).all { row throws(StoreFailure) in
            Found(
                id: row.integer(0), name: row.stringOrNull(1), email: row.stringOrNull(2), phone: row.stringOrNull(3),
                job: row.integerOrNull(4), told: row.integerOrNull(5))
        }
    }

    /// Whose address one of these is, as far as the owner may know.
    private func registered(_ addresses: [String]) throws(StoreFailure) -> Int64? {
        for address in addresses {
            let column: StaticString = address.hasPrefix("+") ? "phone" : "email_folded"
            let user = try statement(StoredContact.finder(column, selecting: "id")).bind(address).bind(owner)
                .first { row throws(StoreFailure) in row.integer(0) }
            if let user { return user }
        }
        return nil
    }

    // MARK: Joining

    private func join(
        _ contact: ImportedContact, to found: Found
    ) throws(StoreFailure) -> (outcome: Outcome, isRegistered: Bool) {
        var hasChanged = false
        for address in contact.addresses {
            if try add(address, to: found.id) { hasChanged = true }
        }
        let isRepeated = found.job == job
        var new = found
        // Of the rows of one file that are about the same person, the first one names them.
        if let name = contact.name, !isRepeated || found.name == nil { new.name = name }
        new.email = found.email ?? contact.emails.first?.text
        new.phone = found.phone ?? contact.phones.first?.text
        new.told = try registered(contact.addresses) ?? found.told
        hasChanged = hasChanged || new.name != found.name || new.email != found.email || new.phone != found.phone
        try statement(
            """
            UPDATE contacts SET name = ?, email = ?, phone = ?, job = ?, told = ?,
            updated_at = CASE WHEN ? THEN ? ELSE updated_at END WHERE id = ?
            """
        ).bind(new.name).bind(new.email).bind(new.phone).bind(job).bind(new.told).bind(hasChanged).bind(now)
            .bind(found.id).run()
        return (isRepeated ? .duplicate : hasChanged ? .updated : .unchanged, !isRepeated && new.told != nil)
    }

    /// False when it was there.
    @discardableResult
    private func add(_ address: String, to contact: Int64) throws(StoreFailure) -> Bool {
        try statement("INSERT OR IGNORE INTO contact_addresses VALUES (?, ?, ?)").bind(address).bind(owner)
            .bind(contact).run()
        return database.changes == 1
    }
}

/// Takes contacts away, inside one transaction.
struct ContactRemoval {
    let database: Database

    /// Some of a user's contacts, one of them where it is named. Returns how many went.
    func remove(_ id: Int64? = nil, of owner: UserID, atMost count: Int) throws(StoreFailure) -> Int {
        let ids = try database.prepare(
            "SELECT id FROM contacts WHERE owner = ?1 AND (?2 IS NULL OR id = ?2) ORDER BY id LIMIT ?3"
        ).bind(owner).bind(id).bind(count).all { row throws(StoreFailure) in row.integer(0) }
        for id in ids {
            try database.prepare("DELETE FROM contact_addresses WHERE contact = ?").bind(id).run()
            try database.prepare("DELETE FROM contacts WHERE id = ?").bind(id).run()
        }
        try database.prepare("UPDATE contact_counts SET count = count - ? WHERE owner = ?").bind(ids.count).bind(owner)
            .run()
        return ids.count
    }
}
