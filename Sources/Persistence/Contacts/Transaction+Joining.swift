internal import Auth
internal import Base
internal import Channels

/// What users are told when somebody whom they have among their contacts comes to be here.
extension Transaction {
    /// Notes that an address has come to be somebody's, for those who have it among their contacts. They are told
    /// behind this, because they may be many.
    mutating func noteJoining(_ user: UserID, _ address: String) throws(StoreFailure) {
        let isKnown = try database.prepare("SELECT 1 FROM contact_addresses WHERE address = ? LIMIT 1").bind(address)
            .first { _ throws(StoreFailure) in true }
        guard isKnown == true else { return }
        let order = JoiningOrder(user: user.rawValue, address: address)
        try enqueueAlways(NewJob(JoiningOrder.kind, payload: order.payload))
    }

    /// Owners that are told in one transaction.
    private static let toldMax = 200

    /// Tells some of the owners, in the order of their numbers, each once of a user. False when there are no more.
    mutating func tellOfJoining(
        _ order: JoiningOrder, _ job: Job, leaseSeconds: Int64
    ) throws(StoreFailure) -> Bool {
        let jobs = JobWriter(self)
        guard let current = try jobs.find(job.id), try jobs.owns(job), let user = UserID(rawValue: order.user) else {
            return false
        }
        let last = current.progress.done
        let rows = try database.prepare(
            """
            SELECT a.owner, a.contact, c.told FROM contact_addresses a JOIN contacts c ON c.id = a.contact
            WHERE a.address = ?1 AND a.owner > ?2 ORDER BY a.owner, a.contact LIMIT ?3
            """
        ).bind(order.address).bind(last).bind(Self.toldMax).all { row throws(StoreFailure) in
            (owner: row.integer(0), contact: row.integer(1), told: row.integerOrNull(2))
        }
        var done = last
        for row in rows {
            done = row.owner
            guard let owner = UserID(rawValue: row.owner), row.told != order.user,
                try finds(order.address, owner, user)
            else { continue }
            // Two contacts may be one person, and one person has two addresses.
            let knows = try database.prepare("SELECT 1 FROM contacts WHERE owner = ? AND told = ? LIMIT 1").bind(owner)
                .bind(user).first { _ throws(StoreFailure) in true }
            try database.prepare("UPDATE contacts SET told = ? WHERE id = ?").bind(user).bind(row.contact).run()
            if knows == nil { tellJoined(user, to: owner) }
        }
        let progress = Job.Progress(done: done, total: 0)
        guard try jobs.report(progress, of: job, leaseSeconds: leaseSeconds) else { return false }
        return rows.count == Self.toldMax
    }

    /// Whether the owner of a contact may know by its address that it is this user.
    private func finds(_ address: String, _ owner: UserID, _ user: UserID) throws(StoreFailure) -> Bool {
        let column: StaticString = address.hasPrefix("+") ? "phone" : "email_folded"
        let found = try database.prepare(StoredContact.finder(column, selecting: "id")).bind(address).bind(owner)
            .first { row throws(StoreFailure) in row.integer(0) }
        return found == user.rawValue
    }

    /// The one place where it is said.
    private mutating func tellJoined(_ user: UserID, to owner: UserID) {
        notify(owner, .system, from: user, about: .user(user))
    }
}
