import Base
import Reactor
import Telemetry
import TestClient
import WSServer
import Wire

/// What a test sees of the server's inside.
final class Probe: Sendable {
    enum Note: Equatable, Sendable {
        case asked(String)
        case opened
        case received(String)
        case drained
        /// The peer of a stream will send nothing more.
        case silent
        case closed
        /// How many messages have been received in all.
        case count(Int)
        /// The time that was asked for has come.
        case due
    }

    let notes: Mailbox<Note>
    /// The most bytes that ever waited for one connection.
    let queuedBytesMost = Guarded(0)
    /// What is answered to who asks for `/file`.
    let file = Guarded<OpenFile?>(nil)
    /// Bodies that are on their way to `/upload`, which is answered like `/later`.
    let uploads = Guarded<[HTTPBodyStream]>([])

    init() throws { notes = try Mailbox() }

    /// The notes up to one that is wanted; empty when it does not come within ten seconds.
    func wait(for wanted: Note) -> [Note] {
        var all: [Note] = [], taken: [Note] = []
        while !all.contains(wanted) {
            guard notes.wait(milliseconds: 10_000) else { return [] }
            notes.drain(into: &taken)
            all += taken
        }
        return all
    }
}

/// Answers every request with its own words, and says every message back.
final class EchoHandler: ConnectionHandler {
    enum Letter: Sendable {
        /// Answer what has been left waiting.
        case answer
        case resume
        case count
        /// Tell all of it patiently, and then the last who came at once.
        case tellAll(String, lastAtOnce: String)
        /// Note when so many milliseconds have passed.
        case wake(afterMilliseconds: Int)
        /// Say it on all streams.
        case tell(String)
        /// End all streams with a last word.
        case end(String, isAtOnce: Bool)
    }

    private let outlet: any Outlet
    private let probe: Probe
    private var waiting: [(ConnectionID, String)] = []
    private var open: Set<ConnectionID> = []
    private var streams: [ConnectionID: StreamFraming] = [:]
    private var messageCount = 0
    private var dueAt: Instant?

    init(outlet: any Outlet, probe: Probe) {
        self.outlet = outlet
        self.probe = probe
    }

    func received(_ request: HTTPRequest, on connection: ConnectionID) {
        let words =
            "\(request.head.method.rawValue) \(request.head.path) \(String(decoding: request.body, as: UTF8.self))"
        if let stream = request.stream { probe.uploads.withLock { $0.append(stream) } }
        probe.notes.post(.asked(request.head.path))
        if request.head.path == "/ws" {
            guard case .success(let accepted) = WebSocketHandshake.accept(request.head, subprotocols: []) else {
                return
            }
            outlet.upgrade(connection, with: accepted.response, messageBytesMax: 1 << 20, deflate: nil)
        } else if request.head.path == "/file", let file = probe.file.withLock({ $0 }) {
            outlet.respond(HTTPResponse(status: 200, content: .file(FilePart(file))), to: connection)
        } else if request.head.path == "/stream" {
            let framing = StreamFraming(for: request.head.version)
            if outlet.beginStream(connection, with: HTTPResponse(status: 200), framing: framing) {
                streams[connection] = framing
                probe.notes.post(.opened)
            }
        } else if request.head.path == "/later" || request.stream != nil {
            waiting.append((connection, words))
        } else {
            outlet.respond(HTTPResponse(status: 200, body: Array(words.utf8)), to: connection)
        }
    }

    func bodyPlan(of head: HTTPRequestHead) -> BodyPlan? {
        head.path == "/upload" ? BodyPlan(bytesMax: 100 << 20, isStreamed: true) : nil
    }

    func refusal(of violation: HTTPViolation, to head: HTTPRequestHead?, from client: HTTPClient) -> HTTPResponse {
        HTTPResponse(status: violation.status, body: Array(violation.reason.utf8))
    }

    func opened(_ connection: ConnectionID) {
        open.insert(connection)
        probe.notes.post(.opened)
    }

