public import Auth
public import Base
public import Channels
public import Courses
package import Reactor
public import Telemetry

/// Everything that lasts, behind the ports of those who need it. Opening it brings the schema up to date and reads back
/// what the last run of the server had not indexed yet.
public final class Storage: Sendable {
    public var journal: any Journal { committer }
    public let archive: any Archive
    public let notifications: any NotificationFeed
    public let devices: any Devices
    public let accounts: any Accounts
    public let audit: any AuditTrail
    public let jobs: any Jobs
    public let textBudget: any TextBudget
    public let webhooks: any Webhooks
    public let tail: any JournalTail
    /// Who waits for work is woken by these when there is some.
    public let bells = Bells()
    public let proofs: any Proofs
    public let secondFactors: any SecondFactors
    public let invitations: any Invitations
    public let apiKeys: any APIKeys
    public let foreignUsers: any ForeignUsers
    public let identities: any Identities
    public let people: any People
    public let contacts: any ContactBook
    public let courses: any CourseStore
    public let madeRoles: any Roles
    public let files: any UploadedFiles
    public let uploads: any ResumableUploads
    public let backups: any Backups
    /// `nil` where nothing is indexed.
    public let search: (any Search)?
    /// What the committer counts.
    public let numbers = CommitNumbers()
    /// What the server came to, by minutes, hours and days.
    public let series: any SeriesStore
    /// What is known to be damaged.
    public let integrity: Integrity
    public let endedLogins: EndedLogins
    public let roles: RoleBook
    /// Changes only when history went back, as a restored backup does.
    public let epoch: String

    /// Of the database.
    let path: String
    let committer: Committer
    let room: DiskRoom?
    let triedJobs = TriedJobs()
    package let readers: WorkPool<Reader>
    let keeper: BlobKeeper
    private let maker: ThumbnailMaker?
    private let backupWorks: SQLiteBackups
    private let scrubber: Scrubber
    private let searchWorks: SearchWorks?
    let searchers: WorkPool<SearchReader>?
    private let ended = Semaphore()

    /// Before the first look for damage: a server that begins has other things to do.
    public static let scrubDelayMilliseconds = 10_000
    /// Threads that read; more would only wait for the same disk.
    private static let readerCount = 2
    /// Threads that search: one that looks far back does not hold up the next.
    private static let searcherCount = 2
    /// Threads that write files: while one waits for the disk, the other goes on.
    private static let fileThreadCount = 2
    /// Threads that wait for the service where files are kept: so many transfers with it at once.
    private static let bucketThreadCount = 8

    /// - Parameters:
    ///   - path: of the database.
    ///   - filesPath: of the directory for uploaded files.
    ///   - objects: keeps the bytes of uploaded files in the place of that directory.
    ///   - searchPath: of the index of what was said; without it, there is none.
    ///   - shrinker: makes small images; without it there are none.
    ///   - reservePath: of the file that holds some of the disk back; without it, none is.
    ///   - backups: where they go; beside the database when nothing is said.
    ///   - scrubDelayMilliseconds: after which it begins to look for damage.
    ///   - planted: a fault for tests to find.
    public convenience init(
        path: String, filesPath: String, objects: (any ObjectStore)? = nil,
        shrinker: (any ImageShrinker)? = nil, searchPath: String? = nil, reservePath: String? = nil,
        auditKey: Secret, backups: BackupSettings? = nil,
        scrubDelayMilliseconds: Int = Storage.scrubDelayMilliseconds, fanout: any Fanout, limits: Limits,
        time: TimeSource = .system, planted: PlantedFault? = nil, log: Logger
    ) throws(StoreFailure) {
        let backups = backups ?? BackupSettings(data: BackupWriter.directory(of: path))
        let mark = RunMark(database: path)
        let mends = try mark.check()
        try mark.mend(mends)
        for mend in mends {
            log.error("a bit of the write-ahead log had flipped, and is set right", ["frame": "\(mend.frame)"])
        }
        try Restoring.check(backups.data)
        let files: any FileStore, parts: UploadParts
        do throws(SystemError) {
            let disk = try DiskFileStore(path: filesPath, log: log)
            if let objects {
                files = try BucketFileStore(disk: disk, objects: objects, cacheBytesMax: limits.fileCacheBytes)
            } else {
                files = disk
            }
            parts = try UploadParts(path: filesPath + "/uploads", log: log)
        } catch {
            throw .broken("\(filesPath): \(error)")
        }
        try self.init(
            on: Ground(
                path: path, files: files, shrinker: shrinker, parts: parts, reservePath: reservePath,
                searchPath: searchPath, mark: mark, backups: backups, planted: planted),
            auditKey: auditKey,
            fanout: fanout,
            limits: limits, scrubDelayMilliseconds: scrubDelayMilliseconds, time: time, log: log
        ) { work, ended in
            _ = Thread(named: "committer") {
                work.run(log: log)
                ended.signal()
            }
        }
        keeper.sweepAll { [integrity] in integrity.found($0) }
        parts.sweep(on: keeper.pool)
        scrubber.start()
        searchWorks?.start()
    }

