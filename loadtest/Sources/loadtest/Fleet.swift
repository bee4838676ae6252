import CEpoll
import Glibc

/// Hears what the clients' connections bring, once they are identified.
protocol Listener: AnyObject {
    /// The answer to the command that the client numbered `id`.
    func answered(_ id: Int, by reply: Envelope, in bytes: Span<UInt8>, at client: Client, _ now: Nanoseconds)
    func heard(_ event: Envelope, in bytes: Span<UInt8>, at client: Client, _ now: Nanoseconds)
    /// The client is identified, or has resumed.
    func entered(_ client: Client, by reply: Envelope, in bytes: Span<UInt8>, _ now: Nanoseconds)
}

extension Listener {
    func entered(_ client: Client, by reply: Envelope, in bytes: Span<UInt8>, _ now: Nanoseconds) {}
}

/// All clients of the run on one thread: connects them, reads for them, and writes what they have to say once per turn.
final class Fleet {
    /// Beyond this many at a time the server's accept queue would be tested instead of the server.
    private static let connectingMax = 200
    static let connectSecondsMax = 30.0
    /// Added to them for each connection: so many may take longer, and a server behind TLS does.
    private static let connectSecondsEach = 0.002

    private let endpoint: Endpoint
    private let tls: TLSSettings?
    /// The number of the first connection among those of all processes.
    private let firstConnection: Int
    private let loop: Loop
    private var chance: Chance
    private(set) var clients: [Client] = []
    /// Of the clients, those who are identified.
    private(set) var readyCount = 0
    private var touched: [Client] = []
    private var scratch: [UInt8] = []
    private var closedCount = 0
    private var isClosing = false

    var faults = Faults()
    var listener: (any Listener)?
    /// Events are then counted, and not looked into: whoever needs a core for sending has none for reading them.
    var skipsEvents = false
    private(set) var skippedCount = 0
    /// Of the sockets that are opened from now on; 0 leaves it to the kernel.
    var receiveBufferBytes: Int32 = 0
    /// What `hello` told of the longest frame that the server takes.
    private(set) var frameBytesMax = 65_536
    /// What `hello` told of the server's name and version.
    private(set) var server = ""

    init(endpoint: Endpoint, firstConnection: Int = 0, caFile: String? = nil) throws(Failure) {
        self.endpoint = endpoint
        self.firstConnection = firstConnection
        tls = endpoint.isSecure ? try TLSSettings(caFile: caFile) : nil
        loop = try Loop()
        chance = Chance(seed: Clock.now ^ UInt64(getpid()) << 40)
    }

    /// A number that no other run will have.
    func nonce() -> UInt64 { chance.next() }

    // MARK: Opening

    /// Opens one connection per token and returns when every one is identified. The first tokens are those of the
    /// connections that there have been already.
    /// At most `rate` a second are begun, where one is given.
    func connect(_ tokens: [[UInt8]], rate: Double = .infinity) throws(Failure) {
        let descriptorsMax = loadtest_descriptors_max()
        guard UInt64(tokens.count) + 16 <= descriptorsMax else {
            throw Failure(
                "\(tokens.count) connections are asked, and \(descriptorsMax) open files are allowed (ulimit -n)")
        }
        let begun = Clock.now, present = clients.count, leftCount = closedCount
        let count = Double(tokens.count - present)
        let secondsMax = Self.connectSecondsMax + count * Self.connectSecondsEach + count / rate
        let deadline = Clock.after(seconds: secondsMax)
        while readyCount + closedCount < tokens.count, Clock.now < deadline {
            let due = rate < .infinity ? Double(Clock.now - begun) / 1e9 * rate + 1 : .infinity
            while clients.count < tokens.count, canConnect, Double(clients.count - present) < due {
                try open(token: tokens[clients.count])
            }
            try turn(until: min(deadline, rate < .infinity ? Clock.after(seconds: 1 / rate) : deadline))
        }
        guard readyCount + leftCount == tokens.count else {
            throw Failure(
                "\(readyCount) of \(tokens.count) connections were identified within \(Int(secondsMax)) s;"
                    + " errors: \(faults.errorsText)")
        }
    }

    /// Not too many are on their way.
    var canConnect: Bool { clients.count - readyCount - closedCount < Self.connectingMax }

    private func open(token: [UInt8]) throws(Failure) {
        let index = clients.count
        let descriptor = try begin(index)
        let socket = WebSocketClient(host: endpoint.host, chance: Chance(seed: chance.next()))
        clients.append(Client(index: index, token: token, descriptor: descriptor, socket: socket))
        try loop.add(descriptor, index: index)
    }

    private func begin(_ index: Int) throws(Failure) -> Int32 {
        let descriptor = loadtest_connect(
            endpoint.address, endpoint.port, endpoint.source(ofConnection: firstConnection + index), receiveBufferBytes)
        guard descriptor >= 0 else { throw Failure("connect: \(Failure.words(-descriptor))") }
        return descriptor
    }

