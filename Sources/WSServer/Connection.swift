internal import Base
internal import Reactor
internal import Wire

/// A socket with what is known of its peer: first an HTTP connection, then perhaps a WebSocket, or an answer that does
/// not end. Belongs to one worker.
final class Connection {
    enum Phase {
        /// Requests come and are answered.
        case http
        case webSocket
        /// An answer is sent piece by piece; what the peer sends behind its request is not looked at.
        case streaming
        /// Everything has been said; what waits is flushed and then the sending side shut down.
        case finishing
        /// The sending side is shut down; what the peer still sends is thrown away until it closes too. Closing at once
        /// would reset the connection, and the peer could lose our last words.
        case lingering
    }

    /// What the bounds on connections know of it.
    enum Standing {
        case unidentified, identified
        /// Over a bound: it is told so and closed, and not counted.
        case refused
    }

    let id: ConnectionID
    let socket: Descriptor
    let isLocal: Bool
    /// Who speaks to us: the peer of the socket, or whom a trusted proxy's PROXY header names.
    var address: IPAddress?
    /// Whose request came last, with what a trusted proxy says of it.
    var client: HTTPClient
    /// Under which site it is counted; see `ConnectionCounts`.
    var site: IPAddress?
    var standing = Standing.unidentified
    var isToldOfRefusal = false
    /// The beginning of a PROXY header that is awaited.
    var proxyHeader: [UInt8]?
    /// TLS is spoken here, or will be as soon as the peer says something.
    var isSecure: Bool
    var phase = Phase.http
    var exchange: HTTPExchange
    var webSocket: WebSocketConnection?
    /// TLS, once it has begun.
    var stream: TLSStream?
    var outbound = OutboundQueue()
    /// The file that is being sent behind what is queued.
    var download: Download?
    /// The body that is being received in pieces.
    var upload: Upload?

    /// What the poller has been asked for.
    var interest: Poller.Interest = [.read, .hangUp]
    /// The peer would not take more; the poller tells when it does.
    var isBlocked = false
    /// The handler wants nothing more for now.
    var isPaused = false
    /// The peer has sent everything it will ever send.
    var hasEnded = false
    /// The upgrade is answered, and the handler does not know yet.
    var isOpening = false
    /// The handler asked to be told when little is queued.
    var tellsWhenDrained = false

    /// More has come than is handled in a turn.
    var isDeferred = false

    // Where the connection stands in its worker's lists.
    var isTouched = false
    var isPatient = false
    var isScheduled = false

    /// What an HTTP connection waits for, and until when.
    var wait = HTTPExchange.Wait.head
    var deadline: Instant
    /// Since when a head or a body has been coming.
    var waitBegan: Instant
    var receivedAt: Instant
    var sentAt: Instant
    var takenAt: Instant
    /// Since when so many bytes of answers have been taken.
    var progress: (since: Instant, byteCount: Int)
    /// Bytes held for it, as they are counted in the worker's sum.
    var heldByteCount = 0
    /// The earliest time at which the timer wheel will tell of this connection.
    var timerAt: Instant?

    init(
        id: ConnectionID, socket: consuming Descriptor, address: IPAddress?, isLocal: Bool, isSecure: Bool,
        limits: Limits, now: Instant
    ) {
        self.id = id
        self.socket = socket
        self.address = address
        client = HTTPClient(address: address, isSecure: isSecure, isLocal: isLocal)
        self.isLocal = isLocal
        self.isSecure = isSecure
        exchange = HTTPExchange(limits: limits)
        receivedAt = now
        waitBegan = now
        sentAt = now
        takenAt = now
        progress = (now, 0)
        deadline = now.adding(
            milliseconds: isSecure ? limits.tlsHandshakeMillisecondsMax : limits.httpHeadMillisecondsMax)
    }

    /// It belongs to the handler, which is told of its time and of its end.
    var isOpen: Bool { phase == .webSocket || phase == .streaming }

    /// Something is under way that a planned stop waits for.
    var isBusy: Bool { phase != .http || exchange.answering != nil || hasUnsent || download != nil }

    /// Bytes that have been received and not been understood yet.
    var receivedByteCount: Int { webSocket?.bufferedByteCount ?? exchange.bufferedByteCount }

    var isShakingHands: Bool { isSecure && phase == .http && stream?.isEstablished != true }

    var activity: Activity {
        Activity(
            receivedAt: receivedAt, sentAt: sentAt, takenAt: takenAt, queuedByteCount: unsentByteCount,
            hasEnded: hasEnded)
    }
}