    /// On what the store stands: the machine's disk and threads of its own, or what a test has instead.
    package struct Ground {
        /// Of the database, and SQLite's name of the file system that it is in; `nil` for the machine's.
        var path: String
        var vfs: String?
        var files: any FileStore
        /// Makes small images; `nil` where none are made.
        var shrinker: (any ImageShrinker)?
        /// Where uploads that are not whole lie; `nil` where there is no directory for them.
        var parts: UploadParts?
        /// Of the file that holds some of the disk back.
        var reservePath: String?
        /// Of the search's index; `nil` where nothing is indexed.
        var searchPath: String?
        /// What tells the next run of this one, and where copies go; `nil` where there is no directory for either.
        var mark: RunMark?
        var backups: BackupSettings?
        /// Without threads the work waits for who does it (`WorkPool.doOne`).
        var readerCount = Storage.readerCount
        var fileThreadCount = Storage.fileThreadCount
        var backupThreadCount = 1
        var pace = CommitterTurns.Pace.usual
        /// A fault for tests to find.
        var planted: PlantedFault?
    }

    /// - Parameter begin: is handed the committer's work, to have it done by one thread, and what to signal when that
    ///   is over.
    package init(
        on ground: Ground, auditKey: Secret, fanout: any Fanout, limits: Limits,
        scrubDelayMilliseconds: Int = Storage.scrubDelayMilliseconds, time: TimeSource, log: Logger,
        begin: (sending Handover, Semaphore) -> Void
    ) throws(StoreFailure) {
        let path = ground.path, vfs = ground.vfs, mark = ground.mark
        self.path = path
        // Before anything else: to start takes some room as well.
        let room =
            limits.diskReserveBytes > 0
            ? ground.reservePath.map { DiskRoom(path: $0, byteCount: limits.diskReserveBytes) } : nil
        self.room = room
        let database = try Database(path: path, .writer, vfs: vfs, planted: ground.planted)
        var hasStarted = false
        // Who does not get further than this closes the database in order, and the log is gone with that.
        defer { if !hasStarted { mark?.clear() } }
        if let backups = ground.backups {
            try SchemaCopy(shelf: backups.data + "/backups").make(of: database, bringingTo: Migration.newest)
        }
        try Migration.run(on: database)
        let chain = AuditChain(key: auditKey)
        try AuditWriter(database: database, chain: chain).beginIfNew()
        // Nobody is told of what the last run wrote before it is certain to stay.
        try database.syncLog()
        try FilePlace.settle(ground.files.place, in: database)
        try Self.takeBackJobs(in: database)
        bells.hasListeners = try database.integer("SELECT count(*) FROM webhooks WHERE active = 1") > 0
        epoch = try database.text("SELECT value FROM meta WHERE name = 'epoch'")
        let endedLogins = EndedLogins()
        try Self.recall(endedLogins, from: database, at: time.now())
        self.endedLogins = endedLogins
        roles = RoleBook(made: try Self.madeRoles(in: database))
        let keyBook = APIKeyBook()
        try SQLiteAPIKeys.recall(into: keyBook, from: database)
        let leash = SnapshotLeash()
        let owners = DeviceOwners()
        try owners.recall(from: database)
        let recent = RecentEvents()
        let fileReader = { @Sendable in FileReader(path: path, vfs: vfs, leash: leash, log: log) }
        let isFar = ground.files.place != nil
        let keeper = BlobKeeper(
            store: ground.files,
            pool: WorkPool(
                named: "file", threads: ground.fileThreadCount, capacity: limits.fileQueueMax, tool: fileReader),
            farPool: isFar
                ? WorkPool(
                    named: "bucket", threads: Self.bucketThreadCount, capacity: limits.fileQueueMax, tool: fileReader)
                : nil)
        self.keeper = keeper
        let pass = try CommitPass(
            database: database, recent: recent, fanout: fanout, endedLogins: endedLogins, keyBook: keyBook,
            owners: owners, chain: chain, limits: limits, bells: bells, room: room, leash: leash, time: time,
            planted: ground.planted, numbers: numbers,
            removesByJob: isFar,
            orphaned: { [bells] in isFar ? bells.ring(.jobs) : keeper.condemn($0) },
            uploadsEnded: { ground.parts?.sweep(on: keeper.pool) },
            lacking: { log.error("a change was refused for what could not be read", ["why": "\($0)"]) },
            hasEnded: { mark?.clear() })
        do throws(SystemError) {
            committer = try Committer(capacity: limits.journalQueueMax)
        } catch {
            throw .broken("\(error)")
        }
        readers = WorkPool(named: "reader", threads: ground.readerCount, capacity: limits.readQueueMax) {
            Reader(path: path, vfs: vfs, leash: leash, recent: recent, log: log)
        }
        archive = SQLiteArchive(readers: readers, pageBytesMax: limits.pageBytesMax)
        devices = SQLiteDevices(readers: readers, committer: committer, owners: owners)
        notifications = SQLiteNotifications(readers: readers, committer: committer)
        accounts = SQLiteAccounts(readers: readers, committer: committer)
        audit = SQLiteAuditTrail(readers: readers, chain: chain)
        jobs = SQLiteJobs(readers: readers, committer: committer, bounds: JobBounds(limits), tried: triedJobs)
        textBudget = SQLiteTextBudget(committer: committer)
        webhooks = SQLiteWebhooks(readers: readers, committer: committer, bells: bells)
        tail = SQLiteJournalTail(readers: readers)
        proofs = SQLiteProofs(readers: readers, committer: committer, time: time)
        secondFactors = SQLiteSecondFactors(readers: readers, committer: committer)
        invitations = SQLiteInvitations(readers: readers, committer: committer, time: time)
        foreignUsers = SQLiteForeignUsers(committer: committer)
        apiKeys = SQLiteAPIKeys(committer: committer, book: keyBook)
        identities = SQLiteIdentities(committer: committer)
        people = SQLitePeople(readers: readers, committer: committer)
        contacts = SQLiteContacts(readers: readers, committer: committer)
        courses = SQLiteCourses(readers: readers, committer: committer, time: time)
        series = SQLiteSeries(readers: readers, committer: committer)
        madeRoles = SQLiteRoles(committer: committer, book: roles)
        integrity = Integrity(log: log)
        let maker = ground.shrinker.map { ThumbnailMaker($0, queueMax: limits.thumbnailQueueMax) }
        self.maker = maker
        let verified = VerifiedFiles(time: time)
        let uploadedFiles = SQLiteFiles(
            keeper: keeper, readers: readers, committer: committer, verified: verified, integrity: integrity,
            room: room, maker: maker, log: log)
        files = uploadedFiles
        uploads = SQLiteUploads(files: uploadedFiles, parts: ground.parts, time: time)
        backupWorks = SQLiteBackups(
            path: path, leash: leash,
            settings: ground.backups ?? BackupSettings(data: BackupWriter.directory(of: path)),
            threads: ground.backupThreadCount, committer: committer, keeper: keeper, time: time, log: log)
        backups = backupWorks
        scrubber = Scrubber(
            path: path, leash: leash, store: keeper.store, verified: verified, integrity: integrity,
            rates: Scrubber.Rates(limits, delayMilliseconds: scrubDelayMilliseconds), time: time)
        (searchWorks, searchers, search) = try Self.searching(
            ground, epoch: epoch, leash: leash, recent: recent, committer: committer, bell: bells.search, room: room,
            in: database, limits, time: time, log: log)
        try mark?.set(database)
        hasStarted = true
        begin(Handover(committer, committer.turns(pass, time: time, pace: ground.pace)), ended)
    }

