/// How a peer broke HTTP, and what to answer before closing the connection.
public struct HTTPViolation: Error, Sendable, Equatable {
    /// The status of the answer: 400, 408, 413, 414, 417, 431, 501, 503 or 505.
    public var status: Int
    /// Plain words for the client; never its own bytes.
    public var reason: String

    public init(status: Int, reason: String) {
        self.status = status
        self.reason = reason
    }

    init(_ status: Int, _ reason: String) { self.init(status: status, reason: reason) }
}
