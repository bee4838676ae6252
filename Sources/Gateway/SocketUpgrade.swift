internal import Base
internal import Channels
internal import REST
internal import Wire

/// The road from a request to a WebSocket: `GET /api/v1/ws`.
enum SocketUpgrade {
    static let subprotocol = "chat.v1"
    static let path = "/api/v1/ws"
    private static let segments = ["api", "v1", "ws"]

    static func isAsked(_ head: HTTPRequestHead) -> Bool { head.method == .get && head.segments == segments }

    static func answer(
        _ head: HTTPRequestHead, _ settings: GatewaySettings
    ) -> Result<WebSocketHandshake.Accepted, APIError> {
        // A page elsewhere on the web must not speak in its visitor's name (RFC 6455 section 10.2).
        if let origin = head.headers["origin"], !isAllowed(origin, host: head.host, settings) {
            return .failure(APIError(Rejection(.permissionDenied, "pages of \(origin) may not connect here")))
        }
        switch WebSocketHandshake.accept(head, subprotocols: [subprotocol], deflating: .dropped) {
        case .success(let accepted): return .success(accepted)
        case .failure(let refusal):
            let headers = refusal.headers.fields.map { (name: $0.name, value: $0.value) }
            return .failure(
                APIError(Rejection(.badRequest, refusal.reason), status: refusal.status, headers: headers))
        }
    }

    /// The server's own origin, by either scheme since a proxy may speak TLS for it, or one of the list.
    private static func isAllowed(_ origin: String, host: String, _ settings: GatewaySettings) -> Bool {
        let own = ["http://\(host)", "https://\(host)"]
        return own.contains { $0.lowercased() == origin.lowercased() } || settings.allowedOrigins.contains(origin)
    }
}