    /// Whether the committer still takes and commits work: an empty transaction, there and back.
    public func isWriting() async -> Bool {
        guard case .success = await committer.transact({ (_: inout Transaction) throws(StoreFailure) in }) else {
            return false
        }
        return room?.isShort != true
    }

    /// Removes bytes that no file has; false when that has to be tried again.
    public func removeUnused(_ hashes: [[UInt8]]) async -> Bool { await keeper.removeUnused(hashes) }

    /// Has what is decided from now on held to other bounds. The lengths of queues stay.
    public func renew(_ limits: Limits) { committer.renew(limits) }

    /// Commits what has been handed over, and closes. Nothing may be asked for afterwards.
    public func close() {
        scrubber.stop()
        backupWorks.close()
        // Readers first: SQLite keeps a file open that other connections of the process have locked.
        readers.finish()
        searchers?.finish()
        searchWorks?.stop()
        maker?.close()
        keeper.close()
        committer.stop()
        ended.wait()
        room?.keepForStart()
    }

    /// Who had these is gone: this is the only process. On a full disk they wait until their leases are over.
    private static func takeBackJobs(in database: Database) throws(StoreFailure) {
        do throws(StoreFailure) {
            try database.execute("UPDATE jobs SET lease_until = 0 WHERE state = 'running'")
        } catch {
            guard error == .full else { throw error }
        }
    }

