internal import Base

/// The opening handshake, the server's half (RFC 6455 section 4.2).
public enum WebSocketHandshake {
    public struct Accepted: Sendable {
        /// Status 101; behind it the connection speaks WebSocket.
        public var response: HTTPResponse
        /// The first of the client's offers that the server knows.
        public var subprotocol: String?
        /// What was agreed on about compressing messages; `nil`: they are not compressed.
        public var deflate: DeflateAgreement?
    }

    public struct Refusal: Error, Sendable, Equatable {
        /// 400 or 426.
        public var status: Int
        public var headers: HTTPHeaders
        /// Plain words for the client.
        public var reason: String
    }

    /// The request asks for this connection to become a WebSocket (RFC 9110 section 7.8).
    public static func isUpgrade(_ head: HTTPRequestHead) -> Bool {
        head.headers.tokens("upgrade").contains("websocket") && head.headers.tokens("connection").contains("upgrade")
    }

    /// Judges the request. Whether its Origin may connect is the application's to say (section 10.2).
    /// - Parameters:
    ///   - subprotocols: those the server speaks; a client that offers none of them is accepted without one.
    ///   - context: how `permessage-deflate`, the only extension known, is agreed on; `nil`: not at all.
    public static func accept(
        _ head: HTTPRequestHead, subprotocols: [String], deflating context: DeflateAgreement.Context? = nil
    ) -> Result<Accepted, Refusal> {
        // RFC 6455 section 4.2.1: a GET of HTTP/1.1 or higher. A body would be taken for frames.
        guard head.method == .get, head.version == .http11,
            head.bodyLength == .none || head.bodyLength == .length(0)
        else { return .failure(badRequest("a WebSocket is opened by GET over HTTP/1.1, without a body")) }
        guard isUpgrade(head) else { return .failure(upgradeRequired("this address speaks WebSocket")) }
        // RFC 6455 section 4.4: another version is answered with the one we speak.
        guard head.headers.values("sec-websocket-version") == ["13"] else {
            return .failure(upgradeRequired("WebSocket version 13 is spoken here"))
        }
        // RFC 6455 section 4.2.1: one key, the Base64 of 16 bytes.
        let keys = head.headers.values("sec-websocket-key")
        guard keys.count == 1, Base64.decode(keys[0].utf8)?.count == 16 else {
            return .failure(badRequest("Sec-WebSocket-Key is not the Base64 of 16 bytes"))
        }
        // The client lists them by preference (RFC 6455 section 4.1); unlike other tokens they have case.
        let subprotocol = head.headers.elements("sec-websocket-protocol").first(where: subprotocols.contains)
        let deflate = context.flatMap { context in
            // Several fields are one list (RFC 6455 section 9.1).
            let offers = head.headers.values("sec-websocket-extensions").flatMap(ExtensionOffer.all)
            return DeflateAgreement.reached(on: offers, context)
        }
        var accepted = accepted(key: keys[0], subprotocol: subprotocol)
        accepted.deflate = deflate?.agreement
        if let deflate { accepted.response.headers.add("Sec-WebSocket-Extensions", deflate.answer) }
        return .success(accepted)
    }

    /// RFC 6455 section 4.2.2, item 5.4: proof that the server has understood the handshake.
    public static func acceptKey(for key: String) -> String {
        Base64.encode(SHA1.digest(Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)))
    }

    private static func accepted(key: String, subprotocol: String?) -> Accepted {
        var headers = HTTPHeaders([
            ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", acceptKey(for: key)),
        ])
        if let subprotocol { headers.add("Sec-WebSocket-Protocol", subprotocol) }
        return Accepted(response: HTTPResponse(status: 101, headers: headers), subprotocol: subprotocol)
    }

    private static func badRequest(_ reason: String) -> Refusal {
        Refusal(status: 400, headers: HTTPHeaders(), reason: reason)
    }

    /// RFC 9110 section 15.5.22: the answer names what to upgrade to.
    private static func upgradeRequired(_ reason: String) -> Refusal {
        let headers = HTTPHeaders([("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13")])
        return Refusal(status: 426, headers: headers, reason: reason)
    }
}
