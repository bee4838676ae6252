internal import Auth
internal import Base
internal import Channels
internal import Reactor
internal import Telemetry

/// Makes backups beside everything else: the committer copies its log into the data file and leaves that alone, no
/// uploaded file is removed, and one thread that lets others go first copies what lies there.
final class SQLiteBackups: Backups {
    /// What the one thread has.
    struct Tool {
        let source: String
        let leash: SnapshotLeash
        var database: Database?
        var run: BackupRun?
    }

    private let path: String
    private let settings: BackupSettings
    private let shelf: BackupShelf
    private let committer: Committer
    private let keeper: BlobKeeper
    private let pool: WorkPool<Tool>
    private let time: TimeSource
    private let log: Logger
    private let isMaking = Guarded(false)
    private let counted = Guarded<StorageUsage?>(nil)

    /// Seconds for which what was counted is told again: counting reads the whole database.
    private static let usageSeconds: Int64 = 300
    /// Pieces of work that may wait for the thread.
    private static let queueMax = 16

    /// - Parameter threads: that make copies, one where there are threads at all.
    init(
        path: String, leash: SnapshotLeash, settings: BackupSettings, threads: Int, committer: Committer,
        keeper: BlobKeeper, time: TimeSource, log: Logger
    ) {
        self.path = path
        self.settings = settings
        self.committer = committer
        self.keeper = keeper
        self.time = time
        self.log = log
        shelf = BackupShelf(directory: settings.directory, keptCount: settings.keptCount)
        pool = WorkPool(named: "backup", threads: threads, capacity: Self.queueMax) { Tool(source: path, leash: leash) }
    }

    /// Ends what is under way. The thread lets go of the data file.
    func close() { pool.finish() }

    // MARK: Making

    func make(
        by cause: Cause, goesOn: @escaping @Sendable (Int64, Int64) async -> Bool
    ) async throws(BackupFailure) -> Backup {
        let path = shelf.path(at: time.now())
        return try await alone { () async throws(BackupFailure) in
            try await work { [shelf] _ throws(BackupFailure) in try shelf.prepare() }
            let made = try await copy(to: path, by: cause, goesOn)
            // What is damaged now may be whole in an older one.
            if made.faults.isEmpty { try await work { [shelf] _ throws(BackupFailure) in shelf.prune() } }
            return made
        }
    }

    func make(
        at path: String, by cause: Cause, goesOn: @escaping @Sendable (Int64, Int64) async -> Bool
    ) async throws(BackupFailure) -> Backup {
        try await alone { () async throws(BackupFailure) in try await copy(to: path, by: cause, goesOn) }
    }

    /// One at a time: each would hold the log for as long again.
    private func alone<Value>(
        _ body: () async throws(BackupFailure) -> Value
    ) async throws(BackupFailure) -> Value {
        let isFirst = isMaking.withLock { isMaking in
            defer { isMaking = true }
            return !isMaking
        }
        guard isFirst else { throw .busy }
        defer { isMaking.withLock { $0 = false } }
        return try await body()
    }

    private func copy(
        to path: String, by cause: Cause, _ goesOn: @Sendable (Int64, Int64) async -> Bool
    ) async throws(BackupFailure) -> Backup {
        let begun = time.instant(), now = time.now()
        // From before the instant: every file that a row names in it is there until it is copied.
        keeper.pause()
        defer { keeper.resume() }
        let (byteCount, faults) = try await copyPieces(to: path, at: now, goesOn)
        let backup = Backup(path: path, byteCount: byteCount, madeAt: now, faults: faults)
        for fault in faults { log.error("damaged data was found by a backup", ["what": fault]) }
        log.info(
            "a backup is made",
            [
                "path": path, "bytes": "\(byteCount)", "milliseconds": "\(time.instant().milliseconds(since: begun))",
            ])
        let noted = await committer.transact { transaction throws(StoreFailure) in
            try transaction.record(
                .backupMade, by: cause, target: "backup:\(backup.name)", detail: "\(byteCount) bytes")
        }
        // It is there; that it could not be noted is no reason to say otherwise.
        if case .failure = noted { log.warning("the backup is not in the audit trail", ["path": path]) }
        return backup
    }

    private func copyPieces(
        to path: String, at now: Timestamp, _ goesOn: @Sendable (Int64, Int64) async -> Bool
    ) async throws(BackupFailure) -> (byteCount: Int64, faults: [String]) {
        guard let hold = await committer.hold() else { throw .busy }
        defer { hold.release() }
        do throws(BackupFailure) {
            try await work { [settings, keeper] tool throws(BackupFailure) in
                tool.run = try BackupRun(
                    BackupRun.Source(
                        data: settings.data, database: try tool.open(), store: keeper.store,
                        settings: settings.settings), under: hold, at: path, now: now)
            }
            while let (done, total) = try await step(hold) {
                guard await goesOn(done, total) else { throw .cancelled }
            }
            return try await work { tool throws(BackupFailure) in
                defer { tool.run = nil }
                return (tool.run?.byteCount ?? 0, tool.run?.faults ?? [])
            }
        } catch {
            // What is written of it goes with it.
            try? await work { tool throws(BackupFailure) in tool.run = nil }
            throw error
        }
    }

    /// `nil` at the end.
    private func step(_ hold: CheckpointHold) async throws(BackupFailure) -> (done: Int64, total: Int64)? {
        try await work { tool throws(BackupFailure) in
            guard let run = tool.run, try run.step() else { return nil }
            if run.isPastDatabase { hold.release() }
            return (run.done, run.total)
        }
    }

    // MARK: What there is

    func list() async throws(BackupFailure) -> [Backup] {
        try await work { [shelf] _ throws(BackupFailure) in shelf.list() }
    }

    func usage() async throws(BackupFailure) -> StorageUsage {
        let now = time.now()
        if let counted = counted.withLock({ $0 }), now < counted.at.adding(seconds: Self.usageSeconds),
            now >= counted.at
        {
            return counted
        }
        let usage = try await work { [path, shelf] tool throws(BackupFailure) in
            let database = try tool.open()
            do throws(StoreFailure) {
                return try StorageCount(database: database, path: path, shelf: shelf).usage(at: now)
            } catch {
                throw .failed("\(error)")
            }
        }
        counted.withLock { $0 = usage }
        return usage
    }

    private func work<Value: Sendable>(
        _ body: @escaping @Sendable (inout Tool) throws(BackupFailure) -> Value
    ) async throws(BackupFailure) -> Value {
        let result = await pool.run { tool -> Result<Value, BackupFailure> in
            do throws(BackupFailure) { return .success(try body(&tool)) } catch { return .failure(error) }
        }
        guard let result else { throw .busy }
        return try result.get()
    }
}

extension SQLiteBackups.Tool {
    init(source: String, leash: SnapshotLeash) {
        self.init(source: source, leash: leash, database: nil, run: nil)
    }

    /// The thread's own connection, opened when it is first needed.
    mutating func open() throws(BackupFailure) -> Database {
        if let database { return database }
        do throws(StoreFailure) {
            let opened = try Database(path: source, .reader, leash: leash)
            database = opened
            return opened
        } catch {
            throw .failed("\(error)")
        }
    }
}
