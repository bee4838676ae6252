import Auth
import Base
import Channels
import REST
import Reactor
import Telemetry
import TestSupport

@testable import Gateway
@testable import Persistence

/// One run of the server, from its start to its end: everything of the real one but its threads, its sockets and its
/// disk. Whoever has it says what goes on next.
final class Machine {
    let loops: [Loop]
    let errands = Errands()
    private let storage: Storage
    private let mail: Mail
    private var turns: CommitterTurns
    private var readers: [Reader]
    /// It said itself that it cannot go on.
    private(set) var isBroken = false

    static let loopCount = 2

    /// - Parameter generation: which run of the server it is, so that no connection is given twice.
    init(
        on vfs: String, time: ManualTime, random: inout RandomSource, generation: UInt64,
        planted: PlantedFault?, tamper: @escaping Tampering
    ) throws(StoreFailure) {
        let limits = Self.limits, log = Logger(level: .off)
        let mail = Mail(), switchboard = Switchboard()
        self.mail = mail
        switchboard.connect(to: mail)
        var begun: Handover?
        let storage = try Storage(
            on: Storage.Ground(
                path: Genesis.path, vfs: vfs, files: NoFiles(), readerCount: 0, fileThreadCount: 0, pace: Self.pace,
                planted: planted),
            auditKey: Genesis.auditKey, fanout: Tampered(switchboard, tamper), limits: limits, time: time.source,
            log: log
        ) { _, work, _ in
            begun = work
        }
        guard let begun else { throw .broken("nothing was begun") }
        self.storage = storage
        turns = begun.take()
        readers = (0..<2).map { _ in storage.readers.tool() }
        let services = try Self.services(storage, limits, time, errands, log)
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
            _ = try turns.take { _ in interrupted() }
        } catch {
            isBroken = true
        }
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

    /// What comes by another way than a socket.
    func propose(_ command: Command, as user: UserID) {
        _ = storage.journal.submit(
            Proposal(user: user, command: command), from: SessionAddress(worker: -1, connection: 0))
    }

    /// Reads beside everything else, as an auditor.
    func look<Value>(_ body: (ArchiveReader) throws(StoreFailure) -> Value) throws -> Value {
        try readers[0].use { archive, _ throws(StoreFailure) in try body(archive) }.get()
    }

    /// What is left of it comes to nothing, and nobody waits for it.
    func end() {
        for loop in loops { loop.end() }
        turns.refuseAll()
        repeat {
            while errands.count > 0 { errands.run(0) }
        } while storage.readers.doOne(with: &readers[0])
    }

    // MARK: Parts

    private static func services(
        _ storage: Storage, _ limits: Limits, _ time: ManualTime, _ errands: Errands, _ log: Logger
    ) throws(StoreFailure) -> Services {
        let web = NoWeb(), (signer, keys) = try signer()
        let published = PublishedKeys(web: web, time: time.source)
        guard let proofKey = try? ProofKey([UInt8](repeating: 9, count: 32)) else { throw .broken("there is no key") }
        var services = Services(
            journal: storage.journal, archive: storage.archive, accounts: storage.accounts, people: storage.people,
            madeRoles: storage.madeRoles, apiKeys: storage.apiKeys, foreignUsers: storage.foreignUsers,
            files: storage.files, uploads: storage.uploads, endedLogins: storage.endedLogins, roles: storage.roles,
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

/// What is done to a batch before anybody hears of it: nothing, but where a fault is planted.
typealias Tampering = @Sendable ([Announcement]) -> [Announcement]

private struct Tampered: Fanout {
    let fanout: Switchboard
    let tamper: Tampering

    init(_ fanout: Switchboard, _ tamper: @escaping Tampering) {
        self.fanout = fanout
        self.tamper = tamper
    }

    func publish(_ batch: [Announcement], storedIn milliseconds: Int) {
        fanout.publish(tamper(batch), storedIn: milliseconds)
    }
}

// MARK: What is not there

private struct NoFiles: FileStore {
    func begin() throws(FileFailure) -> any IncomingBlob { throw .broken }
    func open(_ sha256: [UInt8]) throws(FileFailure) -> OpenFile { throw .broken }
    func remove(_ sha256: [UInt8]) -> Bool { true }
    func parts() -> [String] { [] }
    func hashes(in part: String) -> [[UInt8]] { [] }
}

private struct NoWeb: WebClient {
    func send(_ request: WebRequest) async throws(WebFailure) -> WebAnswer { throw .timedOut }
}

private struct NoPost: Postbox {
    var hasEmail: Bool { false }
    var hasText: Bool { false }
    func send(_ letter: Letter) async throws(PostFailure) { throw .notSetUp("a simulation") }
}
