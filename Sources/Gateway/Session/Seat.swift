internal import Base
internal import Channels
internal import WSServer
internal import Wire

/// Where a session sits in its worker: the conversation, how it is fed, and the channels by which it is found.
final class Seat {
    let connection: ConnectionID
    /// How its peer takes what it is told.
    let form: Form
    var session: Session
    var feed: Feed
    var replay: Resuming?
    /// Whose it is, once that is known.
    var user: UserID?
    /// When it was last noted that the seat's login is in use.
    var loginSeenAt: Instant?
    /// The channels that this seat listens to.
    var channels: [ChannelID] = []
    /// The interval of the worker's `Admission` in which something was last received.
    var heardIn: UInt32?
    /// What this seat watches, if anything.
    var watching: Watching?
    /// It has been refused something, and is left alone for a moment.
    var isResting = false
    /// A part of the log is being read for the feed.
    var isReading = false

    /// What the time asks of it where it is a stream.
    var pulse = StreamPulse()

    enum Form: Sendable {
        /// A WebSocket, with what was agreed on about compression.
        case socket(DeflateAgreement?)
        /// A stream of events, whose peer says nothing.
        case stream(StreamFraming)
    }

    var isStream: Bool {
        if case .stream = form { true } else { false }
    }

    /// A resume on its way: what it still has to read, and what it will be answered.
    struct Resuming {
        var id: CommandID
        var request: ResumeRequest
        var attendance: Attendance
        var replay: Replay
    }

    init(connection: ConnectionID, session: Session, form: Form, limits: Limits) {
        self.connection = connection
        self.form = form
        self.session = session
        feed = Feed(heldBytesMax: limits.outboundBytesMax)
    }
}
