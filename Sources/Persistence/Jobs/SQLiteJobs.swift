internal import Auth
internal import Base
internal import Channels
internal import Reactor

/// The queue of jobs on disk.
struct SQLiteJobs: Jobs {
    let readers: WorkPool<Reader>
    let committer: Committer
    let bounds: JobBounds
    let tried: TriedJobs
    let cancellations = JobCancellations()

    /// Rows taken away in one transaction.
    private static let pruneMax = 1_000

    func enqueue(_ new: NewJob) async throws(JobFailure) -> Job {
        try await committer.change(or: JobFailure.self) { [bounds] transaction throws(StoreFailure) in
            try transaction.enqueue(new, within: bounds)
        }.get()
    }

    func find(_ id: Int64) async throws(JobFailure) -> Job? {
        try await readers.look(or: JobFailure.self) { archive, _ throws(StoreFailure) in
            try archive.statement("SELECT \(JobRow.columns) FROM jobs WHERE id = ?").bind(id)
                .first { row throws(StoreFailure) in try JobRow.read(row) }
        }
    }

    func cancel(_ id: Int64, by cause: Cause) async throws(JobFailure) -> Job? {
        try await committer.change(or: JobFailure.self) { [cancellations] transaction throws(StoreFailure) in
            let writer = JobWriter(transaction), before = try writer.find(id)
            let hasEnded = try writer.cancel(id), job = try writer.find(id)
            if hasEnded {
                if before?.state == .running { transaction.afterwards.append { cancellations.insert(id) } }
                if let before { try transaction.removeInput(of: before) }
                try transaction.record(.jobCancelled, by: cause, target: "job:\(id)")
                transaction.tell(of: job)
            }
            return job
        }
    }

    func nextDue() async throws(JobFailure) -> Timestamp? {
        try await readers.look(or: JobFailure.self) { archive, _ throws(StoreFailure) in
            try archive.statement(
                """
                SELECT min(due) FROM (
                    SELECT min(due_at) AS due FROM jobs WHERE state = 'queued'
                    UNION ALL SELECT min(lease_until) FROM jobs WHERE state = 'running')
                """
            ).first { row throws(StoreFailure) in row.timeOrNull(0) } ?? nil
        }
    }

    func reckonAnew() async throws(JobFailure) {
        try await committer.change(or: JobFailure.self) { transaction throws(StoreFailure) in
            try JobWriter(transaction).reckonAnew()
        }
    }

    func claim(_ plan: JobPlan) async throws(JobFailure) -> [Job] {
        try await committer.change(or: JobFailure.self) { transaction throws(StoreFailure) in
            let claimed = try JobWriter(transaction).claim(plan)
            for job in claimed { transaction.tell(of: job) }
            return claimed
        }
    }

    func list(_ search: JobSearch) async throws(JobFailure) -> [Job] {
        try await readers.look(or: JobFailure.self) { archive, _ throws(StoreFailure) in
            // An index for each of the two: the conditions that are not asked for must not stand there.
            let whose = search.user == nil ? "?1 IS NULL" : "user = ?1"
            return try archive.statement(
                """
                SELECT \(JobRow.columns) FROM jobs WHERE \(whose) AND id < ?2 AND (?3 IS NULL OR kind = ?3)
                AND (?4 IS NULL OR state = ?4) ORDER BY id DESC LIMIT ?5
                """
            ).bind(search.user?.rawValue).bind(search.before).bind(search.kind?.name).bind(search.state?.rawValue)
                .bind(search.limit).all { row throws(StoreFailure) in try JobRow.read(row) }
        }
    }

    func report(_ progress: Job.Progress, of job: Job, leaseSeconds: Int64) async throws(JobFailure) -> Bool {
        try await committer.change(or: JobFailure.self) { transaction throws(StoreFailure) in
            let writer = JobWriter(transaction), before = try writer.find(job.id)?.percentDone
            guard try writer.report(progress, of: job, leaseSeconds: leaseSeconds) else { return false }
            let after = try writer.find(job.id)
            // The end is told by itself.
            if let percent = after?.percentDone, percent != before, percent < 100 { transaction.tell(of: after) }
            return true
        }
    }

    func settle(_ job: Job, _ verdict: JobVerdict) async throws(JobFailure) {
        try await committer.change(or: JobFailure.self) { transaction throws(StoreFailure) in
            transaction.tell(of: try JobWriter(transaction).settle(job, verdict))
        }
        tried.count(job, verdict)
    }

    func prune(before time: Timestamp) async throws(JobFailure) -> Bool {
        try await committer.change(or: JobFailure.self) { transaction throws(StoreFailure) in
            try JobWriter(transaction).prune(before: time, atMost: Self.pruneMax) == Self.pruneMax
        }
    }
}