    /// Opens a new connection for one who has left, with `resumption` as its `resume` where that is set. Not to be
    /// called by a listener: what the loop has found ready was found at the old connection.
    func comeBack(_ client: Client) throws(Failure) {
        precondition(client.phase == .closed)
        client.descriptor = try begin(client.index)
        client.socket = WebSocketClient(host: endpoint.host, chance: Chance(seed: chance.next()))
        client.carried = []
        client.awaitsWritable = true
        client.isReading = true
        client.phase = .connecting
        closedCount -= 1
        try loop.add(client.descriptor, index: client.index)
    }

    /// A scenario that counts each user's deliveries cannot have one user twice.
    func requireDistinctUsers() throws(Failure) {
        let userCount = Set(clients.map(\.user)).count
        guard userCount == clients.count else {
            throw Failure("the \(clients.count) tokens belong to \(userCount) users; each must have its own")
        }
    }

    /// Ends one connection, as its user might.
    func leave(_ client: Client) { drop(client, because: nil) }

    /// Leaves what the server sends where it is.
    func stopReading(_ client: Client) throws(Failure) {
        client.isReading = false
        try loop.watch(client.descriptor, index: client.index, wantsReadable: false, wantsWritable: false)
    }

    func startReading(_ client: Client) throws(Failure) {
        client.isReading = true
        try loop.watch(client.descriptor, index: client.index, wantsWritable: false)
    }

    /// Ends all connections without ceremony.
    func close() {
        isClosing = true
        for client in clients where client.phase != .closed { drop(client, because: nil) }
    }

    // MARK: Turning

    /// Turns the loop until the condition holds or the time has come; says whether the condition holds.
    @discardableResult
    func run(until deadline: Nanoseconds, or isDone: () -> Bool = { false }) throws(Failure) -> Bool {
        flushTouched()
        while !isDone() {
            guard Clock.now < deadline else { return false }
            try turn(until: deadline)
        }
        return true
    }

    /// Writes what there is to say and turns the loop once, which may be sooner than `deadline`.
    func step(until deadline: Nanoseconds) throws(Failure) {
        flushTouched()
        try turn(until: deadline)
    }

    private func turn(until deadline: Nanoseconds) throws(Failure) {
        try loop.wait(until: deadline) { ready throws(Failure) in
            let client = clients[ready.index]
            if client.phase == .connecting {
                try finishConnecting(client)
            } else if client.phase == .securing {
                try secure(client)
            } else if ready.isWritable, client.phase != .closed {
                flush(client)
            }
            if ready.isReadable, client.isReading, client.phase != .closed { receive(client) }
        }
        flushTouched()
    }

    private func finishConnecting(_ client: Client) throws(Failure) {
        let error = loadtest_connect_error(client.descriptor)
        guard error == 0 else { throw Failure("connect to \(endpoint.host): \(Failure.words(error))") }
        if let tls {
            client.phase = .securing
            client.tls = TLSLink(tls, descriptor: client.descriptor, endpoint: endpoint)
            return try secure(client)
        }
        client.phase = .upgrading
        flush(client)
    }

    private func secure(_ client: Client) throws(Failure) {
        guard let tls = client.tls else { throw Failure("no memory for TLS") }
        let step = try tls.handshake()
        let wantsWritable = step == .wantsWrite
        if step == .done {
            client.phase = .upgrading
            flush(client)
        } else if wantsWritable != client.awaitsWritable {
            client.awaitsWritable = wantsWritable
            try loop.watch(client.descriptor, index: client.index, wantsWritable: wantsWritable)
        }
    }

    private func flushTouched() {
        for client in touched {
            client.isTouched = false
            if client.phase != .closed, !client.awaitsWritable { flush(client) }
        }
        touched.removeAll(keepingCapacity: true)
    }

