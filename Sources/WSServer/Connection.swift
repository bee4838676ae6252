internal import Base
internal import Reactor
internal import Wire

/// A socket with what is known of its peer: first an HTTP connection, after an upgrade a WebSocket. Belongs to one
/// worker.
final class Connection {
    enum Phase {
        /// Requests come and are answered.
        case http
        case webSocket
        /// Everything has been said; what waits is flushed and then the sending side shut down.
        case finishing
        /// The sending side is shut down; what the peer still sends is thrown away until it closes too. Closing at once
        /// would reset the connection, and the peer could lose our last words.
        case lingering
    }

    let id: ConnectionID
    let socket: Descriptor
    let isLocal: Bool
    /// TLS is spoken here, or will be as soon as the peer says something.
    var isSecure: Bool
    var phase = Phase.http
    var exchange: HTTPExchange
    var webSocket: WebSocketConnection?
    /// TLS, once it has begun.
    var stream: TLSStream?
    var outbound = OutboundQueue()

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

    // Where the connection stands in its worker's lists.
    var isTouched = false
    var isScheduled = false

    /// What an HTTP connection waits for, and until when.
    var wait = HTTPExchange.Wait.head
    var deadline: Instant
    var receivedAt: Instant
    var sentAt: Instant
    var takenAt: Instant
    /// The earliest time at which the timer wheel will tell of this connection.
    var timerAt: Instant?

    init(id: ConnectionID, socket: consuming Descriptor, isLocal: Bool, isSecure: Bool, limits: Limits, now: Instant) {
        self.id = id
        self.socket = socket
        self.isLocal = isLocal
        self.isSecure = isSecure
        exchange = HTTPExchange(limits: limits)
        receivedAt = now
        sentAt = now
        takenAt = now
        deadline = now.adding(
            milliseconds: isSecure ? limits.tlsHandshakeMillisecondsMax : limits.httpHeadMillisecondsMax)
    }

    var isShakingHands: Bool { isSecure && phase == .http && stream?.isEstablished != true }

    var activity: Activity {
        Activity(receivedAt: receivedAt, sentAt: sentAt, takenAt: takenAt, queuedByteCount: unsentByteCount)
    }
}
