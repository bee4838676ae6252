internal import Base
internal import Reactor
internal import Telemetry
internal import Wire

/// What reaches a worker from other threads.
enum WorkerLetter<Letter: Sendable>: Sendable {
    case application(Letter)
    case rules(ServerRules)
    /// Whoever reads a request's body wants more of it.
    case bodyWanted(ConnectionID)
    case drain
    /// What `drain` began is to end soon.
    case hurry
}

/// A listening socket. Connections that come through a local one are the server's own user's.
struct Listening: Sendable {
    let descriptor: CInt
    let isLocal: Bool
}

/// One thread's world: a poller, its connections, and the application's handler. Each turn takes what is ready, lets
/// the handler act, and then flushes each touched connection once.
final class Worker<Handler: ConnectionHandler> {
    let poller: Poller
    private(set) var limits: Limits
    private(set) var forwarding: Forwarding
    private(set) var takesProxyHeader: Bool
    /// Shared by all workers.
    let counts: Guarded<ConnectionCounts>
    let time: TimeSource
    let log: Logger
    let numbers: LoopNumbers
    let mailbox: Mailbox<WorkerLetter<Handler.Letter>>
    let listeners: [Listening]
    private var makeHandler: ((any Outlet) -> Handler)?

    var handler: Handler?
    private(set) var connections: [Connection?] = []
    private var connectionCount = 0
    /// Connections that are over a bound and being told so.
    var refusedCount = 0
    /// Bytes held for all connections of this worker, in both directions.
    var heldByteCount = 0
    private var serial: UInt32 = 0
    /// Connections whose received bytes are to be looked at, and those that have something to flush.
    private var scheduled: [Connection] = []
    var touched: [Connection] = []
    /// Connections that can wait for those.
    var patient = PatientRounds<Connection>()
    /// Others than those have had something written since the last part of a round.
    var hasServedOthers = false
    /// Connections of which more has come than was handled in the last turn.
    private var deferred: [Connection] = []
    /// WebSockets and streams that have ended and of which the handler has not been told.
    private var gone: [ConnectionID] = []
    var timers: TimerWheel<ConnectionID>
    private var letters: [WorkerLetter<Handler.Letter>] = []
    /// What is received is read into here; shared by all connections, so that an idle one needs no buffer.
    let scratch: UnsafeMutableRawBufferPointer
    /// Where encrypted bytes are then decrypted.
    let plain = UnsafeMutableRawBufferPointer.allocate(byteCount: TLSStream.recordBytesMax, alignment: 64)
    private(set) var certificates: TLSContext?
    private var handshakesLeft = 0
    private(set) var drainDeadline: Instant?
    /// Since when no connections are accepted, because there was nothing left to accept them with.
    var listenersOffSince: Instant?
    /// When the handler wants to be asked what has become due, whatever its connections do.
    private var handlerDueAt: Instant?
    let workerCount: Int
    private var date = (second: Int64.min, text: "")
    var now: Instant

    init(
        mailbox: Mailbox<WorkerLetter<Handler.Letter>>, listeners: [Listening], counts: Guarded<ConnectionCounts>,
        numbers: LoopNumbers, _ configuration: ServerConfiguration, makeHandler: @escaping (any Outlet) -> Handler
    ) throws(SystemError) {
        self.mailbox = mailbox
        self.listeners = listeners
        self.counts = counts
        self.numbers = numbers
        workerCount = configuration.loops
        limits = configuration.rules.limits
        forwarding = configuration.rules.forwarding
        takesProxyHeader = configuration.rules.takesProxyHeader
        certificates = configuration.rules.certificates
        scratch = .allocate(byteCount: limits.receiveBytesMax, alignment: 64)
        time = configuration.time
        log = configuration.log
        self.makeHandler = makeHandler
        now = time.instant()
        timers = TimerWheel(start: now)
        poller = try Poller()
        try poller.add(mailbox.descriptor, .read, token: Self.mailboxToken)
        try setListeners(on: true)
    }

