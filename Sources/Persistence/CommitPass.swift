internal import Auth
internal import Base
internal import Channels
internal import Telemetry

/// One batch after another through ledger and database: decide, write, sync, and only then tell. Knows no thread.
struct CommitPass {
    private let database: Database
    private var ledger: Ledger<SQLiteChannelStore>
    private let fanout: any Fanout
    private let endedLogins: EndedLogins
    private let chain: AuditChain
    private let bells: Bells
    private let keyBook: APIKeyBook
    private let time: TimeSource
    private let planted: PlantedFault?
    private let numbers: CommitNumbers
    private let room: DiskRoom?
    private var log: LogBound
    /// Bytes that no file has any more are removed by a job, because that may take a while.
    private let removesByJob: Bool
    /// Told of the hashes of which no file has the bytes any more, when that is on disk.
    private let orphaned: @Sendable ([[UInt8]]) -> Void
    /// Told when uploads have gone that were not whole, and that is on disk.
    private let uploadsEnded: @Sendable () -> Void
    /// Told why a change was refused that needed what is damaged, or what the disk did not give back.
    private let lacking: @Sendable (StoreFailure) -> Void
    /// Told when everything is written and nothing more will be, before the database is closed.
    let hasEnded: @Sendable () -> Void
    private var holding = CheckpointHolding()
    private var scrubDueAt: Timestamp?
    private var erasures: ErasureSweep
    private var loginSweep = LoginSweep()

    init(
        database: Database, recent: RecentEvents, fanout: any Fanout, endedLogins: EndedLogins,
        keyBook: APIKeyBook = APIKeyBook(), owners: DeviceOwners = DeviceOwners(), chain: AuditChain, limits: Limits,
        bells: Bells = Bells(),
        room: DiskRoom? = nil, leash: SnapshotLeash = SnapshotLeash(), time: TimeSource = .system,
        planted: PlantedFault? = nil, numbers: CommitNumbers = CommitNumbers(),
        removesByJob: Bool = false, orphaned: @escaping @Sendable ([[UInt8]]) -> Void = { _ in },
        uploadsEnded: @escaping @Sendable () -> Void = {},
        lacking: @escaping @Sendable (StoreFailure) -> Void = { _ in },
        hasEnded: @escaping @Sendable () -> Void = {}
    ) throws(StoreFailure) {
        self.hasEnded = hasEnded
        self.lacking = lacking
        self.removesByJob = removesByJob
        self.orphaned = orphaned
        self.uploadsEnded = uploadsEnded
        self.planted = planted
        self.numbers = numbers
        self.room = room
        log = LogBound(leash)
        self.database = database
        self.time = time
        self.chain = chain
        self.fanout = fanout
        self.endedLogins = endedLogins
        self.bells = bells
        self.keyBook = keyBook
        erasures = try ErasureSweep(database)
        ledger = Ledger(
            store: try SQLiteChannelStore(
                database: database, recent: recent, runCountMin: limits.indexRunEventsMin, owners: owners),
            limits: limits)
        #if DEBUG
            ledger.planted = planted
        #endif
        do throws(StoreFailure) {
            try ledger.recallNotifications(at: time.now())
        } catch {
            // Nobody is notified of what cannot be read.
            guard error.isOfReading else { throw error }
        }
    }

    /// Events of one transaction, after which the next begins: so much work is not held up by what comes behind it.
    private static let transactionEventsMax = 8_192

    /// Returns false when a letter asked to stop. Throws when the store is broken; then nothing of the letters was told
    /// that is not on disk.
    mutating func run(_ letters: [Committer.Letter], at now: Timestamp) throws(StoreFailure) -> Bool {
        var rest = letters[...]
        var goesOn = true
        while !rest.isEmpty {
            if try !commitSome(of: &rest, at: now) { goesOn = false }
        }
        return goesOn
    }

