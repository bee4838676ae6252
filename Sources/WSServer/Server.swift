internal import Base
public import Reactor
public import Telemetry

/// Listens, and carries connections on one event loop per core. What they say is the handler's affair.
public final class Server<Handler: ConnectionHandler>: Sendable {
    private let mailboxes: [Mailbox<WorkerLetter<Handler.Letter>>]
    private let configuration: ServerConfiguration
    private let listening: [[Listening]]
    private let ended: Mailbox<Void>
    private let endedCount = Guarded(0)
    private let counts = Guarded(ConnectionCounts())
    private let numbers: [LoopNumbers]
    /// Where it listens, with the port that was given where 0 was asked for.
    public let address: ListenAddress

    /// Opens the listening sockets; nothing is accepted before `start`. Fails when the address cannot be had.
    public init(_ configuration: ServerConfiguration) throws(SystemError) {
        try Socket.probe(configuration.address)
        var address = configuration.address
        var listening: [[Listening]] = []
        var mailboxes: [Mailbox<WorkerLetter<Handler.Letter>>] = []
        for index in 0..<configuration.loops {
            let socket = try Socket.listen(on: address)
            if case .internet(let host, port: 0) = address {
                address = .internet(host: host, port: try Socket.localPort(of: socket))
            }
            // Handed to the worker, which closes it when it ends.
            listening.append([Listening(descriptor: socket.release(), isLocal: false)])
            if index == 0, let path = configuration.localPath {
                let local = try Socket.listen(on: .unix(path: path))
                listening[0].append(Listening(descriptor: local.release(), isLocal: true))
            }
            mailboxes.append(try Mailbox())
        }
        ended = try Mailbox()
        self.configuration = configuration
        self.address = address
        self.listening = listening
        self.mailboxes = mailboxes
        numbers = mailboxes.map { _ in LoopNumbers() }
    }

    /// Starts a worker for each loop. `makeHandler` runs on the worker's thread, with the worker's number.
    public func start(makeHandler: @escaping @Sendable (_ worker: Int, any Outlet) -> Handler) {
        for (index, (mailbox, listeners)) in zip(mailboxes, listening).enumerated() {
            _ = Thread(named: "loop-\(index)") { [configuration, counts, ended, numbers] in
                do throws(SystemError) {
                    let worker = try Worker<Handler>(
                        mailbox: mailbox, listeners: listeners, counts: counts, numbers: numbers[index],
                        configuration
                    ) {
                        makeHandler(index, $0)
                    }
                    worker.run()
                } catch {
                    configuration.log.error("an event loop could not start", ["why": "\(error)"])
                }
                for listener in listeners { _ = Descriptor(listener.descriptor) }
                ended.post(())
            }
        }
    }

    public var workerCount: Int { mailboxes.count }

    /// What the loops have counted, just now.
    public var families: [MetricFamily] {
        LoopNumbers.families(of: numbers, connectionCount: counts.withLock { $0.all })
    }

    /// Letters that wait for a loop, of all of them.
    public var waitingCount: Int { mailboxes.reduce(0) { $0 + $1.count } }

    /// Puts a letter for a worker's handler into its mailbox.
    public func post(_ letter: Handler.Letter, to worker: Int) { mailboxes[worker].post(.application(letter)) }

    /// Has these rules obeyed from now on. Connections that are there keep what they have agreed to by TLS, and the
    /// bounds on what they are in the middle of. TLS stays where it is spoken, and is not begun where it is not.
    public func renew(_ rules: ServerRules) {
        for mailbox in mailboxes { mailbox.post(.rules(rules)) }
    }

    /// Begins to stop: every WebSocket is told and closed and none is opened any more; requests are still answered,
    /// each as its connection's last.
    public func beginDrain() {
        for mailbox in mailboxes { mailbox.post(.drain) }
    }

    /// Ends what `beginDrain` began within a second, whoever is still there.
    public func hurry() {
        for mailbox in mailboxes { mailbox.post(.hurry) }
    }

    /// Readable whenever a loop has ended since `hasEnded` was last asked.
    public var endedDescriptor: CInt { ended.descriptor }

    /// Whether all loops have ended. To be asked by one thread.
    public func hasEnded() -> Bool {
        var notes: [Void] = []
        ended.drain(into: &notes)
        return endedCount.withLock { count in
            count += notes.count
            return count == mailboxes.count
        }
    }

    /// Stops, and returns when all loops have ended. To be called once, after `start`.
    public func drain() {
        beginDrain()
        while !hasEnded() { _ = ended.wait() }
    }
}
