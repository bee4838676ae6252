import Auth
import Base
import Channels
import Gateway
import Persistence
import REST
import Reactor
import Telemetry
import TestSupport

/// One run of the server, from its start to its end: everything of the real one but its threads, its sockets and its
/// disk. Whoever has it says what goes on next.
final class Machine {
    let loops: [Loop]
    let errands = Errands()
    private let storage: Storage
    private let work: Handover
    private let mail: Mail
    private var turns: CommitterTurns?
    private var readers: [Reader]
    /// It said itself that it cannot go on.
    private(set) var isBroken = false
    /// It was asked to stop, and has done everything that it does before that.
    private(set) var hasStopped = false

    static let loopCount = 2

    /// - Parameters:
    ///   - vfs: SQLite's name of the disk.
    ///   - generation: which run of the server it is, so that no connection is given twice.
    init(
        on vfs: String, time: ManualTime, random: inout RandomSource, generation: UInt64, herald: Herald,
        limits: Limits = Machine.limits, plant: Plant? = nil
    ) throws(StoreFailure) {
        let log = Logger(level: .off)
        let mail = Mail(), switchboard = herald.switchboard
        self.mail = mail
        switchboard.connect(to: mail)
        var begun: Handover?
        let storage = try Storage(
            on: Storage.Ground(byHandAt: Genesis.path, vfs: vfs, pace: Self.pace, planted: plant?.inServer),
            auditKey: Genesis.auditKey, fanout: herald, limits: limits, time: time.source, log: log
        ) { work, _ in
            begun = work
        }
        guard let begun else { throw .broken("nothing was begun") }
        self.storage = storage
        work = begun
        turns = begun.take()
        readers = (0..<2).map { _ in storage.readers.tool() }
        let services = try Self.services(storage, limits, time, errands, log, plant)
        let router = Router([], allowedHosts: [], time: time.source) { _ in
            .failure(APIError(Rejection(.internal, "nobody")))
        }
        loops = (0..<Self.loopCount).map {
            Loop(number: $0, generation: generation, time: time, limits: limits)
        }
        for loop in loops {
            let own = random.fork()
            loop.start {
                SessionHandler(
                    worker: loop.number, outlet: $0, services: services, router: router, switchboard: switchboard,
                    random: own)
            }
        }
    }

    /// So narrow that every one of them is met.
    static var limits: Limits {
        var limits = Limits()
        limits.areRatesLimited = false
        limits.outboundBytesMax = 2_000
        limits.feedBytesMax = 1_000
        limits.eventsPageMax = 12
        limits.replayChannelEventsMax = 8
        limits.replayEventsMax = 20
        limits.indexRunEventsMin = 16
        limits.commandsInFlightMax = 8
        limits.journalQueueMax = 40
        limits.readQueueMax = 20
        limits.presenceLeaveMilliseconds = 2_000
        limits.lastSeenMilliseconds = 500
        limits.heartbeatMilliseconds = 4_000
        limits.stalledMillisecondsMax = 6_000
        return limits
    }

    private static var pace: CommitterTurns.Pace {
        var pace = CommitterTurns.Pace.usual
        pace.sliceCount = 5
        pace.checkpointPages = 30
        pace.checkpointPagesMax = 120
        return pace
    }

    static func signer() throws(StoreFailure) -> (AccessTokenSigner, LiveKeys) {
        guard let key = try? SigningKey(secret: [UInt8](repeating: 7, count: 32)) else {
            throw .broken("there is no key")
        }
        let keys = LiveKeys(KeyRing(key))
        return (AccessTokenSigner(keys: keys, issuer: "confab", audience: "confab"), keys)
    }

    // MARK: What goes on

    /// Does what the committer's thread does in a turn.
    /// - Parameter interrupted: whether somebody asks for something while it waits for that, or does what waits for
    ///   quiet.
    func commit(interrupted: () -> Bool) {
        do throws(StoreFailure) {
            if try turns?.take(waiting: { _ in interrupted() }) == false { hasStopped = true }
        } catch {
            isBroken = true
        }
    }

    /// As on SIGTERM: the clients are sent away, and the committer does what is left.
    func askToStop() {
        for loop in loops { loop.drain() }
        work.askToStop()
    }

    /// Everything is closed as a process does it that ends in order.
    func close() {
        // SQLite keeps a file open that other connections of the process have locked.
        readers = []
        turns = nil
    }

    /// Reads what has been asked for longest, by one of the readers; false when nothing has.
    func read(by reader: Int) -> Bool { storage.readers.doOne(with: &readers[reader]) }

    /// Has a loop take the letters that have come, or the first of them.
    func deliver(atMost count: Int, to loop: Int) -> Bool {
        let letters = mail.take(count, of: loop)
        guard !letters.isEmpty else { return false }
        loops[loop].receive(letters)
        return true
    }

