internal import Base
internal import WSServer
internal import Wire

/// Sends every message back as it came, text as text and binary as binary; `GET` hears that the server is there, `POST`
/// gets its body back.
final class EchoHandler: ConnectionHandler {
    /// Nobody but the sockets tells it anything.
    typealias Letter = Never

    private let outlet: any Outlet
    private let limits: Limits
    private let context: DeflateAgreement.Context
    /// The WebSockets, each with what makes its frames where compression was agreed on.
    private var open: [ConnectionID: MessageCompressor?] = [:]

    init(outlet: any Outlet, limits: Limits, context: DeflateAgreement.Context) {
        self.outlet = outlet
        self.limits = limits
        self.context = context
    }

    // MARK: Requests

    func received(_ request: HTTPRequest, on connection: ConnectionID) {
        if WebSocketHandshake.isUpgrade(request.head) { return upgrade(request.head, connection) }
        switch request.head.method {
        case .get, .head:
            outlet.respond(Self.text("WebSocket messages and POST bodies are sent back.\n"), to: connection)
        case .post:
            let type = request.head.headers["content-type"] ?? "application/octet-stream"
            outlet.respond(
                HTTPResponse(status: 200, headers: HTTPHeaders([("Content-Type", type)]), body: request.body),
                to: connection)
        default:
            // RFC 9110 section 15.5.6: the answer names what is allowed.
            outlet.respond(
                HTTPResponse(status: 405, headers: HTTPHeaders([("Allow", "GET, HEAD, POST")])), to: connection)
        }
    }

    func refusal(of violation: HTTPViolation, to head: HTTPRequestHead?, from client: HTTPClient) -> HTTPResponse {
        Self.text(violation.reason + "\n", violation.status)
    }

    private func upgrade(_ head: HTTPRequestHead, _ connection: ConnectionID) {
        switch WebSocketHandshake.accept(head, subprotocols: [], deflating: context) {
        case .success(let accepted):
            outlet.upgrade(
                connection, with: accepted.response, messageBytesMax: limits.messageBytesMax, deflate: accepted.deflate)
        case .failure(let refusal):
            var response = Self.text(refusal.reason + "\n", refusal.status)
            for field in refusal.headers.fields { response.headers.add(field.name, field.value) }
            outlet.respond(response, to: connection)
        }
    }

    private static func text(_ text: String, _ status: Int = 200) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: HTTPHeaders([("Content-Type", "text/plain; charset=utf-8")]),
            body: Array(text.utf8))
    }

    // MARK: Sockets

    func opened(_ connection: ConnectionID) {
        let compressor = outlet.deflate(of: connection).map {
            MessageCompressor($0, messageBytesMin: limits.deflateBytesMin)
        }
        open.updateValue(compressor, forKey: connection)
    }

    func received(_ event: WebSocketEvent, on connection: ConnectionID) {
        switch event {
        case .text(let message): send(.text, message, to: connection)
        case .binary(let message): send(.binary, message, to: connection)
        case .ping, .pong, .closed: return
        }
    }

    private func send(_ opcode: WebSocketOpcode, _ message: [UInt8], to connection: ConnectionID) {
        let frame =
            open[connection]??.frame(opcode, message) ?? WebSocketFrame.message(opcode, message)
        outlet.send(frame, to: connection)
        // Who does not read what comes back is not listened to meanwhile.
        guard outlet.queuedByteCount(of: connection) > limits.outboundBytesMax else { return }
        outlet.pause(connection)
        outlet.tellWhenDrained(connection)
    }

    func drained(_ connection: ConnectionID) { outlet.resume(connection) }

    func closed(_ connection: ConnectionID) { open.removeValue(forKey: connection) }

    /// A peer that has stopped taking what waits for it is let go; one that is merely silent may stay.
    func timePassed(on connection: ConnectionID, _ activity: Activity) -> Instant {
        let stalledAt = activity.sentAt.adding(milliseconds: limits.stalledMillisecondsMax)
        if activity.queuedByteCount > 0, outlet.now >= stalledAt {
            outlet.abort(connection, .policyViolation, reason: "nothing is read")
        }
        return outlet.now.adding(milliseconds: limits.stalledMillisecondsMax)
    }

    func received(_ letters: [Never]) {}

    func drain() {
        for connection in Array(open.keys) { outlet.close(connection, .goingAway, reason: "the server stops") }
    }
}
