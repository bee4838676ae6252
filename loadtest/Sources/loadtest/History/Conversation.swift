import CEpoll
import Glibc

/// One identified user who asks one thing after the other and waits for each answer.
final class Conversation {
    private static let secondsMax = 10.0

    private let descriptor: Int32
    private var socket: WebSocketClient
    private var received: [UInt8] = []
    private var lastID = 0
    private(set) var user = ""

    /// What `ready` said.
    private(set) var ready: HistoryFrame

    init(endpoint: Endpoint, token: [UInt8]) throws(Failure) {
        let descriptor = loadtest_connect(endpoint.address, endpoint.port, 0, 0)
        guard descriptor >= 0 else { throw Failure("connect: \(Failure.words(-descriptor))") }
        self.descriptor = descriptor
        socket = WebSocketClient(host: endpoint.host, chance: Chance(seed: Clock.now))
        ready = HistoryFrame(Array("{}".utf8)) ?? { preconditionFailure("an empty object is one") }()
        _ = try next(until: Clock.after(seconds: Self.secondsMax))
        let reply = try ask("identify", #"{"token":"\#(String(decoding: token, as: UTF8.self))"}"#)
        ready = reply
        guard let place = reply.object("user"), let id = reply.string("id", in: place) else {
            throw Failure("identify: \(reply.whole)")
        }
        user = id
    }

    deinit { close(descriptor) }

    /// The reply to one command, which must be done.
    func ask(_ type: String, _ data: String) throws(Failure) -> HistoryFrame {
        lastID += 1
        socket.send(text: Array(#"{"id":\#(lastID),"type":"\#(type)","data":\#(data)}"#.utf8))
        let deadline = Clock.after(seconds: Self.secondsMax)
        while true {
            let frame = try next(until: deadline)
            guard frame.id == lastID else { continue }
            guard frame.isDone else { throw Failure("\(type): \(frame.whole)") }
            return frame
        }
    }

    private func next(until deadline: Nanoseconds) throws(Failure) -> HistoryFrame {
        while true {
            try flush()
            let bytes = received
            var position = 0
            defer { received.removeFirst(position) }
            while let incoming = try incoming(in: bytes, from: &position) {
                switch incoming {
                case .opened: continue
                case .text(let range):
                    if let frame = HistoryFrame(Array(bytes[range])) { return frame }
                case .joinedText:
                    if let frame = HistoryFrame(socket.joined) { return frame }
                case .closed(let code): throw Failure("the server closed with \(code)")
                }
            }
            try wait(for: POLLIN, until: deadline)
            try receive()
        }
    }

    private func incoming(
        in bytes: [UInt8], from position: inout Int
    ) throws(Failure) -> WebSocketClient.Incoming? {
        do throws(ProtocolFault) {
            return try socket.next(in: bytes.span, from: &position)
        } catch {
            throw Failure(error.what)
        }
    }

    private func receive() throws(Failure) {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        guard count > 0 else { throw Failure("the connection ended") }
        received += chunk[..<count]
    }

    private func flush() throws(Failure) {
        while !socket.outgoing.isEmpty {
            try wait(for: POLLOUT, until: Clock.after(seconds: Self.secondsMax))
            let sent = socket.outgoing.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard sent > 0 || errno == EAGAIN else { throw Failure("send: \(Failure.words(errno))") }
            if sent > 0 { socket.outgoing.removeFirst(sent) }
        }
    }

    private func wait(for events: Int32, until deadline: Nanoseconds) throws(Failure) {
        let now = Clock.now
        guard now < deadline else { throw Failure("no answer within \(Self.secondsMax) s") }
        var waiting = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        _ = poll(&waiting, 1, Int32((deadline - now) / 1_000_000 + 1))
    }
}