    /// One transaction: as many letters as fit into it, told when they are on disk.
    private mutating func commitSome(
        of rest: inout ArraySlice<Committer.Letter>, at now: Timestamp
    ) throws(StoreFailure) -> Bool {
        var batch = Batch()
        var end = rest.startIndex, storedIn = 0, isCommitting = false
        var orphans: [[UInt8]] = []
        do throws(StoreFailure) {
            try ledger.store.begin()
            while end < rest.endIndex, ledger.store.appendedCount < Self.transactionEventsMax {
                end += 1
                try decide(rest[end - 1], at: now, into: &batch)
            }
            batch.tell(events: try ledger.takeNotifications(at: now))
            if let due = notifyingDue, due <= now { batch.tell(events: try ledger.notifyOfMessages(at: now)) }
            orphans = try takeOrphans(at: now)
            if !isShortOfRoom { try ledger.store.indexAlongside(at: now) }
            #if DEBUG
                if planted == .earlyReply { publish(&batch) }
            #endif
            let written = time.instant()
            isCommitting = true
            try ledger.store.commit()
            let stored = time.instant()
            storedIn = stored.milliseconds(since: written)
            count(batch, of: end - rest.startIndex, storedIn: stored.nanoseconds(since: written))
            ledger.notificationsCommitted()
        } catch {
            ledger.store.rollback()
            ledger.forget()
            numbers.failures.add()
            if !isCommitting, let lack = lack(error) {
                guard end > rest.startIndex + 1 else { return tell(of: refuse(&rest, for: lack)) }
                // Only who needs what is not to be had is refused.
                return try commitEach(of: &rest, until: end, at: now)
            }
            guard error == .full else { throw error }
            // What was held back is for those who look, and who take away.
            if let room, room.give() { return try commitSome(of: &rest, at: now) }
            // What comes behind would find no room either, or overtake what did not.
            end = rest.endIndex
            batch = try refuse(rest)
            orphans = []
        }
        if !orphans.isEmpty { orphaned(orphans) }
        rest = rest[end...]
        ledger.trim(at: now)
        for case .loginEnded(let login, _) in batch.announcements {
            endedLogins.insert(login, at: now)
            keyBook.remove(login)
        }
        #if DEBUG
            if planted == .droppedFanout { batch.dropSome() }
        #endif
        return tell(of: batch, storedIn: storedIn)
    }

    private func count(_ batch: Batch, of letterCount: Int, storedIn nanoseconds: Int) {
        numbers.messages.add(batch.messageCount)
        numbers.commits.observe(nanoseconds)
        numbers.batches.observe(letterCount)
        numbers.logByteCount.set(database.logPages * Database.pageByteCount)
        numbers.unindexedCount.set(unindexedCount)
    }

    /// - Returns: false when a letter asked to stop.
    private mutating func tell(of batch: Batch, storedIn: Int = 0) -> Bool {
        // Other event loops may hear of the batch before its callers go on: they see only what is on disk either way.
        if !batch.announcements.isEmpty { fanout.publish(batch.announcements, storedIn: storedIn) }
        for answer in batch.answers { answer() }
        for bell in batch.rings { bells.ring(bell) }
        ringForJobs()
        if !batch.announcements.isEmpty { bells.journalGrew() }
        return !batch.stops
    }

    /// What was to be read is not what was written, or the disk did not give it back, and that was found before
    /// anything was committed: the transaction is rolled back, and it is certain that nothing of it is there. That is
    /// no reason to stop.
    private func lack(_ error: StoreFailure) -> StoreFailure? {
        switch error {
        case .full: nil
        case .damaged, .unreadable: error
        case .broken: database.failedReading
        }
    }

    /// Each letter in a transaction of its own.
    private mutating func commitEach(
        of rest: inout ArraySlice<Committer.Letter>, until end: Int, at now: Timestamp
    ) throws(StoreFailure) -> Bool {
        var goesOn = true
        for letter in rest[..<end] {
            var one = [letter][...]
            if try !commitSome(of: &one, at: now) { goesOn = false }
        }
        rest = rest[end...]
        return goesOn
    }

