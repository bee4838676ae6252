internal import Auth
internal import Base
internal import Channels
internal import Reactor

extension ContactFailure: PortFailure {}

/// Address books on disk.
struct SQLiteContacts: ContactBook {
    let readers: WorkPool<Reader>
    let committer: Committer

    /// Contacts taken away in one transaction: a few milliseconds' work.
    static let removedMax = 500

    func list(_ search: ContactSearch) async throws(ContactFailure) -> ContactPage {
        try await readers.look(or: ContactFailure.self) { archive, _ throws(StoreFailure) in
            try archive.contacts(search)
        }
    }

    func remove(_ id: Int64, of user: UserID) async throws(ContactFailure) -> Bool {
        try await committer.change(or: ContactFailure.self) { transaction throws(StoreFailure) in
            transaction.hasErased = true
            return try ContactRemoval(database: transaction.database).remove(id, of: user, atMost: 1) == 1
        }
    }

    func removeSome(of user: UserID) async throws(ContactFailure) -> Bool {
        try await committer.change(or: ContactFailure.self) { transaction throws(StoreFailure) in
            transaction.hasErased = true
            return try ContactRemoval(database: transaction.database).remove(of: user, atMost: Self.removedMax) > 0
        }
    }

    func isFindable(_ user: UserID) async throws(ContactFailure) -> Bool {
        try await readers.look(or: ContactFailure.self) { archive, _ throws(StoreFailure) in
            try archive.statement("SELECT is_findable FROM users WHERE id = ?").bind(user)
                .first { row throws(StoreFailure) in row.integer(0) != 0 } ?? false
        }
    }

    func setFindable(_ user: UserID, _ isFindable: Bool) async throws(ContactFailure) {
        try await committer.change(or: ContactFailure.self) { transaction throws(StoreFailure) in
            try transaction.database.prepare("UPDATE users SET is_findable = ? WHERE id = ?").bind(isFindable)
                .bind(user).run()
        }
    }

    func take(_ step: ImportStep, of job: Job) async throws(ContactFailure) -> ImportCursor? {
        try await committer.change(or: ContactFailure.self) { transaction throws(StoreFailure) in
            try transaction.take(step, of: job)
        }
    }

    func tellOfJoining(_ job: Job, leaseSeconds: Int64) async throws(ContactFailure) -> Bool {
        guard let order = JoiningOrder(payload: job.payload) else { return false }
        return try await committer.change(or: ContactFailure.self) { transaction throws(StoreFailure) in
            try transaction.tellOfJoining(order, job, leaseSeconds: leaseSeconds)
        }
    }
}

extension Transaction {
    /// Rows of an import, and the place behind them.
    fileprivate mutating func take(_ step: ImportStep, of job: Job) throws(StoreFailure) -> ImportCursor? {
        let jobs = JobWriter(self)
        guard let owner = job.user, try jobs.owns(job) else { return nil }
        var cursor = step.cursor, faults = step.cursor.faults + step.slice.faults, faultCount = step.slice.faults.count
        var contacts = try ContactWriter(self, owner: owner, job: job.id, bounds: step.bounds)
        cursor.tally.failed += step.slice.failed
        for contact in step.slice.contacts {
            let (outcome, isRegistered) = try contacts.take(contact)
            if isRegistered { cursor.tally.registered += 1 }
            switch outcome {
            case .added: cursor.tally.added += 1
            case .updated: cursor.tally.updated += 1
            case .unchanged: cursor.tally.unchanged += 1
            case .duplicate: cursor.tally.duplicates += 1
            case .refused(let code, let detail):
                cursor.tally.failed += 1
                faultCount += 1
                faults.append(Job.Fault(row: contact.number, code: code, detail: detail))
            }
        }
        try contacts.finish()
        cursor.faultCount += faultCount
        cursor.faults = Array(faults.prefix(Job.faultsMax))
        let progress = Job.Progress(done: Int64(cursor.tally.rowCount), total: step.total)
        _ = try jobs.checkpoint(
            job, progress, cursor: cursor.stored, faults: faultCount > 0 ? cursor.faults : nil,
            leaseSeconds: step.leaseSeconds)
        if step.isTold { tell(of: try jobs.find(job.id)) }
        return cursor
    }
}