    deinit {
        scratch.deallocate()
        plain.deallocate()
    }

    private static var mailboxToken: UInt64 { .max }
    static var listenerTokens: UInt64 { .max - 16 }
    private static var waitMillisecondsMax: Int { 60_000 }
    /// Milliseconds that are left when a stop is hurried.
    private static var hurryMilliseconds: Int { 500 }

    /// Runs until it has been told to drain and every connection has ended.
    func run() {
        handler = makeHandler?(self)
        makeHandler = nil
        while !isFinished {
            do throws(SystemError) {
                handshakesLeft = limits.tlsHandshakesPerTurnMax
                try poller.wait(milliseconds: waitMilliseconds) { ready in handle(ready) }
            } catch {
                log.error("the event loop failed", ["why": "\(error)"])
                break
            }
            passTime()
            takeUpDeferred()
            settle()
            if let due = patient.dueAt, due <= now {
                flushPatient()
                settle()
            }
            handlerDueAt = handler?.timePassed(at: now)
            settle()
        }
        for case let connection? in connections { remove(connection) }
        settle()
        handler = nil
    }

    private var isFinished: Bool {
        guard let drainDeadline else { return false }
        return now >= drainDeadline || !connections.contains { $0?.isBusy ?? false }
    }

    private var waitMilliseconds: CInt {
        guard deferred.isEmpty else { return 0 }
        let needsTime = connectionCount > 0 || listenersOffSince != nil || drainDeadline != nil
        let patientAt = patient.dueAt
        guard needsTime || handlerDueAt != nil || patientAt != nil else { return -1 }
        let now = time.instant()
        var wait = needsTime ? timers.millisecondsToNextTick(from: now) : Self.waitMillisecondsMax
        // Rounded up: who is asked just before the time would be asked again and again until it comes.
        if let handlerDueAt { wait = min(wait, millisecondsUntil(handlerDueAt, from: now)) }
        if let patientAt { wait = min(wait, millisecondsUntil(patientAt, from: now)) }
        return CInt(wait)
    }

    private func millisecondsUntil(_ instant: Instant, from now: Instant) -> Int {
        instant > now ? instant.milliseconds(since: now) + 1 : 0
    }

    /// Brings everything that this turn has set going to rest.
    private func settle() {
        while !scheduled.isEmpty || !gone.isEmpty || !touched.isEmpty {
            var index = 0
            while index < scheduled.count {
                let connection = scheduled[index]
                connection.isScheduled = false
                if isPresent(connection) { process(connection) }
                index += 1
            }
            scheduled.removeAll(keepingCapacity: true)
            let ended = gone
            gone.removeAll(keepingCapacity: true)
            for id in ended { handler?.closed(id) }
            flushTouched()
        }
    }

    private func handle(_ ready: Poller.Ready) {
        now = time.instant()
        switch ready.token {
        case Self.mailboxToken: readMail()
        case Self.listenerTokens...: accept(from: listeners[Int(ready.token - Self.listenerTokens)])
        default:
            guard let connection = connection(ConnectionID(rawValue: ready.token)) else { return }
            if ready.canWrite {
                connection.isBlocked = false
                touch(connection)
            }
            guard ready.canRead else { return }
            if connection.isShakingHands {
                // The poller tells again, after those that were ready meanwhile.
                guard handshakesLeft > 0 else { return }
                handshakesLeft -= 1
            }
            receive(on: connection, hasFailed: ready.hasFailed)
        }
    }

    private func readMail() {
        mailbox.drain(into: &letters)
        var forHandler: [Handler.Letter] = []
        forHandler.reserveCapacity(letters.count)
        var drains = false, hurries = false
        for letter in letters {
            switch letter {
            case .application(let letter): forHandler.append(letter)
            case .rules(let rules): obey(rules)
            case .bodyWanted(let id): resumeUpload(on: id)
            case .drain: drains = true
            case .hurry: hurries = true
            }
        }
        if !forHandler.isEmpty { handler?.received(forHandler) }
        if drains { drain() }
        if hurries, let deadline = drainDeadline {
            drainDeadline = min(deadline, now.adding(milliseconds: Self.hurryMilliseconds))
        }
    }