    private func refuse(_ rest: inout ArraySlice<Committer.Letter>, for lack: StoreFailure) -> Batch {
        var batch = Batch()
        lacking(lack)
        switch rest.popFirst() {
        case .proposal(_, let origin): batch.add(Decision(refused: Rejection(lacking: lack)), for: origin)
        case .transaction(let pending): batch.answers.append { pending.refuse(.overloaded) }
        case .hold(let hold): batch.answers.append { hold.settle(false) }
        case .stop: batch.stops = true
        case .limits, nil: break
        }
        return batch
    }

    #if DEBUG
        /// As it must never be: before anything is on disk.
        private func publish(_ batch: inout Batch) {
            if !batch.announcements.isEmpty { fanout.publish(batch.announcements, storedIn: 0) }
            batch.announcements = []
        }
    #endif

    private mutating func decide(
        _ letter: Committer.Letter, at now: Timestamp, into batch: inout Batch
    ) throws(StoreFailure) {
        switch letter {
        case .proposal(let proposal, let origin) where isShortOfRoom && proposal.command.addsContent:
            batch.add(try ledger.decideWithoutRoom(proposal), for: origin)
        case .proposal(let proposal, let origin):
            let decision = try ledger.decide(proposal, at: now)
            if let entry = AuditEntry(of: proposal, decision, at: now) {
                try AuditWriter(database: database, chain: chain).write(entry)
            }
            if case .success(.sent(_, isDuplicate: false)) = decision.result { batch.messageCount += 1 }
            batch.add(decision, for: origin)
        case .transaction(let pending):
            var transaction = Transaction(database: database, chain: chain, now: now)
            let answer = try pending.run(&transaction)
            batch.announcements.append(contentsOf: transaction.announcements)
            batch.rings.formUnion(transaction.rings)
            for command in transaction.commands { batch.tell(try ledger.decide(command, at: now)) }
            batch.answers.append(contentsOf: transaction.afterwards)
            batch.answers.append(answer)
            if transaction.hasErased { ledger.store.erased() }
            if transaction.commands.contains(where: \.isErasure) { erasures.isPending = true }
        case .limits(let limits):
            ledger.limits = limits
        case .hold(let hold):
            holding = CheckpointHolding(hold, at: TimeSource.system.instant())
        case .stop:
            batch.stops = true
        }
    }

    /// The answers when nothing new of the batch could be kept.
    private mutating func refuse(_ letters: ArraySlice<Committer.Letter>) throws(StoreFailure) -> Batch {
        var batch = Batch()
        for letter in letters {
            switch letter {
            case .proposal(let proposal, let origin): batch.add(try ledger.decideWithoutRoom(proposal), for: origin)
            case .transaction(let pending): batch.answers.append { pending.refuse(.full) }
            case .limits: continue
            case .hold(let hold): batch.answers.append { hold.settle(false) }
            case .stop: batch.stops = true
            }
        }
        return batch
    }

    /// The disk is full, and what was held back of it is in use.
    private var isShortOfRoom: Bool { room?.isShort == true }

    /// Takes out what the open transaction has left without any file.
    private mutating func takeOrphans(at now: Timestamp) throws(StoreFailure) -> [[UInt8]] {
        let orphans = try ledger.store.takeOrphans()
        guard removesByJob, !orphans.isEmpty else { return orphans }
        // Past the bounds of the queue: what is removed was somebody's, and must not stay for want of room.
        let writer = JobWriter(Transaction(database: database, chain: chain, now: now))
        for job in FileRemovalJob.all(for: orphans) { _ = try writer.add(job) }
        return orphans
    }

    /// Events that no index knows yet.
    var unindexedCount: Int { ledger.store.unindexedCount }
    var logPages: Int { database.logPages }