    var mailCount: Int { (0..<Self.loopCount).reduce(0) { $0 + mail.count(for: $1) } }
    func mailCount(for loop: Int) -> Int { mail.count(for: loop) }

    /// What comes by another way than a socket.
    func propose(_ command: Command, as user: UserID) {
        _ = storage.journal.submit(
            Proposal(user: user, command: command), from: SessionAddress(worker: -1, connection: 0))
    }

    /// A page of a log, read when nothing else is going on; `nil` when that cannot be done or shows nothing.
    func page(
        of channel: ChannelID, for user: UserID, after seq: Int64
    ) -> (events: [Event], hasMore: Bool)? {
        let archive = storage.archive
        return finish(whileCommitting: false) { () async -> (events: [Event], hasMore: Bool)? in
            try? await archive.events(
                of: channel, for: user, after: seq, through: .max, limit: 500, bytesMax: 1 << 20)
        } ?? nil
    }

    /// Has something asynchronous of the storage's done to its end, and everything that waits before it.
    func finish<Value: Sendable>(
        whileCommitting commits: Bool, _ body: @escaping @Sendable () async -> Value
    ) -> Value? {
        let result = Guarded<Value?>(nil)
        Task(executorPreference: errands) {
            let value = await body()
            result.withLock { $0 = value }
        }
        while !isBroken {
            if let value = result.withLock({ $0 }) { return value }
            if errands.count > 0 {
                errands.run(0)
            } else if !read(by: 0) {
                guard commits else { return nil }
                commit { false }
            }
        }
        return nil
    }

    /// The ports, for who makes what all worlds begin with.
    func ports() -> (accounts: any Accounts, journal: any Journal) { (storage.accounts, storage.journal) }

    /// What is left of it comes to nothing, and nobody waits for it.
    func end() {
        for loop in loops { loop.end() }
        turns?.refuseAll()
        if readers.isEmpty { readers = [storage.readers.tool()] }
        repeat {
            while errands.count > 0 { errands.run(0) }
        } while storage.readers.doOne(with: &readers[0])
    }

    // MARK: Parts

    private static func services(
        _ storage: Storage, _ limits: Limits, _ time: ManualTime, _ errands: Errands, _ log: Logger, _ plant: Plant?
    ) throws(StoreFailure) -> Services {
        let web = NoWeb(), (signer, keys) = try signer()
        let published = PublishedKeys(web: web, time: time.source)
        guard let proofKey = try? ProofKey([UInt8](repeating: 9, count: 32)) else { throw .broken("there is no key") }
        var services = Services(
            journal: storage.journal, archive: plant?.archive(over: storage.archive) ?? storage.archive,
            accounts: storage.accounts, people: storage.people, madeRoles: storage.madeRoles,
            apiKeys: storage.apiKeys, foreignUsers: storage.foreignUsers, files: storage.files,
            uploads: storage.uploads, endedLogins: storage.endedLogins, roles: storage.roles,
            signer: signer, keys: keys,
            issuers: Issuers([], users: storage.foreignUsers, published: published, time: time.source),
            passwords: PasswordHasher(cost: .standard, threads: 0, queueMax: 1), postbox: NoPost(), web: web,
            waysIn: WaysIn(
                proofs: storage.proofs, secondFactors: storage.secondFactors, invitations: storage.invitations,
                identities: storage.identities, key: proofKey, publishedKeys: published, limits: limits),
            epoch: storage.epoch,
            settings: GatewaySettings(
                version: "0", limits: limits, allowedOrigins: [],
                waysIn: WaysInSettings(publicURL: "https://chat.example.org")),
            time: time.source, log: log)
        services.executor = errands
        #if DEBUG
            services.planted = plant?.inServer
        #endif
        return services
    }
}

/// Letters that loops have not taken yet.
private final class Mail: SessionWorkers {
    private let letters = Guarded([[SessionLetter]](repeating: [], count: Machine.loopCount))

    var workerCount: Int { Machine.loopCount }

    func post(_ letter: SessionLetter, to worker: Int) { letters.withLock { $0[worker].append(letter) } }

    func count(for worker: Int) -> Int { letters.withLock { $0[worker].count } }

    func take(_ count: Int, of worker: Int) -> [SessionLetter] {
        letters.withLock { letters in
            let taken = Array(letters[worker].prefix(count))
            letters[worker].removeFirst(taken.count)
            return taken
        }
    }
}

// MARK: What is not there

private struct NoWeb: WebClient {
    func send(_ request: WebRequest) async throws(WebFailure) -> WebAnswer { throw .timedOut }
}

private struct NoPost: Postbox {
    var hasEmail: Bool { false }
    var hasText: Bool { false }
    func send(_ letter: Letter) async throws(PostFailure) { throw .notSetUp("a simulation") }
}
