/// How a peer broke the WebSocket protocol: the close code it hears, and plain words beside it.
struct WebSocketViolation: Error, Sendable, Equatable {
    var code: CloseCode
    var reason: String

    init(_ code: CloseCode, _ reason: String) {
        self.code = code
        self.reason = reason
    }
}