    /// Indexes some of what waits; false when there is nothing, or no room on the disk. Then it waits on: what the
    /// index would hold is in the journal.
    mutating func index(atMost count: Int) throws(StoreFailure) -> Bool {
        guard !isShortOfRoom else { return false }
        do throws(StoreFailure) {
            defer { numbers.unindexedCount.set(unindexedCount) }
            return try ledger.store.index(atMost: count)
        } catch {
            guard error == .full else { throw error }
            return false
        }
    }

    /// Takes away some of what is older than its channel keeps, and looks whether a full disk has room again; true when
    /// there may be more to take away at once.
    mutating func purge(at now: Timestamp) throws(StoreFailure) -> Bool {
        room?.takeBack(at: now)
        guard ledger.isPurgeDue(at: now) else { return false }
        do throws(StoreFailure) {
            try ledger.store.begin()
            let hasMore = try ledger.purge(at: now)
            let endedUploads = hasMore ? 0 : try UploadSweep.run(on: database, at: now)
            // Their names go with them.
            if endedUploads > 0 { ledger.store.erased() }
            let orphans = try takeOrphans(at: now)
            try ledger.store.commit()
            if endedUploads > 0 { uploadsEnded() }
            if !orphans.isEmpty { orphaned(orphans) }
            return hasMore
        } catch {
            ledger.store.rollback()
            ledger.forget()
            guard error == .full || lack(error) != nil else { throw error }
            return false
        }
    }

    /// Takes away some of what erased users have left behind, and some of the logins that are over; true when there may
    /// be more at once.
    mutating func tidyPeople(at now: Timestamp) throws(StoreFailure) -> Bool {
        let prunes = loginSweep.isDue(at: now)
        guard prunes || erasures.isPending else { return false }
        var batch = Batch()
        do throws(StoreFailure) {
            try ledger.store.begin()
            var hasMore = false
            if prunes { hasMore = try loginSweep.prune(database, at: now) }
            if erasures.isPending, let step = try erasures.step(database, messagesMax: ledger.limits.deleteMessagesMax)
            {
                for command in step.commands { batch.tell(try ledger.decide(command, at: now)) }
                try step.finish(database)
                if step.hasErased { ledger.store.erased() }
                hasMore = true
            }
            let orphans = try takeOrphans(at: now)
            try ledger.store.commit()
            if !orphans.isEmpty { orphaned(orphans) }
            if !batch.announcements.isEmpty { fanout.publish(batch.announcements, storedIn: 0) }
            return hasMore
        } catch {
            ledger.store.rollback()
            ledger.forget()
            guard error == .full || lack(error) != nil else { throw error }
            return false
        }
    }

    // MARK: Notifications

    /// There may be something to push.
    private mutating func ringForJobs() {
        guard ledger.store.hasQueuedJobs else { return }
        ledger.store.hasQueuedJobs = false
        bells.ring(.jobs)
    }

    /// When members are to be looked at because of messages; `nil` while there is nothing, or no room on the disk.
    var notifyingDue: Timestamp? { isShortOfRoom ? nil : ledger.notifyingDue }

    /// Notifies some members of messages; true when there may be more to do at once.
    mutating func notify(at now: Timestamp) throws(StoreFailure) -> Bool {
        guard let due = notifyingDue, due <= now else { return false }
        var batch = Batch()
        do throws(StoreFailure) {
            try ledger.store.begin()
            batch.tell(events: try ledger.notifyOfMessages(at: now))
            try ledger.store.commit()
        } catch {
            ledger.store.rollback()
            ledger.forget()
            guard error == .full || lack(error) != nil else { throw error }
            return false
        }
        ledger.notificationsCommitted()
        ringForJobs()
        if !batch.announcements.isEmpty {
            fanout.publish(batch.announcements, storedIn: 0)
            bells.journalGrew()
        }
        return true
    }

    /// Copies the log back; false when some of it has to stay, because a reader needs it or because there is no room on
    /// the disk. Nothing is lost by waiting: commits go on into the log.
    /// - Parameter emptying: the log's file too, so that nothing can be read in it any more.
    func checkpoint(emptying: Bool = false) throws(StoreFailure) -> Bool {
        guard holding.allowsCheckpoint(withLogOf: database.logPages) else { return false }
        do throws(StoreFailure) {
            defer { numbers.logByteCount.set(database.logPages * Database.pageByteCount) }
            return try database.checkpoint(emptying: emptying)
        } catch {
            guard error == .full else { throw error }
            return false
        }
    }

