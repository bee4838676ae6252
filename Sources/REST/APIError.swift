internal import Base
public import Channels
public import Wire

/// A request that was refused: a rejection with its HTTP status.
public struct APIError: Error, Sendable {
    public var rejection: Rejection
    public var status: Int
    public var headers: [(name: String, value: String)]

    public init(_ rejection: Rejection, status: Int? = nil, headers: [(name: String, value: String)] = []) {
        self.rejection = rejection
        self.status = status ?? rejection.code.status
        self.headers = headers
        // RFC 6750 section 3: who is refused for the token is told so.
        if self.status == 401 {
            let names = rejection.code == .invalidToken || rejection.code == .tokenExpired
            self.headers.append(("WWW-Authenticate", names ? "Bearer error=\"invalid_token\"" : "Bearer"))
        }
        if let milliseconds = rejection.retryAfterMilliseconds {
            self.headers.append(("Retry-After", String((milliseconds + 999) / 1_000)))
        }
    }

    /// A request that cannot be read.
    public init(_ violation: HTTPViolation) {
        let rejection =
            switch violation.status {
            case 413: Rejection(.tooLarge, violation.reason)
            case 503: Rejection(.overloaded, violation.reason, retryAfterMilliseconds: 5_000)
            default: Rejection(.badRequest, violation.reason)
            }
        self.init(rejection, status: violation.status)
    }

    /// The answer as RFC 9457 has it, with the stable `code` that the socket uses too.
    func response(requestID: String, instance: String) -> HTTPResponse {
        let body = JSONWriter.object { json in
            json.member("type", "urn:confab:problem:\(rejection.code.rawValue)")
            json.member("title", rejection.code.title)
            json.member("status", status)
            json.member("detail", rejection.message)
            json.member("instance", instance)
            json.member("code", rejection.code.rawValue)
            json.member("request_id", requestID)
            rejection.writeFaults(to: &json)
            // Clients of older systems look for this name.
            json.member("error", rejection.message)
        }
        var headers = HTTPHeaders([("Content-Type", "application/problem+json")])
        for header in self.headers { headers.add(header.name, header.value) }
        return HTTPResponse(status: status, headers: headers, body: body)
    }
}

extension Rejection {
    public static func unauthorized(_ message: String) -> Rejection { Rejection(.invalidToken, message) }
}

extension Rejection.Code {
    /// RFC 9110 section 15, as the API uses it.
    var status: Int {
        switch self {
        case .badRequest: 400
        case .invalidToken, .tokenExpired, .invalidCredentials: 401
        case .emailNotVerified, .userBlocked, .permissionDenied, .notAMember, .readOnly: 403
        case .notFound: 404
        case .alreadyExists, .idempotencyInProgress, .channelArchived, .quotaExceeded, .cannotResume: 409
        case .preconditionFailed: 412
        case .tooLarge: 413
        case .unsupportedType: 415
        case .validationFailed, .idempotencyMismatch: 422
        case .rateLimited: 429
        case .internal: 500
        case .notConfigured: 501
        case .overloaded: 503
        case .storageFull: 507
        }
    }

    var title: String {
        switch self {
        case .badRequest: "The request is malformed"
        case .validationFailed: "The request is not valid"
        case .invalidToken: "A valid access token is needed"
        case .tokenExpired: "The access token has expired"
        case .invalidCredentials: "Wrong login or password"
        case .emailNotVerified: "The e-mail address is not verified"
        case .userBlocked: "The account is suspended"
        case .permissionDenied: "This is not allowed"
        case .notFound: "Not found"
        case .notAMember: "Not a member"
        case .alreadyExists: "It exists already"
        case .preconditionFailed: "It has changed meanwhile"
        case .idempotencyMismatch: "The same key with another content"
        case .idempotencyInProgress: "The first request is still running"
        case .rateLimited: "Too many requests"
        case .tooLarge: "Too large"
        case .unsupportedType: "Of an unsupported type"
        case .channelArchived: "The channel is archived"
        case .quotaExceeded: "The quota is exceeded"
        case .cannotResume: "The session cannot be resumed"
        case .readOnly: "Only reading is possible"
        case .overloaded: "The server is busy"
        case .storageFull: "The disk is full"
        case .notConfigured: "Not set up on this server"
        case .internal: "The server failed"
        }
    }
}
