internal import Base
internal import Wire

/// Why the server ends a socket: the protocol's own close codes, each in the band that tells the client what to do
/// next.
struct SessionClose: Equatable, Sendable {
    let code: UInt16
    let name: StaticString

    // Does not reconnect by itself.
    static let badRequest = SessionClose(code: 4000, name: "bad_request")
    static let invalidToken = SessionClose(code: 4001, name: "invalid_token")
    static let userBlocked = SessionClose(code: 4003, name: "user_blocked")
    static let identifyTimeout = SessionClose(code: 4004, name: "identify_timeout")
    static let connectionLimit = SessionClose(code: 4006, name: "connection_limit")
    static let replaced = SessionClose(code: 4008, name: "replaced")
    static let sessionRevoked = SessionClose(code: 4009, name: "session_revoked")
    // Backs off, then reconnects.
    static let rateLimited = SessionClose(code: 4101, name: "rate_limited")
    static let slowConsumer = SessionClose(code: 4102, name: "slow_consumer")
    static let `internal` = SessionClose(code: 4103, name: "internal")
    // Reconnects at once and resumes.
    static let serverRestart = SessionClose(code: 4200, name: "server_restart")
    static let heartbeatTimeout = SessionClose(code: 4201, name: "heartbeat_timeout")
    static let tokenExpired = SessionClose(code: 4202, name: "token_expired")
    // RFC 6455 section 7.4.1.
    static let unsupportedData = SessionClose(code: 1003, name: "unsupported_data")
    static let messageTooBig = SessionClose(code: 1009, name: "too_large")

    var closeCode: CloseCode { CloseCode(rawValue: code) }

    func reason(retryAfterMilliseconds: Int? = nil) -> String {
        let bytes = JSONWriter.object { json in
            json.member("code", "\(name)")
            if let retryAfterMilliseconds { json.member("retry_after_ms", retryAfterMilliseconds) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func == (one: SessionClose, other: SessionClose) -> Bool { one.code == other.code }
}
