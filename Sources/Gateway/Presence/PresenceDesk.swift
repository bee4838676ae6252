internal import Base

/// What one worker knows of presence, typing and watching: as the worker of its share of the users, and for the sockets
/// that it carries.
struct PresenceDesk {
    // As the worker of its users.
    var board = PresenceBoard()
    var gate = TypingGate()
    var seen = LastSeenBatch()
    /// The server stops: when users were last seen has been written, and nothing more of it is.
    var isClosed = false

    // For its sockets.
    var watchers = Watchers()
    var queue: PresenceQueue
    /// Counts the changes that were told.
    var told: UInt64 = 0

    init(_ limits: Limits, at now: Instant) { queue = PresenceQueue(limits, at: now) }

    /// When something is to be done although nothing happens.
    func next(_ limits: Limits) -> Instant? {
        earlier(earlier(board.next(limits), gate.next(limits)), earlier(isClosed ? nil : seen.next, queue.next))
    }
}