    private func flush(_ client: Client) {
        let waiting = client.socket.outgoing.count
        if waiting > 0 {
            let sent = client.socket.outgoing.withUnsafeBytes {
                client.tls?.send($0) ?? Glibc.send(client.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard sent >= 0 || errno == EAGAIN || errno == EINTR else {
                return drop(client, because: "send_failed")
            }
            if sent == waiting {
                client.socket.outgoing.removeAll(keepingCapacity: true)
            } else if sent > 0 {
                client.socket.outgoing.removeFirst(sent)
            }
        }
        let isBehind = !client.socket.outgoing.isEmpty
        guard isBehind != client.awaitsWritable else { return }
        client.awaitsWritable = isBehind
        do {
            try loop.watch(client.descriptor, index: client.index, wantsWritable: isBehind)
        } catch {
            drop(client, because: "epoll_failed")
        }
    }

    private func drop(_ client: Client, because code: String?) {
        guard client.phase != .closed else { return }
        if client.phase == .ready { readyCount -= 1 }
        client.phase = .closed
        client.tls = nil
        Glibc.close(client.descriptor)
        closedCount += 1
        if let code, !isClosing { faults.count(code) }
    }

    // MARK: Reading

    private func receive(_ client: Client) {
        repeat { receiveOnce(client) } while client.phase != .closed && client.tls?.hasMore == true
    }

    private func receiveOnce(_ client: Client) {
        let buffer = loop.buffer
        let carried = client.carried.count
        for place in 0..<carried { buffer[place] = client.carried[place] }
        client.carried.removeAll(keepingCapacity: false)
        guard let start = buffer.baseAddress else { return }
        let count =
            client.tls?.receive(start + carried, buffer.count - carried)
            ?? recv(client.descriptor, start + carried, buffer.count - carried, 0)
        guard count > 0 else {
            if count < 0, errno == EAGAIN || errno == EINTR {
                client.carried = Array(buffer[..<carried])
                return
            }
            return drop(client, because: count == 0 ? "closed_without_code" : "receive_failed")
        }
        let now = Clock.now
        let bytes = UnsafeBufferPointer(start: start, count: carried + count)
        let position = read(bytes.span, for: client, now)
        if client.phase != .closed, position < bytes.count { client.carried = Array(bytes[position...]) }
    }

    /// Hands on every whole message and returns how far it came.
    private func read(_ bytes: Span<UInt8>, for client: Client, _ now: Nanoseconds) -> Int {
        var position = 0
        do {
            while let incoming = try client.socket.next(in: bytes, from: &position) {
                switch incoming {
                case .opened: client.phase = .awaitingHello
                case .text(let range): take(bytes, range, for: client, now)
                case .joinedText:
                    let joined = client.socket.joined
                    take(joined.span, 0..<joined.count, for: client, now)
                case .closed(let code):
                    flush(client)
                    drop(client, because: "closed_\(code)")
                }
                if client.phase == .closed { break }
            }
            if !client.socket.outgoing.isEmpty { touch(client) }
        } catch {
            File.write("loadtest: connection \(client.index): \(error.what)\n", to: STDERR_FILENO)
            drop(client, because: "protocol_fault")
        }
        return position
    }

    private func take(_ bytes: Span<UInt8>, _ range: Range<Int>, for client: Client, _ now: Nanoseconds) {
        if skipsEvents, Envelope.isMessageCreated(bytes, in: range) {
            skippedCount += 1
            return
        }
        guard let envelope = Envelope(bytes, in: range) else { return faults.count("not_an_object") }
        if let isDone = envelope.isDone {
            if client.phase == .ready {
                listener?.answered(envelope.id ?? -1, by: envelope, in: bytes, at: client, now)
            } else {
                finishIdentifying(client, isDone: isDone, by: envelope, in: bytes, now)
            }
            return
        }
        switch envelope.kind {
        case .messageCreated: listener?.heard(envelope, in: bytes, at: client, now)
        case .ping: send(Array(#"{"type":"pong"}"#.utf8), from: client)
        case .hello: identify(client, after: envelope, in: bytes)
        case .reconnect: faults.count("reconnect_asked")
        case .ready, .resumed, .other: break
        }
    }

    private func identify(_ client: Client, after hello: Envelope, in bytes: Span<UInt8>) {
        guard client.phase == .awaitingHello else { return faults.count("second_hello") }
        if let value = JSONScan.member("max_frame", bytes, in: hello.data),
            let number = JSONScan.number(bytes, value)
        {
            frameBytesMax = number
        }
        if let value = JSONScan.string("server", bytes, in: hello.data) { server = JSONScan.text(bytes, value) }
        client.phase = .identifying
        if let resumption = client.resumption {
            return send(Array(#"{"id":1,"type":"resume","data":"#.utf8) + resumption + Array("}".utf8), from: client)
        }
        send(
            Array(#"{"id":1,"type":"identify","data":{"token":""#.utf8) + client.token
                + Array(#"","client":{"name":"loadtest","version":"1"}}}"#.utf8), from: client)
    }

    private func finishIdentifying(
        _ client: Client, isDone: Bool, by reply: Envelope, in bytes: Span<UInt8>, _ now: Nanoseconds
    ) {
        guard isDone else { return drop(client, because: reply.errorCode(bytes)) }
        if client.resumption == nil {
            guard reply.kind == .ready, let user = JSONScan.member("user", bytes, in: reply.data),
                let id = JSONScan.string("id", bytes, in: user)
            else { return drop(client, because: "ready_without_user") }
            client.user = JSONScan.copy(bytes, id)
        } else if reply.kind != .resumed {
            return drop(client, because: "resume_was_not_resumed")
        }
        client.phase = .ready
        readyCount += 1
        listener?.entered(client, by: reply, in: bytes, now)
    }

    // MARK: Saying

    func send(_ text: [UInt8], from client: Client) {
        client.socket.send(text: text)
        touch(client)
    }

    /// As `send`, with the text written into a buffer that is used again and again.
    func send(from client: Client, _ write: (inout [UInt8]) -> Void) {
        scratch.removeAll(keepingCapacity: true)
        write(&scratch)
        send(scratch, from: client)
    }

    private func touch(_ client: Client) {
        guard !client.isTouched else { return }
        client.isTouched = true
        touched.append(client)
    }
}