    private func obey(_ rules: ServerRules) {
        limits = rules.limits
        forwarding = rules.forwarding
        takesProxyHeader = rules.takesProxyHeader
        if certificates != nil, let renewed = rules.certificates { certificates = renewed }
    }

    // MARK: Connections

    /// Gives a new socket its place.
    func add(_ socket: consuming Descriptor, from address: IPAddress?, isLocal: Bool) throws(SystemError) -> Connection
    {
        serial &+= 1
        let id = ConnectionID(descriptor: socket.raw, serial: serial)
        let connection = Connection(
            id: id, socket: socket, address: address, isLocal: isLocal, isSecure: certificates != nil && !isLocal,
            limits: limits, now: now)
        try poller.add(connection.socket.raw, connection.interest, token: id.rawValue)
        while connections.count <= id.descriptor { connections.append(nil) }
        connections[id.descriptor] = connection
        connectionCount += 1
        setTimer(of: connection, at: connection.deadline)
        return connection
    }

    func connection(_ id: ConnectionID) -> Connection? {
        guard id.descriptor < connections.count, let connection = connections[id.descriptor], connection.id == id else {
            return nil
        }
        return connection
    }

    func isPresent(_ connection: Connection) -> Bool { self.connection(connection.id) != nil }

    func schedule(_ connection: Connection) {
        guard !connection.isScheduled else { return }
        connection.isScheduled = true
        scheduled.append(connection)
    }

    func touch(_ connection: Connection) {
        guard !connection.isTouched else { return }
        connection.isTouched = true
        touched.append(connection)
    }

    /// Has what else the connection has sent handled in the next turn, when others have had theirs.
    func deferToNextTurn(_ connection: Connection) {
        connection.isDeferred = true
        deferred.append(connection)
        updateInterest(of: connection)
    }

    private func takeUpDeferred() {
        for connection in deferred where isPresent(connection) {
            connection.isDeferred = false
            updateInterest(of: connection)
            schedule(connection)
        }
        deferred.removeAll(keepingCapacity: true)
    }

    /// Nothing more is to be said; what is queued still leaves.
    func finish(_ connection: Connection) {
        takeOutput(of: connection)
        if connection.isOpen { gone.append(connection.id) }
        connection.phase = .finishing
        connection.isPaused = false
        connection.deadline = now.adding(milliseconds: limits.stalledMillisecondsMax)
        setTimer(of: connection, at: connection.deadline)
        touch(connection)
    }

    func remove(_ connection: Connection) {
        guard isPresent(connection) else { return }
        connection.sayGoodbye()
        endUpload(on: connection, Upload.cutOff)
        connections[connection.id.descriptor] = nil
        connectionCount -= 1
        heldByteCount -= connection.heldByteCount
        poller.remove(connection.socket.raw)
        leave(connection)
        if connection.isOpen { gone.append(connection.id) }
    }

    private func drain() {
        guard drainDeadline == nil else { return }
        drainDeadline = now.adding(milliseconds: limits.drainMillisecondsMax)
        handler?.drain()
        for case let connection? in connections where connection.phase == .http && connection.exchange.answering == nil
        {
            // Who is in the middle of a request is told that it will not be answered.
            let violation = HTTPViolation(status: 503, reason: "the server is stopping; ask again soon")
            if connection.exchange.wait != .idle,
                let answer = handler?.refusal(of: violation, to: nil, from: connection.client)
            {
                write(answer, to: connection, method: .get, keepsAlive: false)
            } else {
                finish(connection)
            }
        }
    }

    // MARK: Time

    /// The date as answers carry it, made once a second.
    var dateText: String {
        let wall = time.now()
        if date.second != wall.seconds { date = (wall.seconds, HTTPDate.string(wall)) }
        return date.text
    }
}
