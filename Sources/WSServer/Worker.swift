internal import Base
internal import Reactor
internal import Telemetry
internal import Wire

/// What reaches a worker from other threads.
enum WorkerLetter<Letter: Sendable>: Sendable {
    case application(Letter)
    /// Shown to connections that come from now on.
    case certificates(TLSContext)
    case drain
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
    let limits: Limits
    let time: TimeSource
    let log: Logger
    private let mailbox: Mailbox<WorkerLetter<Handler.Letter>>
    private let listeners: [Listening]
    private var makeHandler: ((any Outlet) -> Handler)?

    var handler: Handler?
    private var connections: [Connection?] = []
    private var connectionCount = 0
    private var serial: UInt32 = 0
    /// Connections whose received bytes are to be looked at, and those that have something to flush.
    private var scheduled: [Connection] = []
    var touched: [Connection] = []
    /// WebSockets that have ended and of which the handler has not been told.
    private var gone: [ConnectionID] = []
    private var timers: TimerWheel<ConnectionID>
    private var letters: [WorkerLetter<Handler.Letter>] = []
    /// What is received is read into here; shared by all connections, so that an idle one needs no buffer.
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
    /// The part of it into which encrypted bytes are read, and where they are then decrypted.
    let encrypted: UnsafeMutableRawBufferPointer
    let plain = UnsafeMutableRawBufferPointer.allocate(byteCount: TLSStream.recordBytesMax, alignment: 64)
    private(set) var certificates: TLSContext?
    private var handshakesLeft = 0
    private(set) var drainDeadline: Instant?
    /// Since when no connections are accepted, because there was nothing left to accept them with.
    private var listenersOffSince: Instant?
    private var date = (second: Int64.min, text: "")
    private(set) var now: Instant

