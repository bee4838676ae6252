public import Base

/// What is known of the server's parts, just now.
public struct HealthReading: Sendable {
    /// Whether an empty transaction came through, and how long it took.
    public var canCommit = false
    public var commitMilliseconds = 0
    public var isShortOfRoom = false
    public var databaseByteCount: Int64 = 0
    public var logByteCount: Int64 = 0
    /// Bytes from which on the log is emptied, whoever reads.
    public var logBytesMax: Int64 = 0
    /// Of the last minute: commits, and microseconds that 99 of 100 took at most.
    public var commitCount: Int64 = 0
    public var commitWorst: Int64 = 0
    public var diskFreeByteCount: Int64 = 0
    public var diskByteCount: Int64 = 0
    /// What waits, and how much of it may.
    public var queues: [(name: String, count: Int, countMax: Int)] = []
    /// When the newest backup was made; `nil` where there is none.
    public var backupMadeAt: Timestamp?
    /// Hours between backups that are made by themselves; 0 where none are.
    public var backupEveryHours = 0
    public var damagedCount = 0
    public var lookedAt: Timestamp?

    public init() {}
}

/// How each part of the server is. Pure: a reading in, a judgement out.
public struct HealthReport: Sendable {
    public enum Status: String, Sendable, Comparable {
        case healthy
        /// It works, and somebody should look before it does not.
        case degraded
        case unhealthy

        public static func < (one: Status, other: Status) -> Bool { one.rank < other.rank }

        private var rank: Int {
            switch self {
            case .healthy: 0
            case .degraded: 1
            case .unhealthy: 2
            }
        }
    }

    public enum Value: Sendable, Equatable {
        case number(Int64)
        case time(Timestamp?)
    }

    public struct Part: Sendable {
        public var name: String
        public var status: Status
        /// What is to be done, where something is.
        public var advice: String?
        public var values: [(name: String, value: Value)]
    }

    public let parts: [Part]

    public var status: Status { parts.map(\.status).max() ?? .healthy }

    /// Milliseconds that a commit may take on a disk that is well.
    static let commitMillisecondsMax = 1_000
    /// Microseconds that 99 of 100 commits of a minute may take.
    static let commitWorstMax: Int64 = 500_000
    /// The log is this many times what it may be before somebody should look.
    static let logTimesMax: Int64 = 2

    public init(_ reading: HealthReading, at now: Timestamp) {
        parts = [
            Self.database(reading), Self.log(reading), Self.commits(reading), Self.disk(reading),
            Self.queues(reading), Self.backup(reading, at: now), Self.integrity(reading),
        ]
    }

    private static func database(_ reading: HealthReading) -> Part {
        let isSlow = reading.commitMilliseconds > commitMillisecondsMax
        return Part(
            name: "database",
            status: !reading.canCommit ? .unhealthy : isSlow ? .degraded : .healthy,
            advice: !reading.canCommit
                ? "nothing can be committed; see the log" : isSlow ? "the disk is slow or much waits for it" : nil,
            values: [
                ("milliseconds", .number(Int64(reading.commitMilliseconds))),
                ("bytes", .number(reading.databaseByteCount)),
            ])
    }

    private static func log(_ reading: HealthReading) -> Part {
        let isLarge = reading.logBytesMax > 0 && reading.logByteCount > logTimesMax * reading.logBytesMax
        return Part(
            name: "log", status: isLarge ? .degraded : .healthy,
            advice: isLarge ? "the write-ahead log is not copied back; a reader of another program may hold it" : nil,
            values: [("bytes", .number(reading.logByteCount)), ("bytes_max", .number(reading.logBytesMax))])
    }

    private static func commits(_ reading: HealthReading) -> Part {
        let isSlow = reading.commitWorst > commitWorstMax
        return Part(
            name: "commits", status: isSlow ? .degraded : .healthy,
            advice: isSlow ? "one commit in a hundred takes very long; look at the disk" : nil,
            values: [("per_minute", .number(reading.commitCount)), ("p99_us", .number(reading.commitWorst))])
    }

    private static func disk(_ reading: HealthReading) -> Part {
        let isLow = reading.diskFreeByteCount < reading.diskByteCount / 10
        return Part(
            name: "disk", status: reading.isShortOfRoom ? .unhealthy : isLow ? .degraded : .healthy,
            advice: reading.isShortOfRoom
                ? "the disk is full, and nothing new is taken; make room" : isLow ? "less than a tenth is free" : nil,
            values: [
                ("free_bytes", .number(reading.diskFreeByteCount)), ("bytes", .number(reading.diskByteCount)),
            ])
    }

    private static func queues(_ reading: HealthReading) -> Part {
        let full = reading.queues.filter { $0.count > $0.countMax / 2 }
        return Part(
            name: "queues", status: full.isEmpty ? .healthy : .degraded,
            advice: full.isEmpty ? nil : "more than half full: \(full.map(\.name).joined(separator: ", "))",
            values: reading.queues.map { ($0.name, .number(Int64($0.count))) })
    }

    private static func backup(_ reading: HealthReading, at now: Timestamp) -> Part {
        let age = reading.backupMadeAt.map { max(0, now.seconds - $0.seconds) }
        // One may be missed: the next one is made an hour or a day later.
        let secondsMax = Int64(reading.backupEveryHours) * 3_600 * 2
        let isLate = secondsMax > 0 && (age ?? .max) > secondsMax
        return Part(
            name: "backup", status: isLate ? .degraded : .healthy,
            advice: isLate ? "no backup for twice the time between two; see the jobs of kind backup" : nil,
            values: [("made_at", .time(reading.backupMadeAt))] + (age.map { [("age_s", .number($0))] } ?? []))
    }

    private static func integrity(_ reading: HealthReading) -> Part {
        Part(
            name: "integrity", status: reading.damagedCount > 0 ? .unhealthy : .healthy,
            advice: reading.damagedCount > 0 ? "something stored is damaged; the log says what" : nil,
            values: [
                ("damaged_count", .number(Int64(reading.damagedCount))), ("looked_at", .time(reading.lookedAt)),
            ])
    }
}
