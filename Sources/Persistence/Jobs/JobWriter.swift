internal import Auth
internal import Base
internal import Channels

/// How many jobs there may be.
struct JobBounds: Sendable {
    /// That wait, of everybody together.
    var waitingMax: Int
    /// Of one user that have not ended.
    var perUserMax: Int

    init(_ limits: Limits) {
        waitingMax = limits.jobsWaitingMax
        perUserMax = limits.jobsPerUserMax
    }
}

/// The queue of jobs inside one transaction.
struct JobWriter {
    private let database: Database
    private let now: Timestamp

    init(_ transaction: Transaction) { self.init(transaction.database, at: transaction.now) }

    init(_ database: Database, at now: Timestamp) {
        self.database = database
        self.now = now
    }

    func find(_ id: Int64) throws(StoreFailure) -> Job? {
        try database.prepare("SELECT \(JobRow.columns) FROM jobs WHERE id = ?").bind(id)
            .first { row throws(StoreFailure) in try JobRow.read(row) }
    }

    func find(_ kind: JobKind, key: String) throws(StoreFailure) -> Job? {
        try database.prepare("SELECT \(JobRow.columns) FROM jobs WHERE kind = ? AND key = ?").bind(kind.name).bind(key)
            .first { row throws(StoreFailure) in try JobRow.read(row) }
    }

    /// Why a job cannot be taken; `nil` when it can.
    func refusal(of new: NewJob, within bounds: JobBounds) throws(StoreFailure) -> JobFailure? {
        let waiting = try database.integer(
            "SELECT count(*) FROM (SELECT 1 FROM jobs WHERE state = 'queued' LIMIT \(bounds.waitingMax))")
        guard waiting < bounds.waitingMax else { return .full }
        guard let user = new.user else { return nil }
        let theirs = try database.prepare(
            """
            SELECT count(*) FROM
            (SELECT 1 FROM jobs WHERE user = ? AND state IN ('queued', 'running') LIMIT ?)
            """
        ).bind(user).bind(bounds.perUserMax).first { row throws(StoreFailure) in row.integer(0) }
        return theirs ?? 0 < bounds.perUserMax ? nil : .tooMany
    }

    func add(_ new: NewJob) throws(StoreFailure) -> Job {
        try database.prepare(
            """
            INSERT INTO jobs (kind, key, state, user, payload, due_at, created_at, updated_at)
            VALUES (?, ?, 'queued', ?, ?, ?, ?, ?)
            """
        ).bind(new.kind.name).bind(new.key).bind(new.user?.rawValue).bind(blob: new.payload)
            .bind(new.dueAt ?? now).bind(now).bind(now).run()
        return Job(
            id: database.lastInsertedRow, kind: new.kind, state: .queued, user: new.user, payload: new.payload,
            attempts: 0, createdAt: now, updatedAt: now)
    }

    func reckonAnew() throws(StoreFailure) {
        try database.prepare(
            """
            UPDATE jobs SET due_at = ?1 + max(0, due_at - updated_at), lease_until = ?1 + (lease_until - updated_at),
            updated_at = ?1 WHERE state IN ('queued', 'running') AND updated_at > ?1
            """
        ).bind(now).run()
    }

    /// What the plan chooses of what is due, and of what a lease has run out of.
    func claim(_ plan: JobPlan) throws(StoreFailure) -> [Job] {
        var due: [DueJob] = []
        for (kind, count) in plan.room {
            due += try database.prepare(
                """
                SELECT id, due_at FROM (
                    SELECT id, due_at FROM jobs WHERE kind = ?1 AND state = 'queued' AND due_at <= ?2
                    UNION ALL
                    SELECT id, due_at FROM jobs WHERE state = 'running' AND lease_until <= ?2 AND kind = ?1
                ) ORDER BY due_at, id LIMIT ?3
                """
            ).bind(kind.name).bind(now).bind(count + plan.held.count).all { row throws(StoreFailure) in
                DueJob(id: row.integer(0), kind: kind, dueAt: row.time(1))
            }
        }
        var claimed: [Job] = []
        for job in plan.choose(from: due) {
            try database.prepare(
                """
                UPDATE jobs SET state = 'running', attempts = attempts + 1, lease_until = ?, updated_at = ?
                WHERE id = ?
                """
            ).bind(now.adding(seconds: plan.leaseSeconds(of: job.kind))).bind(now).bind(job.id).run()
            if let job = try find(job.id) { claimed.append(job) }
        }
        return claimed
    }

    /// Writes down how far a job is with what it has done in the same transaction, and keeps it for as long again.
    /// False when it belongs to nobody, or to a later try: then nothing is to be done.
    func checkpoint(
        _ job: Job, _ progress: Job.Progress, cursor: [UInt8], faults: [Job.Fault]? = nil, leaseSeconds: Int64
    ) throws(StoreFailure) -> Bool {
        guard try report(progress, of: job, leaseSeconds: leaseSeconds) else { return false }
        try database.prepare("UPDATE jobs SET cursor = ? WHERE id = ?").bind(blob: cursor).bind(job.id).run()
        if let faults {
            try database.prepare("UPDATE jobs SET errors = ? WHERE id = ?").bind(blob: JobRow.written(faults))
                .bind(job.id).run()
        }
        return true
    }

