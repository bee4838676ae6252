internal import Channels
public import REST
internal import Wire

/// The socket's path among the others: so that the documents name it, and other methods are told what it takes.
public struct SocketRoutes: Sendable {
    public init() {}

    public var routes: [Route] {
        [
            Route(
                .get, SocketUpgrade.path, access: .anyone, "Opens a WebSocket of the subprotocol chat.v1",
                answers: [
                    .init(101, nil, "the socket is open"), .init(403, nil, "pages of that origin may not connect"),
                    .init(426, nil, "this needs Upgrade: websocket"),
                ]
            ) { (_: Call) async throws(APIError) -> HTTPResponse in
                // GET is answered before it comes to the routes, so that this is for HEAD.
                throw APIError(
                    Rejection(.badRequest, "this address speaks WebSocket"), status: 426,
                    headers: [("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13")])
            }
        ]
    }
}
