/// How a request's body is delimited (RFC 9112 section 6).
public enum BodyLength: Sendable, Equatable {
    case none
    /// So many bytes follow.
    case length(Int)
    /// Chunks follow, the last of them empty.
    case chunked
}

/// A request without its body: checked, decoded, and free of contradictions.
public struct HTTPRequestHead: Sendable {
    public var method: HTTPMethod
    /// The path of the target as it was sent, still percent-encoded; `*` where OPTIONS asks about the whole server.
    public var path: String
    /// The percent-decoded segments of the path. None is empty, a dot segment, or contains a separator or a control
    /// character; a slash at the end adds none.
    public var segments: [String]
    public var query: HTTPQuery
    public var version: HTTPVersion
    /// Names are lower-cased.
    public var headers: HTTPHeaders
    /// Lower-cased `host[:port]`: of the target where it names one, else of the Host field; empty only in HTTP/1.0.
    public var host: String
    /// The client wants to use the connection again (RFC 9112 section 9.3).
    public var keepsAlive: Bool
    /// The client waits for `100 Continue` before it sends the body (RFC 9110 section 10.1.1).
    public var expectsContinue: Bool
    public var bodyLength: BodyLength
}

extension HTTPRequestHead {
    /// Judges the fields together.
    init(line: HTTPRequestLine, headers: HTTPHeaders) throws(HTTPViolation) {
        method = line.method
        path = line.target.path
        segments = line.target.segments
        query = line.target.query
        version = line.version
        self.headers = headers
        for name in Self.singleFields where headers.values(name).count > 1 {
            throw HTTPViolation(400, "the field \(name) came more than once")
        }
        let hostField = try Self.hostField(of: headers, version: line.version)
        // The target's own host overrides the field (RFC 9112 section 3.2.2).
        host = line.target.authority ?? hostField
        bodyLength = try BodyLength(of: headers, version: line.version)
        keepsAlive = Self.keepsAlive(headers, version: line.version)
        expectsContinue = try Self.expectsContinue(headers, version: line.version, bodyLength: bodyLength)
    }

    /// Who asks, from where, and with what: a proxy that reads the first of two and a server that reads the last would
    /// disagree (RFC 9110 section 5.3 has each sent once).
    private static let singleFields = ["authorization", "content-type", "origin", "x-api-key"]

    /// One Host field, and a valid one; only HTTP/1.0 may go without (RFC 9112 section 3.2: answer 400).
    private static func hostField(of headers: HTTPHeaders, version: HTTPVersion) throws(HTTPViolation) -> String {
        let values = headers.values("host")
        if values.isEmpty, version == .http10 { return "" }
        guard values.count == 1 else { throw HTTPViolation(400, "a request needs exactly one Host") }
        guard let host = HTTPAuthority.normalized(Array(values[0].utf8)[...]) else {
            throw HTTPViolation(400, "the Host is malformed")
        }
        return host
    }

    /// RFC 9112 section 9.3: 1.1 persists unless told to close, 1.0 closes unless told to persist.
    private static func keepsAlive(_ headers: HTTPHeaders, version: HTTPVersion) -> Bool {
        let options = headers.tokens("connection")
        if options.contains("close") { return false }
        return version == .http11 || options.contains("keep-alive")
    }

    /// RFC 9110 section 10.1.1: another expectation is answered with 417, one in HTTP/1.0 is ignored.
    private static func expectsContinue(
        _ headers: HTTPHeaders, version: HTTPVersion, bodyLength: BodyLength
    ) throws(HTTPViolation) -> Bool {
        let expectations = headers.tokens("expect")
        guard version == .http11, !expectations.isEmpty else { return false }
        guard expectations.allSatisfy({ $0 == "100-continue" }) else {
            throw HTTPViolation(417, "the expectation cannot be met")
        }
        return bodyLength != .none && bodyLength != .length(0)
    }
}