    /// Whether a try is the one that the job belongs to.
    func owns(_ job: Job) throws(StoreFailure) -> Bool {
        try database.prepare("SELECT 1 FROM jobs" + Self.owned).bind(job.id).bind(job.attempts)
            .first { _ throws(StoreFailure) in true } == true
    }

    /// False when the job belongs to nobody, or to a later try.
    func report(_ progress: Job.Progress, of job: Job, leaseSeconds: Int64) throws(StoreFailure) -> Bool {
        try database.prepare(
            """
            UPDATE jobs SET done = ?, total = ?, lease_until = ?, updated_at = ?
            WHERE id = ? AND state = 'running' AND attempts = ?
            """
        ).bind(progress.done).bind(progress.total).bind(now.adding(seconds: leaseSeconds)).bind(now).bind(job.id)
            .bind(job.attempts).run()
        return database.changes == 1
    }

    /// - Returns: the job as it is now; `nil` when it was nobody's any more, or a later try's.
    func settle(_ job: Job, _ verdict: JobVerdict) throws(StoreFailure) -> Job? {
        switch verdict {
        case .done(let result, let faults): try end(job, .done, result: result, faults)
        case .failed(let faults): try end(job, .failed, result: nil, faults)
        case .retry(let due, let fault):
            try database.prepare(
                "UPDATE jobs SET state = 'queued', due_at = ?, "
                    + "errors = CASE WHEN cursor IS NULL THEN ? ELSE errors END, lease_until = NULL, updated_at = ?"
                    + Self.owned
            ).bind(due).bind(blob: JobRow.written([fault])).bind(now).bind(job.id).bind(job.attempts).run()
        }
        return database.changes == 1 ? try find(job.id) : nil
    }

    /// Also forgets what it was to do: that may have held what should not be kept.
    private func end(
        _ job: Job, _ state: Job.State, result: [UInt8]?, _ faults: [Job.Fault]
    ) throws(StoreFailure) {
        let update = try database.prepare(
            """
            UPDATE jobs SET state = ?1, payload = x'', cursor = NULL, result = ?2, errors = ?3,
            lease_until = NULL, updated_at = ?4, done = CASE ?1 WHEN 'done' THEN total ELSE done END\
            \(Self.owned)
            """
        ).bind(state.rawValue)
        let bound = result.map { update.bind(blob: $0) } ?? update.bindNull()
        try bound.bind(blob: JobRow.written(faults)).bind(now).bind(job.id).bind(job.attempts).run()
    }

    private static let owned = " WHERE id = ? AND state = 'running' AND attempts = ?"

    func cancel(_ id: Int64) throws(StoreFailure) -> Bool {
        try database.prepare(
            """
            UPDATE jobs SET state = 'cancelled', payload = x'', cursor = NULL, lease_until = NULL, updated_at = ?
            WHERE id = ? AND state IN ('queued', 'running')
            """
        ).bind(now).bind(id).run()
        return database.changes == 1
    }

    /// Ends what a user has asked for, and forgets what was said in it and what came of it. What runs is told so when
    /// it next says how far it is.
    func forget(_ user: UserID) throws(StoreFailure) {
        try database.prepare(
            """
            UPDATE jobs SET state = 'cancelled', updated_at = ?, lease_until = NULL
            WHERE user = ? AND state IN ('queued', 'running')
            """
        ).bind(now).bind(user).run()
        try database.prepare(
            """
            UPDATE jobs SET key = NULL, payload = x'', cursor = NULL, result = NULL, errors = NULL WHERE user = ?
            """
        ).bind(user).run()
    }

    /// Returns how many went.
    func prune(before time: Timestamp, atMost count: Int) throws(StoreFailure) -> Int {
        try database.prepare(
            """
            DELETE FROM jobs WHERE id IN (
                SELECT id FROM jobs WHERE state IN ('done', 'failed', 'cancelled') AND updated_at < ? LIMIT ?)
            """
        ).bind(time).bind(count).run()
        return database.changes
    }
}

extension Transaction {
    /// Adds a job that exists if, and only if, all else of the transaction does.
    /// - Returns: the job, or the one that has its key already.
    mutating func enqueue(_ new: NewJob, within bounds: JobBounds) throws(StoreFailure) -> Result<Job, JobFailure> {
        let writer = JobWriter(self)
        if let key = new.key, let found = try writer.find(new.kind, key: key) { return .success(found) }
        if let refusal = try writer.refusal(of: new, within: bounds) { return .failure(refusal) }
        let job = try writer.add(new)
        rings.insert(.jobs)
        tell(of: job)
        return .success(job)
    }

    /// Adds a job of the server's own, however many wait: there is one for each change of something that is bounded
    /// itself.
    mutating func enqueueAlways(_ new: NewJob) throws(StoreFailure) {
        _ = try JobWriter(self).add(new)
        rings.insert(.jobs)
    }

    /// Tells whose job it is how it stands now.
    mutating func tell(of job: Job?) {
        guard let job, let user = job.user else { return }
        tell(user, .jobUpdated) { json in job.write(to: &json, faultsMax: Job.toldFaultsMax) }
    }
}
