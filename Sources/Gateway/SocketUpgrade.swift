internal import Base
internal import Channels
internal import REST
internal import WSServer
internal import Wire

/// The road from a request to a WebSocket: `GET /api/v1/ws`.
enum SocketUpgrade {
    static let subprotocol = "chat.v1"
    static let path = "/api/v1/ws"
    private static let segments = ["api", "v1", "ws"]

    static func isAsked(_ head: HTTPRequestHead) -> Bool { head.method == .get && head.segments == segments }

    static func answer(
        _ request: HTTPRequest, _ settings: GatewaySettings
    ) -> Result<WebSocketHandshake.Accepted, APIError> {
        let head = request.head
        // A page elsewhere on the web must not speak in its visitor's name (RFC 6455 section 10.2).
        if let origin = head.headers["origin"] {
            guard
                OriginRule(listed: settings.allowedOrigins).isAllowed(
                    origin, host: head.host, isSecure: request.client.isSecure)
            else {
                return .failure(APIError(Rejection(.permissionDenied, "pages of \(origin) may not connect here")))
            }
        } else if settings.takesCookies, TokenCookies(head, isSecure: request.client.isSecure).access != nil {
            return .failure(
                APIError(Rejection(.permissionDenied, "who connects by a cookie must say by Origin from which page")))
        }
        switch WebSocketHandshake.accept(head, subprotocols: [subprotocol], deflating: .dropped) {
        case .success(let accepted): return .success(accepted)
        case .failure(let refusal):
            let headers = refusal.headers.fields.map { (name: $0.name, value: $0.value) }
            return .failure(
                APIError(Rejection(.badRequest, refusal.reason), status: refusal.status, headers: headers))
        }
    }
}
