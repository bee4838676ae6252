public import Telemetry

/// What the committer counts. Only its thread writes.
public final class CommitNumbers: Sendable {
    /// Messages that were sent, without those that were sent again.
    public let messages = Counter()
    /// Nanoseconds that a batch took to be on disk once it was written.
    public let commits = Histogram(.time)
    /// What was decided together in one transaction.
    public let batches = Histogram(.size)
    /// Transactions that found no room on the disk, or damage.
    public let failures = Counter()
    /// Bytes of the write-ahead log.
    public let logByteCount = Counter()
    /// Events that no index knows yet.
    public let unindexedCount = Counter()

    public init() {}

    public var families: [MetricFamily] {
        [
            .counter("confab_messages_total", "Messages that were sent.", messages.reading),
            .histogram("confab_commit_seconds", "Time from a written batch to its being on disk.", commits.reading),
            .histogram("confab_batch_size", "Commands and changes in one transaction.", batches.reading),
            .counter(
                "confab_commit_failures_total", "Transactions that found no room on the disk, or damage.",
                failures.reading),
            .gauge("confab_log_bytes", "Size of the database's write-ahead log.", logByteCount.reading),
            .gauge("confab_unindexed_events", "Events that no index knows yet.", unindexedCount.reading),
        ]
    }
}