    /// Empties a log that has become too large because readers were always in the way; whoever reads on is cut short.
    mutating func boundLog() throws(StoreFailure) {
        guard
            log.isDue(byteCount: database.logPages * Database.pageByteCount, limits: ledger.limits, at: time.instant()),
            holding.allowsCheckpoint(withLogOf: database.logPages)
        else { return }
        do throws(StoreFailure) {
            try log.empty(database)
        } catch {
            guard error == .full else { throw error }
        }
    }

    /// Has the data file stand still, when somebody wants it to; true while nothing has come of it yet.
    mutating func settleHold() throws(StoreFailure) -> Bool {
        do throws(StoreFailure) {
            // By the machine's clock, whatever a test makes of the time: it is readers that are waited for.
            return try holding.settle(database, at: TimeSource.system.instant())
        } catch {
            guard error == .full else { throw error }
            holding.abandon()
            return false
        }
    }

    /// Nobody will have it stand still any more.
    func abandonHold() { holding.abandon() }

    /// Leaves the log as a killed server does, for the next one to read, though nobody else has the database open.
    func leaveLog() { database.leaveLog() }

    /// Gives the next run another name, so that the log of this one is not taken for the next one's.
    func endRun() throws(StoreFailure) {
        do throws(StoreFailure) {
            try RunMark.rename(in: database)
        } catch {
            guard error == .full else { throw error }
        }
    }

    // MARK: What was taken away

    /// Whether the write-ahead log still has something that was taken away.
    var isToBeScrubbed: Bool { ledger.store.hasErased }

    /// Empties the write-ahead log when something was taken away: at once when nobody waits, and otherwise when it has
    /// been there for a while.
    mutating func scrub(at now: Timestamp, isIdle: Bool) throws(StoreFailure) {
        guard isToBeScrubbed else { return }
        let due = scrubDueAt ?? now.adding(seconds: Self.scrubSecondsMax)
        scrubDueAt = due
        guard isIdle || now >= due else { return }
        if try checkpoint(emptying: true) {
            ledger.store.scrubbed()
            scrubDueAt = nil
        } else {
            scrubDueAt = now.adding(seconds: 1)
        }
    }

    /// Seconds for which what was taken away may still be in the write-ahead log, however busy the server is.
    private static let scrubSecondsMax: Int64 = 10

    /// What a batch came to, held back until it is on disk.
    private struct Batch {
        var announcements: [Announcement] = []
        var answers: [@Sendable () -> Void] = []
        var rings: Set<Bells.Bell> = []
        var messageCount = 0
        var stops = false

        #if DEBUG
            /// Some events are told to nobody, though their senders are answered.
            mutating func dropSome() {
                announcements = announcements.map { announcement in
                    guard case .committed(var committed) = announcement,
                        case .success(.sent(let message, _)) = committed.decision.result,
                        message.number % PlantedFault.interval == 0
                    else { return announcement }
                    committed.decision.events = []
                    return .committed(committed)
                }
            }
        #endif

        /// What nobody waits for.
        mutating func tell(_ decision: Decision) {
            guard !decision.events.isEmpty || !decision.notices.isEmpty else { return }
            announcements.append(.committed(Committed(address: nil, decision: decision)))
        }

        /// Likewise.
        mutating func tell(events: [Event]) {
            if !events.isEmpty { tell(Decision(telling: events)) }
        }

        mutating func add(_ decision: Decision, for origin: Committer.Origin) {
            switch origin {
            case .session(let address):
                announcements.append(.committed(Committed(address: address, decision: decision)))
            case .caller(let continuation):
                tell(decision)
                answers.append { continuation.resume(returning: decision.result) }
            }
        }
    }
}
