internal import Base
internal import Channels
internal import WSServer

/// What workers tell one another of who is there. A user's presence and typing are decided by one worker, to which the
/// others report what their sockets do; what it decides it tells all of them.
public struct PresenceLetter: Sendable {
    enum Content: Sendable {
        // To the worker of the user.

        /// A socket has come, or says something else than before.
        case reported(UserID, PresenceStatus, SessionAddress)
        case left(UserID, SessionAddress)
        /// The channels by whose watchers a user is heard of.
        case channels(UserID, [ChannelID])
        case typed(Typing)
        /// A socket wants to know how it is with these users.
        case asked([UserID], SessionAddress)
        /// When those were last seen of whom the worker knew nothing when it was asked.
        case recalled([UserID], [UserID: Timestamp], SessionAddress)
        /// Whether a user is there by any socket.
        case askedActive(UserID, Question<Bool>)
        /// Whether the times at which users were last seen are on disk.
        case kept(Bool)

        // To all workers.

        case changed([PresenceChange])
        case typing(Typing)

        // To the worker of who asked.

        case states([Presence], ConnectionID)
    }

    let content: Content

    init(_ content: Content) { self.content = content }
}
