public import Base

/// The jobs that make backups: one that somebody asks for, and one that comes again and again.
public enum BackupJob {
    public static let kind: JobKind = "backup"

    private static let scheduled: [UInt8] = Array(#"{"scheduled":true}"#.utf8)
    /// Seconds for which asking again gives the same job.
    private static let repeatSeconds: Int64 = 60

    public static func asked(by user: UserID, at now: Timestamp) -> NewJob {
        NewJob(kind, user: user, payload: [], key: "asked:\(now.seconds / repeatSeconds)")
    }

    /// The next one of those that come every so many hours: one for each time, however often it is asked for.
    public static func scheduled(everyHours hours: Int, after now: Timestamp) -> NewJob {
        let seconds = Int64(hours) * 3_600, turn = now.seconds / seconds + 1
        return NewJob(
            kind, payload: scheduled, key: "every:\(hours):\(turn)",
            dueAt: Timestamp(milliseconds: turn * seconds * 1_000))
    }

    public static func isScheduled(_ job: Job) -> Bool { job.payload == scheduled }
}
