/// How a peer broke the WebSocket protocol: the close code it hears, and plain words beside it.
struct WebSocketViolation: Error, Sendable, Equatable {
    var code: CloseCode
    var reason: String

    init(_ code: CloseCode, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    static func tooBig(_ bytesMax: Int) -> WebSocketViolation {
        WebSocketViolation(.messageTooBig, "a message is larger than \(bytesMax) bytes")
    }
}
