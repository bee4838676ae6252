public import Base
public import Wire

/// One connection of one worker. Never given twice while the process runs.
public struct ConnectionID: Hashable, Sendable {
    public let rawValue: UInt64

    public init(rawValue: UInt64) { self.rawValue = rawValue }

    init(descriptor: CInt, serial: UInt32) {
        rawValue = UInt64(serial) << 32 | UInt64(UInt32(bitPattern: descriptor))
    }

    var descriptor: Int { Int(rawValue & 0xFFFF_FFFF) }
}

/// A request with its body: whole, or on its way.
public struct HTTPRequest: Sendable {
    public var head: HTTPRequestHead
    public var body: [UInt8]
    /// The body as it comes, where the handler's `bodyPlan` says so; `body` is empty then.
    public var stream: HTTPBodyStream?
    public var client: HTTPClient

    public init(head: HTTPRequestHead, body: [UInt8], stream: HTTPBodyStream? = nil, client: HTTPClient) {
        self.head = head
        self.body = body
        self.stream = stream
        self.client = client
    }
}

/// What a WebSocket or a stream has been doing lately, for deciding whether it still lives.
public struct Activity: Equatable, Sendable {
    /// When the last byte was received.
    public var receivedAt: Instant
    /// When the peer last took a byte, or when there was last nothing for it to take.
    public var sentAt: Instant
    /// When the peer last made room after it had taken nothing for a while: only a living peer does.
    public var takenAt: Instant
    public var queuedByteCount: Int
    /// The peer will send nothing more. It may be gone, or still be reading.
    public var hasEnded: Bool

    public init(
        receivedAt: Instant, sentAt: Instant, takenAt: Instant, queuedByteCount: Int, hasEnded: Bool = false
    ) {
        self.receivedAt = receivedAt
        self.sentAt = sentAt
        self.takenAt = takenAt
        self.queuedByteCount = queuedByteCount
        self.hasEnded = hasEnded
    }
}

/// The application's half of a worker: what bytes mean. Made on the worker's thread and used by it alone; it acts
/// through the worker's `Outlet`, and is never called from inside one of its own calls.
public protocol ConnectionHandler: AnyObject, SendableMetatype {
    /// What other threads may tell this one.
    associatedtype Letter: Sendable

    /// What is to be done with the body of a request, where that is not what is done with all others. It is only asked
    /// here, and nothing is to be done about the connection.
    func bodyPlan(of head: HTTPRequestHead) -> BodyPlan?

    /// A request is to be answered, by `Outlet.respond`, `Outlet.upgrade` or `Outlet.beginStream`, now or later. Until
    /// then the connection's next request waits. One whose body is on its way may be answered before that is whole;
    /// then it is the connection's last.
    func received(_ request: HTTPRequest, on connection: ConnectionID)

    /// The answer with which a request is refused that broke the protocol or a bound; 503 when there are too many. It
    /// is only made here, and may be asked for within another call.
    /// - Parameter head: of the request, where it could be read.
    func refusal(of violation: HTTPViolation, to head: HTTPRequestHead?, from client: HTTPClient) -> HTTPResponse

    /// A WebSocket is open.
    func opened(_ connection: ConnectionID)
    func received(_ event: WebSocketEvent, on connection: ConnectionID)
    /// A WebSocket or a stream is gone, whoever ended it. Nothing can be sent any more.
    func closed(_ connection: ConnectionID)
    /// A WebSocket or a stream has taken most of what was queued for it, as was asked by `Outlet.tellWhenDrained`.
    func drained(_ connection: ConnectionID)
    /// The time that a WebSocket or a stream asked for has come, or its peer will send nothing more; returns when it
    /// wants to be asked again.
    func timePassed(on connection: ConnectionID, _ activity: Activity) -> Instant
    /// A turn ends: what belongs to no single connection and has become due is done now. Asked at the end of every
    /// turn, so that it must cost nothing when there is nothing to do.
    /// - Returns: when to be asked again although nothing else happens; `nil` for never.
    func timePassed(at now: Instant) -> Instant?

    func received(_ letters: [Letter])
    /// The server is about to stop: every WebSocket and stream is to be told and closed, and no more to be opened.
    func drain()
}

extension ConnectionHandler {
    public func timePassed(at now: Instant) -> Instant? { nil }
    public func bodyPlan(of head: HTTPRequestHead) -> BodyPlan? { nil }
}

/// What a handler can do with the connections of its worker. An id whose connection is gone is ignored.
public protocol Outlet: AnyObject {
    /// The time at which the worker's turn began.
    var now: Instant { get }

    func respond(_ response: HTTPResponse, to connection: ConnectionID)
    /// Answers a request with 101; from then on the connection is a WebSocket. False when it does not become one,
    /// because the client is gone or over a bound.
    /// - Parameter deflate: what the answer says about compression.
    @discardableResult
    func upgrade(
        _ connection: ConnectionID, with response: HTTPResponse, messageBytesMax: Int, deflate: DeflateAgreement?
    ) -> Bool
    /// Answers a request with content that goes on until `endStream`, and is the connection's last: `send` takes its
    /// pieces. What the client sends behind its request is not looked at, and it may stop sending. False when nothing
    /// begins, because the client is gone or over a bound, or has asked for the head alone.
    func beginStream(_ connection: ConnectionID, with response: HTTPResponse, framing: StreamFraming) -> Bool
    /// Ends a stream.
    /// - Parameters:
    ///   - last: its last piece.
    ///   - isAtOnce: what is queued before that is thrown away.
    func endStream(_ connection: ConnectionID, with last: [UInt8], isAtOnce: Bool)
    /// What was agreed on about compression when the connection became a WebSocket.
    func deflate(of connection: ConnectionID) -> DeflateAgreement?
    /// Queues whole frames, or pieces of a stream; they leave at the end of the worker's turn, together with everything
    /// else of this turn.
    func send(_ frames: [UInt8], to connection: ConnectionID)
    /// The same for frames that go to many at once: they leave when everybody has been served who is waited for, a
    /// bounded number of connections in a turn.
    func sendPatiently(_ frames: [UInt8], to connection: ConnectionID)
    /// Queues a frame before all others that have not begun to leave.
    func sendAhead(_ frame: [UInt8], to connection: ConnectionID)
    func queuedByteCount(of connection: ConnectionID) -> Int
    /// From where a client is; `nil` for one that came through the server's own Unix socket.
    func address(of connection: ConnectionID) -> IPAddress?
    /// Whether more may be queued for the connection: neither it nor all together hold too much.
    func hasRoom(_ connection: ConnectionID) -> Bool
    func tellWhenDrained(_ connection: ConnectionID)
    /// Ends a WebSocket with the closing handshake, after what is queued.
    func close(_ connection: ConnectionID, _ code: CloseCode, reason: String)
    /// Ends a WebSocket that takes nothing any more: what is queued is thrown away.
    func abort(_ connection: ConnectionID, _ code: CloseCode, reason: String)
    /// Leaves what the peer sends unread until `resume`.
    func pause(_ connection: ConnectionID)
    func resume(_ connection: ConnectionID)
    func setMessageBytesMax(_ byteCount: Int, of connection: ConnectionID)
    /// It is known now who is there: the bounds on strangers do not hold any more.
    func identified(_ connection: ConnectionID)
}
