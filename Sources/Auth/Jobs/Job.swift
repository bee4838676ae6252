public import Base

/// Work that is done later, outlives the process, and is tried again until it is done or given up.
public struct Job: Sendable, Equatable {
    public enum State: String, Sendable, CaseIterable {
        case queued, running, done, failed, cancelled

        /// Nothing more happens to it.
        public var isFinal: Bool { self == .done || self == .failed || self == .cancelled }
    }

    public struct Progress: Sendable, Equatable {
        public var done: Int64
        /// 0 while it is not known.
        public var total: Int64

        public init(done: Int64 = 0, total: Int64 = 0) {
            self.done = done
            self.total = total
        }
    }

    /// One thing that went wrong, of many that were to be done.
    public struct Fault: Sendable, Equatable {
        /// Which of the rows; 0 for the whole.
        public var row: Int64
        /// A short stable name such as `too_long`.
        public var code: String
        public var detail: String

        public init(row: Int64 = 0, code: String, detail: String) {
            self.row = row
            self.code = code
            self.detail = detail
        }
    }

    public var id: Int64
    public var kind: JobKind
    public var state: State
    /// Whose it is; `nil` for the server's own.
    public var user: UserID?
    /// JSON, understood by the kind's handler alone. May hold what must not be shown.
    public var payload: [UInt8]
    public var progress: Progress
    /// JSON, shown to whoever owns it.
    public var result: [UInt8]?
    public var faults: [Fault]
    /// Where its handler is, in the handler's own words, written with what it has done so far: the next try goes on
    /// from there.
    public var cursor: [UInt8]?
    /// Tries that have begun.
    public var attempts: Int
    public var createdAt: Timestamp
    public var updatedAt: Timestamp

    public init(
        id: Int64, kind: JobKind, state: State, user: UserID?, payload: [UInt8], progress: Progress = Progress(),
        result: [UInt8]? = nil, faults: [Fault] = [], cursor: [UInt8]? = nil, attempts: Int, createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.kind = kind
        self.state = state
        self.user = user
        self.payload = payload
        self.progress = progress
        self.result = result
        self.faults = faults
        self.cursor = cursor
        self.attempts = attempts
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// How much of it is done, of a hundred; `nil` while that is not known.
    public var percentDone: Int64? {
        guard progress.total > 0 else { return nil }
        return max(0, min(progress.done, progress.total)).multipliedReportingOverflow(by: 100).partialValue
            / progress.total
    }

    /// Faults that are kept of one job.
    public static let faultsMax = 1_000
    /// And those that `job.updated` tells: an event is kept in the journal and sent to every socket of its user, and
    /// who wants to see all of them asks for the job.
    public static let toldFaultsMax = 20
}

/// What is to be done: a name that stands in the database, so it is never changed.
public struct JobKind: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    public let name: String

    public init(_ name: String) { self.name = name }
    public init(stringLiteral name: String) { self.name = name }

    public var description: String { name }
}

/// A job before it is in the queue.
public struct NewJob: Sendable, Equatable {
    public var kind: JobKind
    public var user: UserID?
    public var payload: [UInt8]
    /// Of the same kind and key there is one job only: who adds it again is given the one that is there.
    public var key: String?
    /// Not before this time.
    public var dueAt: Timestamp?

    public init(_ kind: JobKind, user: UserID? = nil, payload: [UInt8], key: String? = nil, dueAt: Timestamp? = nil) {
        self.kind = kind
        self.user = user
        self.payload = payload
        self.key = key
        self.dueAt = dueAt
    }

    /// Bytes of a payload: a letter or a list of ids; what is larger belongs into a file.
    public static let payloadBytesMax = 1 << 20
}
