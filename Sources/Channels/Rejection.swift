public import Base

/// Why a command was refused: nothing of it happened. The code is what clients obey, the message what people read.
public struct Rejection: Error, Equatable, Sendable {
    /// The stable names that the socket and REST share.
    public enum Code: String, Sendable, CaseIterable {
        case badRequest = "bad_request"
        case validationFailed = "validation_failed"
        case invalidToken = "invalid_token"
        case tokenExpired = "token_expired"
        case invalidCredentials = "invalid_credentials"
        case emailNotVerified = "email_not_verified"
        case userBlocked = "user_blocked"
        case permissionDenied = "permission_denied"
        case notFound = "not_found"
        case notAMember = "not_a_member"
        case alreadyExists = "already_exists"
        case preconditionFailed = "precondition_failed"
        case idempotencyMismatch = "idempotency_mismatch"
        case idempotencyInProgress = "idempotency_in_progress"
        case rateLimited = "rate_limited"
        case tooLarge = "too_large"
        case unsupportedType = "unsupported_type"
        case channelArchived = "channel_archived"
        case quotaExceeded = "quota_exceeded"
        case cannotResume = "cannot_resume"
        case readOnly = "read_only"
        case overloaded
        case storageFull = "storage_full"
        /// The operator has not set up what this needs.
        case notConfigured = "not_configured"
        case `internal`
    }

    /// The member of the command that is at fault.
    public struct Fault: Equatable, Sendable {
        /// A JSON pointer (RFC 6901) into the command's data or the request's body.
        public var pointer: String
        /// A short stable name such as `too_long`.
        public var code: String
        public var detail: String

        public init(pointer: String, code: String, detail: String) {
            self.pointer = pointer
            self.code = code
            self.detail = detail
        }
    }

    public var code: Code
    public var message: String
    public var faults: [Fault]
    /// How long to wait before the same command may succeed.
    public var retryAfterMilliseconds: Int?

    public init(_ code: Code, _ message: String, faults: [Fault] = [], retryAfterMilliseconds: Int? = nil) {
        self.code = code
        self.message = message
        self.faults = faults
        self.retryAfterMilliseconds = retryAfterMilliseconds
    }

    /// Whether the same command may succeed later without being changed.
    public var isTemporary: Bool {
        switch code {
        case .rateLimited, .overloaded, .storageFull, .internal, .idempotencyInProgress: true
        default: false
        }
    }

    /// The member `errors` of the wire.
    public func writeFaults(to json: inout JSONWriter) {
        json.array("errors") { json in
            for fault in faults {
                json.object { json in
                    json.member("pointer", fault.pointer)
                    json.member("code", fault.code)
                    json.member("detail", fault.detail)
                }
            }
        }
    }

    public static func invalid(_ pointer: String, _ code: String, _ detail: String) -> Rejection {
        Rejection(
            .validationFailed, detail, faults: [Fault(pointer: pointer, code: code, detail: detail)])
    }

    /// One answer for what is not there and for what the caller may not know of.
    public static let noSuchChannel = Rejection(.notFound, "no such channel")
    /// Of a channel that is open to everybody who joins it.
    public static let notAMember = Rejection(.notAMember, "join the channel first")
    public static let noSuchMessage = Rejection(.notFound, "no such message")
    static let blocked = Rejection(.permissionDenied, "this user does not take messages from you")
    public static let channelArchived = Rejection(.channelArchived, "the channel is archived")
    public static let noSuchUser = Rejection(.notFound, "no such user")
    public static let overloaded = overloaded(retryAfterMilliseconds: 1_000)
    public static func overloaded(retryAfterMilliseconds: Int) -> Rejection {
        Rejection(.overloaded, "the server is busy; try again", retryAfterMilliseconds: retryAfterMilliseconds)
    }
    public static let storageFull = Rejection(
        .storageFull, "the server's disk is full; nothing can be written", retryAfterMilliseconds: 5_000)
    public static let filesUnavailable = Rejection(
        .overloaded, "where files are kept cannot be reached at this moment; try again", retryAfterMilliseconds: 5_000)
    public static let damaged = Rejection(.internal, "what is stored there is damaged")
    public static let unreadable = Rejection(
        .overloaded, "the server's disk does not give back what is stored there; try again",
        retryAfterMilliseconds: 5_000)
    public static let loginEnded = Rejection(.invalidToken, "this login has been ended")
}
