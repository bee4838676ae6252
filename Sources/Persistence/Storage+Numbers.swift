internal import Auth
internal import Base
internal import Channels
internal import Glibc
internal import Reactor
public import Telemetry

/// What the store says of itself.
extension Storage {
    /// How much waits for whom, just now.
    public var queues: [(name: String, count: Int)] {
        [
            ("journal", committer.waitingCount), ("reader", readers.waitingCount), ("file", keeper.pool.waitingCount),
            ("search", searchers?.waitingCount ?? 0),
        ]
    }

    /// Bytes of the disk that the data lies on, and of the database in it.
    public struct Disk: Sendable {
        public var databaseByteCount: Int64 = 0
        public var freeByteCount: Int64 = 0
        public var byteCount: Int64 = 0
    }

    public var disk: Disk {
        var disk = Disk()
        var status = stat()
        if stat(path, &status) == 0 { disk.databaseByteCount = Int64(status.st_size) }
        var room = statvfs()
        if statvfs(path, &room) == 0 {
            disk.freeByteCount = Int64(clamping: UInt64(room.f_bavail) &* UInt64(room.f_frsize))
            disk.byteCount = Int64(clamping: UInt64(room.f_blocks) &* UInt64(room.f_frsize))
        }
        return disk
    }

    /// The disk is full, and what was held back of it is in use.
    public var isShortOfRoom: Bool { room?.isShort == true }

    /// Everything that it counts and measures.
    public func families() async -> [MetricFamily] {
        let disk = disk
        return numbers.families + (await jobFamilies()) + [
            .gauge("confab_database_bytes", "Size of the database, without its log.", Double(disk.databaseByteCount)),
            .gauge("confab_disk_free_bytes", "Bytes that are free where the data lies.", Double(disk.freeByteCount)),
            .gauge("confab_disk_size_bytes", "Size of the disk that the data lies on.", Double(disk.byteCount)),
            .gauge(
                "confab_disk_full", "1 while the disk is full, and only what takes away is taken.",
                isShortOfRoom ? 1 : 0),
            .gauge("confab_damaged_things", "Things found damaged since the start.", integrity.report.damagedCount),
        ]
    }

    /// Jobs by what they are for and how they stand; nothing of those that wait while the readers are too busy to say.
    private func jobFamilies() async -> [MetricFamily] {
        var waiting = MetricFamily("confab_jobs", .gauge, "Jobs that wait or run, by kind.")
        do throws(JobFailure) {
            for row in try await waitingJobs() { waiting.add(row.count, [("kind", row.kind), ("state", row.state)]) }
        } catch {}
        var ended = MetricFamily("confab_jobs_tried_total", .counter, "Tries of jobs that ended, by kind and outcome.")
        for (tried, count) in triedJobs.counts {
            ended.add(count, [("kind", tried.kind), ("outcome", tried.outcome)])
        }
        return [waiting, ended]
    }

    private func waitingJobs() async throws(JobFailure) -> [(kind: String, state: String, count: Int)] {
        try await readers.look(or: JobFailure.self) { archive, _ throws(StoreFailure) in
            // Each state by the index of its own.
            try archive.statement(
                """
                SELECT kind, 'queued', count(*) FROM jobs WHERE state = 'queued' GROUP BY kind
                UNION ALL SELECT kind, 'running', count(*) FROM jobs WHERE state = 'running' GROUP BY kind
                """
            ).all { row throws(StoreFailure) in (row.string(0), row.string(1), Int(row.integer(2))) }
        }
    }
}

/// How often jobs were tried and what came of it, since the start.
final class TriedJobs: Sendable {
    struct Tried: Hashable {
        var kind: String
        /// `done`, `retried` or `failed`.
        var outcome: String
    }

    private let tried = Guarded<[Tried: Int]>([:])

    func count(_ job: Job, _ verdict: JobVerdict) {
        let outcome =
            switch verdict {
            case .done: "done"
            case .retry: "retried"
            case .failed: "failed"
            }
        tried.withLock { $0[Tried(kind: job.kind.name, outcome: outcome), default: 0] += 1 }
    }

    var counts: [(Tried, Int)] {
        tried.withLock { Array($0) }.sorted { ($0.key.kind, $0.key.outcome) < ($1.key.kind, $1.key.outcome) }
            .map { ($0.key, $0.value) }
    }
}
