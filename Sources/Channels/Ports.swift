public import Base

/// Where an answer goes: one connection of one event loop.
public struct SessionAddress: Hashable, Sendable {
    public var worker: Int
    /// The worker's own number for the connection, never given twice.
    public var connection: UInt64

    public init(worker: Int, connection: UInt64) {
        self.worker = worker
        self.connection = connection
    }
}

/// The one road of everything durable. Commands are decided in the order in which they are handed over, many to a
/// transaction, and answered after it is on disk.
public protocol Journal: Sendable {
    /// Hands over a session's command; its outcome comes back with the batch. False when the queue is full.
    func submit(_ proposal: Proposal, from address: SessionAddress) -> Bool

    /// Hands over a command and waits for its outcome.
    func commit(_ proposal: Proposal) async -> Result<Outcome, Rejection>
}

extension Journal {
    /// The same by the right of a member.
    public func commit(_ command: Command, as user: UserID) async -> Result<Outcome, Rejection> {
        await commit(Proposal(user: user, command: command))
    }
}

/// One command's decision, on disk, and whose it was.
public struct Committed: Sendable {
    /// The session that waits for the outcome; `nil` when the caller was answered by continuation.
    public var address: SessionAddress?
    public var decision: Decision

    public init(address: SessionAddress?, decision: Decision) {
        self.address = address
        self.decision = decision
    }
}

/// What a commit tells the event loops, in the order in which it was decided.
public enum Announcement: Sendable {
    case committed(Committed)
    /// A login has been ended; its sockets are to be closed.
    case loginEnded(LoginID, LoginEnd)
}

/// Why a login is no more, which tells its clients what to do next.
public enum LoginEnd: Sendable {
    /// Logged out, here or elsewhere: log in again.
    case revoked
    /// The user is suspended or gone: there is nothing to log in to.
    case blocked
}

/// Who is told of every committed batch: the same array for every event loop.
public protocol Fanout: Sendable {
    /// - Parameter storedIn: milliseconds that it took to have the batch on disk once it was written.
    func publish(_ batch: [Announcement], storedIn milliseconds: Int)
}

/// Reads the journal in its own order, for who follows all of it. Personal logs and direct channels are left out: what
/// two people say to each other is nobody else's.
public protocol JournalTail: Sendable {
    /// What was committed behind a position, each as it may be seen now; what is gone is left out.
    /// - Returns: the events, and the last position that was looked at; the same as `position` when there is nothing.
    func events(
        after position: Int64, limit: Int
    ) async throws(Rejection) -> (events: [(position: Int64, event: Event)], last: Int64)
}

/// Which messages of a channel, by number.
public enum HistoryPosition: Equatable, Sendable {
    case newest
    case before(Int64)
    case after(Int64)
    case around(Int64)
}

/// Reads what has been committed, off the event loops. A reader sees every commit that was announced before it asked.
public protocol Archive: Sendable {
    /// A page in ascending order, of at most `limit` messages and a bounded number of bytes. Refused like a channel
    /// that is not there when `user` is no member. What the user may not see is left out.
    func messages(
        of channel: ChannelID, for user: UserID, at position: HistoryPosition, limit: Int
    ) async throws(Rejection) -> (messages: [MessageView], hasMore: Bool)

    /// One message, deleted or not.
    func message(
        _ number: Int64, of channel: ChannelID, for user: UserID
    ) async throws(Rejection) -> MessageView

    /// The thread to which a message belongs, from its first message on or from behind another one.
    func thread(
        of number: Int64, in channel: ChannelID, for user: UserID, after: Int64, limit: Int
    ) async throws(Rejection) -> (messages: [MessageView], hasMore: Bool)

    /// The messages that are pinned, ascending.
    func pinned(in channel: ChannelID, for user: UserID) async throws(Rejection) -> [MessageView]

    /// Channels that the user may join, by number, after the one that is given.
    func publicChannels(for user: UserID, after channel: Int64, limit: Int) async throws(Rejection) -> [ChannelCard]

    /// Events after a place in a log as the user may see them now, until `limit` events, about `bytesMax` bytes of
    /// content (at least one event is given), or `last` are reached, and whether there are more before `last`. What may
    /// not be seen, and what is not there any more, is a void: the places are dense. `channel` may be the user's own
    /// log.
    func events(
        of channel: ChannelID, for user: UserID, after seq: Int64, through last: Int64, limit: Int, bytesMax: Int
    ) async throws(Rejection) -> (events: [Event], hasMore: Bool)
}
