import CEpoll
import Glibc

/// Clients who send, cut, ask again, come back, read, delete and mark, on one thread, through whatever becomes of the
/// server; all of it is written down for `check`.
final class HistoryRun {
    private let options: HistoryOptions
    private let loop: Loop
    let file: HistoryFile
    var chance: Chance
    /// Makes keys of different runs differ.
    let nonce: String
    private let clients: [HistoryClient]
    private var isOver = false

    /// Milliseconds between two attempts to reach the server.
    private static let awayMilliseconds: ClosedRange<UInt64> = 5...50
    private static let turnNanoseconds: Nanoseconds = 2_000_000
    private static let settleSecondsMax = 15.0

    init(_ options: HistoryOptions, _ tokens: [[UInt8]]) throws(Failure) {
        self.options = options
        loop = try Loop()
        file = try HistoryFile(path: options.outFile)
        chance = Chance(seed: Clock.now ^ UInt64(getpid()) << 40)
        nonce = String(chance.next() >> 24, radix: 36)
        clients = tokens.enumerated().map { HistoryClient(index: $0, token: $1) }
    }

    /// Ends when the time has passed or, if so asked, standard input has ended, and every message has its outcome.
    func run() throws(Failure) -> Int32 {
        let end = Clock.after(seconds: Double(options.seconds))
        while Clock.now < end, !(options.endsWithInput && Self.inputHasEnded) { try turn() }
        isOver = true
        let last = Clock.after(seconds: Self.settleSecondsMax)
        while Clock.now < last, !clients.allSatisfy(\.isSettled) { try turn() }
        for client in clients { leave(client) }
        file.flush()
        guard !file.hasFailed else { throw Failure("\(options.outFile) cannot be written") }
        return 0
    }

    private static var inputHasEnded: Bool {
        var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        return poll(&input, 1, 0) > 0 && Int32(input.revents) & POLLHUP != 0
    }

    private func turn() throws(Failure) {
        let now = Clock.now
        for client in clients { try advance(client, now) }
        try loop.wait(until: now + Self.turnNanoseconds) { ready throws(Failure) in
            let client = clients[ready.index]
            if case .away = client.phase { return }
            if case .connecting = client.phase {
                guard loadtest_connect_error(client.descriptor) == 0 else { return leave(client) }
                client.phase = .upgrading
            }
            if ready.isWritable { try flush(client) }
            if ready.isReadable { try receive(client) }
        }
        for client in clients {
            if let socket = client.socket, !socket.outgoing.isEmpty, !client.awaitsWritable { try flush(client) }
        }
    }

    private func advance(_ client: HistoryClient, _ now: Nanoseconds) throws(Failure) {
        switch client.phase {
        case .away(let until) where now >= until: try connect(client)
        case .ready where !isOver && now >= client.nextAt:
            client.nextAt = now + Nanoseconds(clients.count) * 1_000_000_000 / Nanoseconds(options.rate)
            say(client)
            guard Double.random(in: 0..<1, using: &chance) < options.cutAfterSend else { return }
            try flush(client)
            leave(client)
        case .ready where !client.inDoubt.isEmpty && now >= client.restsUntil: sendAgain(client)
        default: return
        }
    }

    // MARK: The connection

    private func connect(_ client: HistoryClient) throws(Failure) {
        let descriptor = loadtest_connect(options.endpoint.address, options.endpoint.port, 0, 0)
        guard descriptor >= 0 else { return stayAway(client) }
        client.descriptor = descriptor
        client.socket = WebSocketClient(host: options.endpoint.host, chance: Chance(seed: chance.next()))
        client.socketNumber += 1
        client.carried = []
        client.phase = .connecting
        client.awaitsWritable = true
        try loop.add(descriptor, index: client.index)
    }

    private func stayAway(_ client: HistoryClient) {
        let milliseconds = UInt64.random(in: Self.awayMilliseconds, using: &chance)
        client.phase = .away(until: Clock.now + milliseconds * 1_000_000)
    }

    /// Ends the connection; what was asked on it has no outcome.
    func leave(_ client: HistoryClient) {
        guard client.descriptor >= 0 else { return }
        close(client.descriptor)
        client.descriptor = -1
        client.socket = nil
        stayAway(client)
        giveUp(client)
    }

    private func flush(_ client: HistoryClient) throws(Failure) {
        guard let count = client.socket?.outgoing.count else { return }
        if count > 0 {
            // Whatever becomes of this machine: what was said is known to have been said.
            file.flush()
            let sent = client.socket?.outgoing.withUnsafeBytes {
                Glibc.send(client.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard let sent, sent >= 0 || errno == EAGAIN || errno == EINTR else { return leave(client) }
            if sent > 0 { client.socket?.outgoing.removeFirst(sent) }
        }
        let isBehind = client.socket?.outgoing.isEmpty == false
        guard isBehind != client.awaitsWritable else { return }
        client.awaitsWritable = isBehind
        try loop.watch(client.descriptor, index: client.index, wantsWritable: isBehind)
    }

    private func receive(_ client: HistoryClient) throws(Failure) {
        guard client.descriptor >= 0, let start = loop.buffer.baseAddress else { return }
        let count = recv(client.descriptor, start, loop.buffer.count, 0)
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        guard count > 0 else { return leave(client) }
        let now = Clock.now
        let bytes = client.carried + UnsafeBufferPointer(start: start, count: count)
        client.carried = []
        var position = 0
        do {
            while let incoming = try client.socket?.next(in: bytes.span, from: &position) {
                switch incoming {
                case .opened: client.phase = .greeting
                case .text(let range): take(Array(bytes[range]), for: client, now)
                case .joinedText: take(client.socket?.joined ?? [], for: client, now)
                case .closed: return leave(client)
                }
                guard client.descriptor >= 0 else { return }
            }
        } catch {
            odd("broken protocol: \(error.what)", client)
            return leave(client)
        }
        client.carried = Array(bytes[position...])
    }

    private func take(_ bytes: [UInt8], for client: HistoryClient, _ now: Nanoseconds) {
        guard let frame = HistoryFrame(bytes) else { return odd("no object", client) }
        if let id = frame.id {
            guard let (what, asked) = client.pending.removeValue(forKey: id) else {
                return odd("an answer to \(id), which nobody asked", client)
            }
            return answered(what, asked, by: frame, client, now)
        }
        switch frame.type {
        case "hello": enter(client)
        case "ping": client.socket?.send(text: Array(#"{"type":"pong"}"#.utf8))
        default: heard(frame, on: client.socketNumber, client, now)
        }
    }

    // MARK: Writing down

    func entry(_ operation: HistoryEntry.Operation, _ client: HistoryClient, at now: Nanoseconds) -> HistoryEntry {
        var entry = HistoryEntry(operation, at: now)
        (entry.who, entry.socket) = (client.user, client.socketNumber)
        return entry
    }

    func odd(_ what: String, _ client: HistoryClient) {
        var entry = entry(.odd, client, at: Clock.now)
        entry.code = String(what.map { $0 == "\"" || $0 == "\\" ? "'" : $0 })
        file.write(entry)
    }

    /// Sends a command and keeps in mind what its answer will be about.
    func ask(_ type: String, _ data: String, _ what: HistoryClient.Pending, _ client: HistoryClient) {
        client.lastID += 1
        client.pending[client.lastID] = (what, Clock.now)
        client.socket?.send(text: Array(#"{"id":\#(client.lastID),"type":"\#(type)","data":\#(data)}"#.utf8))
    }
}