    func received(_ event: WebSocketEvent, on connection: ConnectionID) {
        guard case .text(let bytes) = event else { return }
        messageCount += 1
        if bytes.count < 100 { probe.notes.post(.received(String(decoding: bytes, as: UTF8.self))) }
        outlet.send(WebSocketFrame.text(bytes), to: connection)
        let queued = outlet.queuedByteCount(of: connection)
        probe.queuedBytesMost.withLock { $0 = max($0, queued) }
        switch String(decoding: bytes.prefix(8), as: UTF8.self) {
        case "pause": outlet.pause(connection)
        case "tell": outlet.tellWhenDrained(connection)
        case "ahead": outlet.sendAhead(WebSocketFrame.text(Array("overtaking".utf8)), to: connection)
        case "close": outlet.close(connection, .goingAway, reason: "asked")
        default: break
        }
    }

    func closed(_ connection: ConnectionID) {
        open.remove(connection)
        streams[connection] = nil
        probe.notes.post(.closed)
    }

    func drained(_ connection: ConnectionID) { probe.notes.post(.drained) }

    func timePassed(on connection: ConnectionID, _ activity: Activity) -> Instant {
        if streams[connection] != nil, activity.hasEnded { probe.notes.post(.silent) }
        return outlet.now.adding(milliseconds: 60_000)
    }

    func timePassed(at now: Instant) -> Instant? {
        if let dueAt, now >= dueAt {
            self.dueAt = nil
            for connection in open { outlet.send(WebSocketFrame.text(Array("due".utf8)), to: connection) }
            probe.notes.post(.due)
        }
        return dueAt
    }

    func received(_ letters: [Letter]) {
        for letter in letters {
            switch letter {
            case .answer:
                for (connection, words) in waiting {
                    outlet.respond(HTTPResponse(status: 200, body: Array(words.utf8)), to: connection)
                }
                waiting = []
            case .resume: for connection in open { outlet.resume(connection) }
            case .tellAll(let news, let urgent):
                for connection in open.sorted(by: { $0.rawValue < $1.rawValue }) {
                    outlet.sendPatiently(WebSocketFrame.text(Array(news.utf8)), to: connection)
                }
                if let last = open.max(by: { $0.rawValue < $1.rawValue }) {
                    outlet.send(WebSocketFrame.text(Array(urgent.utf8)), to: last)
                }
            case .count: probe.notes.post(.count(messageCount))
            case .wake(let milliseconds): dueAt = outlet.now.adding(milliseconds: milliseconds)
            case .tell(let words):
                for (stream, framing) in streams { outlet.send(framing.piece(Array(words.utf8)), to: stream) }
            case .end(let words, let isAtOnce):
                for (stream, framing) in streams {
                    outlet.endStream(stream, with: framing.piece(Array(words.utf8)), isAtOnce: isAtOnce)
                }
            }
        }
    }

    func drain() {
        for connection in open { outlet.close(connection, .goingAway, reason: "stopping") }
        for stream in streams.keys { outlet.endStream(stream, with: [], isAtOnce: false) }
    }
}

/// A server on a free port of this machine, and what is seen of it.
struct EchoServer {
    let server: Server<EchoHandler>
    let probe: Probe
    let port: UInt16

    init(loops: Int = 1, _ change: (inout Limits) -> Void = { _ in }) throws {
        let probe = try Probe()
        var limits = Limits()
        change(&limits)
        server = try Server(
            ServerConfiguration(
                address: .internet(host: "127.0.0.1", port: 0), loops: loops,
                rules: ServerRules(limits: limits), log: Logger(level: .off)))
        server.start { _, outlet in EchoHandler(outlet: outlet, probe: probe) }
        self.probe = probe
        guard case .internet(_, let port) = server.address else { throw TCPClient.Failure("no port") }
        self.port = port
    }

    func connect(receiveBufferBytes: Int? = nil, patienceSeconds: Int = 60) throws -> TCPClient {
        try TCPClient(port: port, receiveBufferBytes: receiveBufferBytes, patienceSeconds: patienceSeconds)
    }

    func openSocket() throws -> TCPClient {
        let client = try connect()
        try client.upgrade("/ws")
        return client
    }
}
