internal import Base

/// A message whose bytes are still arriving, in one frame or in several (RFC 6455 section 5.4).
///
/// An extension that transforms messages (RFC 7692) has its place here: it would note the reserved bit of the first
/// frame in `init`, and transform in `append` before the text is checked.
struct WebSocketMessage: Sendable {
    let isText: Bool
    private(set) var bytes: [UInt8] = []
    private(set) var fragmentCount = 1
    private var utf8 = UTF8Progress()

    init(isText: Bool) { self.isText = isText }

    mutating func beginFragment() { fragmentCount += 1 }

    /// Adds unmasked bytes. RFC 6455 section 8.1: text that is no UTF-8 fails the connection, here as soon as it shows.
    mutating func append(_ piece: [UInt8]) throws(WebSocketViolation) {
        if bytes.isEmpty { bytes = piece } else { bytes.append(contentsOf: piece) }
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
