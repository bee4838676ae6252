/// Asks other servers, within bounds of its own: how long it takes, how much it reads, whom it asks at all.
public protocol WebClient: Sendable {
    /// The answer, whatever its status. Redirections are not followed.
    func send(_ request: WebRequest) async throws(WebFailure) -> WebAnswer
}

public struct WebRequest: Sendable, Equatable {
    public enum Method: String, Sendable { case get = "GET", post = "POST", put = "PUT", delete = "DELETE" }

    public var method: Method
    /// Absolute, `https` unless the client was told otherwise.
    public var url: String
    /// Names and values without CR, LF or NUL; others are refused as `.malformed`.
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]
    /// From the first look-up to the last byte.
    public var timeoutMilliseconds: Int
    /// By HTTP/2 (RFC 9113) where the other side speaks it, as some services ask for.
    public var speaksHTTP2 = false
    /// Bytes of the answer's body; more of them are `.tooLong`.
    public var answerBytesMax: Int

    public init(
        _ method: Method, _ url: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        timeoutMilliseconds: Int = 5_000, answerBytesMax: Int = 256 << 10
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeoutMilliseconds = timeoutMilliseconds
        self.answerBytesMax = answerBytesMax
    }

    public static func == (one: WebRequest, other: WebRequest) -> Bool {
        one.method == other.method && one.speaksHTTP2 == other.speaksHTTP2 && one.url == other.url
            && one.body == other.body
            && one.headers.elementsEqual(other.headers) { $0 == $1 }
    }
}

public struct WebAnswer: Sendable {
    public var status: Int
    /// Names in lower case.
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]

    public init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first header of this name, given in lower case.
    public func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}

public enum WebFailure: Error, Equatable, Sendable {
    /// What it takes is not installed; the text says what to install.
    case unavailable(String)
    /// Not a request that may be sent: no absolute URL, a scheme or an address that is not allowed.
    case refused(String)
    case malformed(String)
    case timedOut
    case tooLong(bytesMax: Int)
    /// No connection, no TLS that can be trusted, no HTTP.
    case unreachable(String)
}

/// Of a server that cannot ask others.
public struct NoWebClient: WebClient {
    private let why: String

    /// - Parameter why: what is missing, and what to install.
    public init(why: String) { self.why = why }

    public func send(_ request: WebRequest) async throws(WebFailure) -> WebAnswer { throw .unavailable(why) }
}
