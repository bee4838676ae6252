/// One message on its way to many peers: framed once, compressed at most once, and the same bytes for all who take it
/// in the same form.
public struct SharedFrame: Sendable {
    private enum Compressed: Sendable {
        case untried
        case notWorthIt
        case frame([UInt8])
    }

    /// The frame for those with whom no compression was agreed on.
    public let plain: [UInt8]
    private let opcode: WebSocketOpcode
    private let message: [UInt8]
    private var compressed = Compressed.untried
    private var pieces: [StreamFraming: [UInt8]] = [:]

    public init(_ opcode: WebSocketOpcode, _ message: [UInt8]) {
        self.opcode = opcode
        self.message = message
        plain = WebSocketFrame.message(opcode, message)
    }

    public static func text(_ message: [UInt8]) -> SharedFrame { SharedFrame(.text, message) }

    /// The frame for one peer.
    /// - Parameter compressor: makes the compressed form when the first peer wants it; the same for all peers.
    public mutating func form(for agreement: DeflateAgreement?, by compressor: inout SharedCompressor) -> [UInt8] {
        guard message.count >= compressor.messageBytesMin, let agreement, agreement.windowHolds(message.count) else {
            return plain
        }
        if case .untried = compressed {
            compressed =
                compressor.deflate(message).map {
                    .frame(WebSocketFrame.message(opcode, $0, isCompressed: true))
                } ?? .notWorthIt
        }
        guard case .frame(let frame) = compressed else { return plain }
        return frame
    }

    /// The message for peers who do not speak WebSocket: an event, as a piece of their stream.
    /// - Parameter label: what stands above it; asked once for all peers.
    public mutating func piece(_ framing: StreamFraming, label: ([UInt8]) -> EventStream.Label) -> [UInt8] {
        if let piece = pieces[framing] { return piece }
        let piece = framing.piece(EventStream.event(label(message), data: message))
        pieces[framing] = piece
        return piece
    }
}

/// Compresses messages that have many receivers, each message by itself: whoever can read compressed messages can read
/// these, whatever was sent to it before. Holds memory from the first message on that is worth compressing.
public struct SharedCompressor: Sendable {
    /// Shorter messages are left as they are: compressing them costs more than sending them.
    public let messageBytesMin: Int
    private var deflater: Deflater?

    public init(messageBytesMin: Int) { self.messageBytesMin = messageBytesMin }

    /// The frame of a message that has one receiver.
    public mutating func frame(
        _ opcode: WebSocketOpcode, _ message: [UInt8], for agreement: DeflateAgreement?
    ) -> [UInt8] {
        var frame = SharedFrame(opcode, message)
        return frame.form(for: agreement, by: &self)
    }

    mutating func deflate(_ message: [UInt8]) -> [UInt8]? {
        var deflater = deflater.take() ?? Deflater()
        defer { self.deflater = deflater }
        return deflater.deflate(message)
    }
}
