/// One line of a history: something that a client did or was told, and when. A line is a JSON object whose members are
/// named in loadtest/README.md; what does not belong to its operation is left out.
struct HistoryEntry: Equatable {
    enum Operation: String {
        /// A message is written to a socket, perhaps not for the first time.
        case send
        /// A message was answered: it is on disk under `number`.
        case ack
        /// A message was refused: it never happened.
        case fail
        /// A message's connection ended before its answer: it may have happened.
        case info
        /// From here on a socket hears all of a channel behind `seq`.
        case sub
        /// A socket was told of one place of a channel's log, or of a run of them.
        case recv
        /// A page of a channel's messages was read.
        case page
        /// A message's deletion for all, by its `state`.
        case del
        /// A read marker's move, by its `state`.
        case read
        /// A member leaves a channel or comes back, by its `state`.
        case stay
        /// The whole log of a channel, read when all was over.
        case final
        /// The server said something that it must never say.
        case odd
    }

    /// How far a deletion, a read marker or a change of membership has come.
    enum State: String {
        case asked, done, refused, unknown
        /// A marker as the server told it when all was over.
        case final
    }

    var operation: Operation
    /// Nanoseconds of the machine's monotonic clock: before writing what is asked, after reading what is told.
    var time: UInt64 = 0
    /// Of the same clock: when what is answered here had been asked.
    var asked: UInt64 = 0
    /// The user's id.
    var who = ""
    var socket = 0
    var channel = ""
    /// What the client chose to know its message by.
    var key = ""
    var sender = ""
    var text: String?
    var number = 0
    var seq = 0
    /// The last place of a run; 0 for a single one.
    var lastSeq = 0
    var state: State?
    var code = ""
    var isDuplicate = false
    var isDeleted = false
    /// Comes back, and does not leave.
    var comes = false
    /// The message after which a page begins, and how many it may have.
    var after = 0
    var limit = 0
    var hasMore = false
    var messages: [LoggedMessage] = []

    init(_ operation: Operation, at time: UInt64 = 0) {
        self.operation = operation
        self.time = time
    }
}

/// A message as a log or a page shows it.
struct LoggedMessage: Equatable {
    var number = 0
    var seq = 0
    var sender = ""
    var key = ""
    /// Nothing once it is deleted.
    var text: String?
    var isDeleted = false
}
