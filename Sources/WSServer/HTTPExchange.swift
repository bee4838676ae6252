internal import Base
internal import Wire

/// Request after request of one connection, each with its body. Pure: bytes in, requests out.
struct HTTPExchange {
    enum Step {
        case request(HTTPRequestHead, body: [UInt8])
        /// A request whose body follows in pieces, as `piece` and at last `bodyEnd`.
        case stream(HTTPRequestHead)
        case piece([UInt8])
        case bodyEnd
        /// The client waits for leave to send its body (RFC 9110 section 10.1.1).
        case sendContinue
        /// With the head of the request whose body is at fault; without one when the head is.
        case violation(HTTPViolation, of: HTTPRequestHead?)
    }

    /// What the peer is given time for.
    enum Wait { case idle, head, body, answer }

    private var parser: HTTPRequestParser
    private let aheadBytesMax: Int
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    /// The client has not begun to send its body, and waits for leave.
    private var awaitsLeave = false
    /// The request that is being answered: its method and whether the connection may live on.
    private(set) var answering: (method: HTTPMethod, keepsAlive: Bool)?
    /// The body of that request is still to come to its end.
    private(set) var isStreaming = false

    init(limits: Limits) {
        aheadBytesMax = limits.httpHeadBytesMax
        parser = HTTPRequestParser(
            headBytesMax: limits.httpHeadBytesMax, headerCountMax: limits.httpHeaderCountMax,
            bodyBytesMax: limits.httpBodyBytesMax)
    }

    var wait: Wait {
        if isStreaming { return .body }
        if answering != nil { return .answer }
        if head != nil { return .body }
        return parser.isBetweenRequests ? .idle : .head
    }

    /// The peer has sent more behind a request that is being answered than need be kept: the rest may wait with it.
    var isFarAhead: Bool { answering != nil && !isStreaming && parser.bufferedByteCount > aheadBytesMax }

    /// Bytes of requests that are not whole yet, or wait for the answers before theirs.
    var bufferedByteCount: Int { parser.bufferedByteCount + body.count }

    /// Something has come behind the request that is being answered.
    var hasMore: Bool { parser.bufferedByteCount > 0 }

    mutating func receive(_ bytes: UnsafeRawBufferPointer) { parser.receive(bytes) }

    /// `nil` while there is no whole request, or the last one is not answered yet.
    /// - Parameter bodyPlan: what is to be done with the body behind a head, where that is not what is done with all.
    mutating func next(bodyPlan: (HTTPRequestHead) -> BodyPlan? = { _ in nil }) -> Step? {
        guard answering == nil || isStreaming else { return nil }
        while let event = parser.nextEvent() {
            switch event {
            case .head(let received):
                awaitsLeave = received.expectsContinue
                let plan = bodyPlan(received)
                if received.bodyLength != .none, let most = plan?.bytesMax { parser.bodyBytesMax = most }
                if plan?.isStreamed == true {
                    answering = (received.method, received.keepsAlive)
                    isStreaming = true
                    return .stream(received)
                }
                head = received
            case .body(let part):
                awaitsLeave = false
                if isStreaming { return .piece(part) }
                body.append(contentsOf: part)
            case .end:
                if isStreaming {
                    isStreaming = false
                    return .bodyEnd
                }
                guard let whole = head else { continue }
                answering = (whole.method, whole.keepsAlive)
                head = nil
                defer { body = [] }
                return .request(whole, body: body)
            case .violation(let violation) where isStreaming:
                return .violation(violation, of: nil)
            case .violation(let violation):
                answering = (head?.method ?? .get, false)
                defer { head = nil }
                return .violation(violation, of: head)
            }
        }
        // Asked for only now, so that a body that would be too large is refused before it is sent.
        guard awaitsLeave else { return nil }
        awaitsLeave = false
        return .sendContinue
    }

    /// The rest of a body that was not waited for is nobody's: nothing may come behind it.
    mutating func answered() {
        answering = nil
        isStreaming = false
    }

    /// What came behind the request that asked for an upgrade.
    mutating func takeRemainder() -> [UInt8] { parser.takeRemainder() }
}
