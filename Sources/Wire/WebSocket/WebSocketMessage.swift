internal import Base

/// A message whose bytes are still arriving, in one frame or in several (RFC 6455 section 5.4).
///
/// What is compressed is decompressed as it arrives (RFC 7692), so that bounds and the check of the text hold for what
/// it becomes, and as soon as that shows.
struct WebSocketMessage: Sendable {
    let isText: Bool
    let isCompressed: Bool
    private(set) var bytes: [UInt8] = []
    private(set) var fragmentCount = 1
    /// Payload bytes that have arrived, compressed or not.
    private(set) var receivedByteCount = 0
    private var utf8 = UTF8Progress()

    init(isText: Bool, isCompressed: Bool) {
        self.isText = isText
        self.isCompressed = isCompressed
    }

    mutating func beginFragment() { fragmentCount += 1 }

    /// Adds unmasked bytes. RFC 6455 section 8.1: text that is no UTF-8 fails the connection, here as soon as it shows.
    mutating func append(_ piece: [UInt8]) throws(WebSocketViolation) {
        receivedByteCount += piece.count
        if bytes.isEmpty { bytes = piece } else { bytes.append(contentsOf: piece) }
        try checkText()
    }

    /// Adds unmasked bytes of a compressed message.
    mutating func append(
        compressed piece: [UInt8], by inflater: inout Inflater, bytesMax: Int
    ) throws(WebSocketViolation) {
        receivedByteCount += piece.count
        let outcome = piece.withUnsafeBytes { inflater.inflate($0, into: &bytes, bytesMax: bytesMax) }
        try judge(outcome, bytesMax: bytesMax)
    }

    /// A compressed message has arrived as a whole.
    mutating func finishInflating(by inflater: inout Inflater, bytesMax: Int) throws(WebSocketViolation) {
        try judge(inflater.finish(into: &bytes, bytesMax: bytesMax), bytesMax: bytesMax)
    }

    private mutating func judge(_ outcome: Inflater.Outcome, bytesMax: Int) throws(WebSocketViolation) {
        // What went before comes first, so that the verdict is the same however the bytes were cut.
        try checkText()
        switch outcome {
        case .done: return
        case .full: throw .tooBig(bytesMax)
        case .corrupt: throw .init(.invalidPayload, "a message is not what the compression makes")
        }
    }

    private mutating func checkText() throws(WebSocketViolation) {
        guard isText else { return }
        var progress = utf8
        guard progress.accepts(bytes.span) else { throw Self.notUTF8 }
        utf8 = progress
    }

    /// The event that the whole message is.
    func finished() throws(WebSocketViolation) -> WebSocketEvent {
        guard isText else { return .binary(bytes) }
        guard utf8.validByteCount == bytes.count else { throw Self.notUTF8 }
        return .text(bytes)
    }

    /// The event that a message is which came whole in one frame.
    static func whole(_ bytes: [UInt8], isText: Bool) throws(WebSocketViolation) -> WebSocketEvent {
        guard isText else { return .binary(bytes) }
        guard isValidUTF8(bytes) else { throw notUTF8 }
        return .text(bytes)
    }

    private static let notUTF8 = WebSocketViolation(.invalidPayload, "text is not UTF-8")
}