    init(
        mailbox: Mailbox<WorkerLetter<Handler.Letter>>, listeners: [Listening], _ configuration: ServerConfiguration,
        makeHandler: @escaping (any Outlet) -> Handler
    ) throws(SystemError) {
        self.mailbox = mailbox
        self.listeners = listeners
        limits = configuration.limits
        certificates = configuration.certificates
        encrypted = UnsafeMutableRawBufferPointer(rebasing: scratch[..<min(scratch.count, limits.tlsReceiveBytesMax)])
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
    private static var listenerTokens: UInt64 { .max - 16 }
    /// Milliseconds that a planned stop waits for connections to end.
    private static var drainMilliseconds: Int { 5_000 }
    /// Milliseconds for which new connections are left waiting when there is nothing to accept them with.
    private static var acceptPauseMilliseconds: Int { 250 }
    /// Connections accepted in one turn, so that a storm of new ones does not starve the old.
    private static var acceptsPerTurn: Int { 64 }

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
            settle()
        }
        for case let connection? in connections { remove(connection) }
        settle()
        handler = nil
    }

    private var isFinished: Bool {
        guard let drainDeadline else { return false }
        return connectionCount == 0 || now >= drainDeadline
    }

    private var waitMilliseconds: CInt {
        let needsTime = connectionCount > 0 || listenersOffSince != nil || drainDeadline != nil
        return needsTime ? CInt(timers.millisecondsToNextTick(from: time.instant())) : -1
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
        var drains = false
        for letter in letters {
            switch letter {
            case .application(let letter): forHandler.append(letter)
            case .certificates(let renewed): certificates = renewed
            case .drain: drains = true
            }
        }
        if !forHandler.isEmpty { handler?.received(forHandler) }
        if drains { drain() }
    }

    // MARK: Connections

    private func accept(from listener: Listening) {
        do throws(SystemError) {
            for _ in 0..<Self.acceptsPerTurn {
                guard let socket = try Socket.accept(from: listener.descriptor) else { return }
                try add(socket, isLocal: listener.isLocal)
            }
        } catch {
            // Without descriptors or memory for more, asking again at once would only burn the processor.
            log.warning("new connections are left waiting", ["why": "\(error)"])
            try? setListeners(on: false)
        }
    }

    private func add(_ socket: consuming Descriptor, isLocal: Bool) throws(SystemError) {
        serial &+= 1
        let id = ConnectionID(descriptor: socket.raw, serial: serial)
        let connection = Connection(
            id: id, socket: socket, isLocal: isLocal, isSecure: certificates != nil && !isLocal, limits: limits,
            now: now)
        try poller.add(connection.socket.raw, connection.interest, token: id.rawValue)
        while connections.count <= id.descriptor { connections.append(nil) }
        connections[id.descriptor] = connection
        connectionCount += 1
        setTimer(of: connection, at: connection.deadline)
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

    /// Nothing more is to be said; what is queued still leaves.
    func finish(_ connection: Connection) {
        takeOutput(of: connection)
        if connection.phase == .webSocket { gone.append(connection.id) }
        connection.phase = .finishing
        connection.isPaused = false
        connection.deadline = now.adding(milliseconds: limits.stalledMillisecondsMax)
        setTimer(of: connection, at: connection.deadline)
        touch(connection)
    }

    func remove(_ connection: Connection) {
        guard isPresent(connection) else { return }
        connection.sayGoodbye()
        connections[connection.id.descriptor] = nil
        connectionCount -= 1
        poller.remove(connection.socket.raw)
        if connection.phase == .webSocket { gone.append(connection.id) }
    }

    private func setListeners(on isOn: Bool) throws(SystemError) {
        listenersOffSince = isOn ? nil : now
        for (index, listener) in listeners.enumerated() {
            if isOn {
                try poller.add(listener.descriptor, .read, token: Self.listenerTokens + UInt64(index))
            } else {
                poller.remove(listener.descriptor)
            }
        }
    }

    private func drain() {
        guard drainDeadline == nil else { return }
        drainDeadline = now.adding(milliseconds: Self.drainMilliseconds)
        try? setListeners(on: false)
        handler?.drain()
        for case let connection? in connections where connection.phase == .http && connection.exchange.answering == nil
        {
            finish(connection)
        }
    }

    // MARK: Time

    /// Has `passTime` look at the connection at `instant`, or earlier.
    func setTimer(of connection: Connection, at instant: Instant) {
        if let timerAt = connection.timerAt, timerAt <= instant { return }
        connection.timerAt = instant
        timers.set(connection.id, at: instant)
    }

    private func passTime() {
        now = time.instant()
        let due = timers.advance(to: now)
        if let since = listenersOffSince, drainDeadline == nil,
            now.milliseconds(since: since) >= Self.acceptPauseMilliseconds
        {
            try? setListeners(on: true)
        }
        for id in due {
            // An entry that was overtaken by an earlier one has nothing to tell any more.
            guard let connection = connection(id), let timerAt = connection.timerAt, timerAt <= now else { continue }
            connection.timerAt = nil
            look(at: connection)
        }
    }

    private func look(at connection: Connection) {
        switch connection.phase {
        case .webSocket:
            guard let next = handler?.timePassed(on: connection.id, connection.activity) else { return }
            setTimer(of: connection, at: next)
        case .http where connection.wait == .answer:
            setTimer(of: connection, at: now.adding(milliseconds: limits.httpHeadMillisecondsMax))
        case .http where connection.hasUnsent, .finishing where connection.hasUnsent:
            // As long as the peer takes something it may take its time.
            let stalledAt = connection.sentAt.adding(milliseconds: limits.stalledMillisecondsMax)
            if now >= stalledAt { remove(connection) } else { setTimer(of: connection, at: stalledAt) }
        case .http where connection.wait == .idle:
            // The silence begins when the last answer has been taken.
            let idleAt = connection.sentAt.adding(milliseconds: limits.httpIdleMillisecondsMax)
            if now >= max(idleAt, connection.deadline) {
                remove(connection)
            } else {
                setTimer(of: connection, at: max(idleAt, connection.deadline))
            }
        case .http, .finishing, .lingering:
            if now >= connection.deadline {
                expire(connection)
            } else {
                setTimer(of: connection, at: connection.deadline)
            }
        }
    }

    /// The date as answers carry it, made once a second.
    var dateText: String {
        let wall = time.now()
        if date.second != wall.seconds { date = (wall.seconds, HTTPDate.string(wall)) }
        return date.text
    }
}