    private static func searching(
        _ ground: Ground, epoch: String, leash: SnapshotLeash, recent: RecentEvents, committer: Committer,
        bell: SearchBell,
        room: DiskRoom?, in database: Database, _ limits: Limits, time: TimeSource, log: Logger
    ) throws(StoreFailure) -> (SearchWorks?, WorkPool<SearchReader>?, (any Search)?) {
        guard let indexPath = ground.searchPath else { return (nil, nil, nil) }
        let path = ground.path
        let works = SearchWorks(
            path: indexPath, epoch: epoch, bell: bell, time: time, log: log,
            isShortOfRoom: { room?.isShort == true },
            archive: { () throws(StoreFailure) in try ArchiveReader(path: path, recent: recent) },
            forgotten: { parts in committer.forget(parts) })
        let searchers = WorkPool(named: "searcher", threads: searcherCount, capacity: limits.searchQueueMax) {
            SearchReader(
                path: path, indexPath: indexPath, leash: leash, recent: recent, works: works, log: log)
        }
        let key = try database.text("SELECT value FROM meta WHERE name = 'fingerprint_key'")
        let search = SQLiteSearch(
            searchers: searchers, cursor: SearchCursor(key: Array(key.utf8)), scanMax: limits.searchScanMax,
            works: works)
        return (works, searchers, search)
    }

    private static func madeRoles(in database: Database) throws(StoreFailure) -> [Role: Permissions] {
        let rows = try database.prepare("SELECT name, permissions FROM roles").all { row throws(StoreFailure) in
            (name: row.string(0), permissions: row.string(1))
        }
        return rows.reduce(into: [:]) { made, row in
            guard let role = Role(name: row.name) else { return }
            made[role] = Permissions(stored: row.permissions)
        }
    }

    private static func recall(
        _ endedLogins: EndedLogins, from database: Database, at now: Timestamp
    ) throws(StoreFailure) {
        let since = Timestamp(milliseconds: now.milliseconds - EndedLogins.memoryMilliseconds)
        let rows = try database.prepare("SELECT id, ended_at FROM logins WHERE ended_at > ?").bind(since)
            .all { row throws(StoreFailure) in (LoginID(bytes: row.bytes(0)), row.time(1)) }
        for case (let login?, let endedAt) in rows { endedLogins.insert(login, at: endedAt) }
    }
}

/// Carries the committer's work into its thread and keeps nothing of it: when the thread has done its work, the only
/// writing connection is closed, before anyone is told.
package final class Handover {
    private let committer: Committer
    private var turns: CommitterTurns?

    init(_ committer: Committer, _ turns: consuming CommitterTurns) {
        self.committer = committer
        self.turns = turns
    }

    /// Does the work until somebody asks to stop. For the committer's thread.
    func run(log: Logger) { committer.run(take(), log: log) }

    /// Asks for the last turn: what was handed over is committed and indexed, and everything is closed.
    package func askToStop() { committer.stop() }

    /// For who takes the turns without a thread.
    package func take() -> CommitterTurns {
        guard let turns = turns.take() else { preconditionFailure("the committer's work was taken before") }
        return turns
    }
}
