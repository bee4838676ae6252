public import Base

/// What a WebSocket has received.
public enum WebSocketEvent: Sendable, Equatable {
    /// Valid UTF-8.
    case text([UInt8])
    case binary([UInt8])
    /// For liveness only: the answer is already in `output`.
    case ping
    case pong
    /// The closing handshake is over, or the peer broke the protocol: flush `output`, then close the socket. Comes once
    /// and last. The code is the peer's where it sent a sound close frame (`nil`: without a code), else the one that
    /// names its fault.
    case closed(CloseCode?)
}

/// The server's side of one WebSocket (RFC 6455) without its socket: bytes in, events and bytes out. Idle, it holds no
/// memory.
///
/// The messages that the server sends do not pass through here: `WebSocketFrame` writes them, and whoever owns the
/// socket sends them between those of `output`, up to the close frame.
public struct WebSocketConnection: Sendable {
    private enum Phase: Sendable {
        case open
        /// Our close frame is in `output` or sent; we wait for the peer's.
        case closing
        case closed
    }

    private enum Step {
        case event(WebSocketEvent)
        case goOn
        case needsBytes
    }

    /// A data frame of which bytes are still to come.
    private struct OpenFrame: Sendable {
        var bytesLeft: Int
        var offset = 0
        let maskingKey: UInt32
        let isFinal: Bool
    }

    /// Bytes of one message, all fragments together. May be changed between messages.
    public var messageBytesMax: Int
    /// Frames to be sent: at most one pong and one close frame.
    public private(set) var output = ByteBuffer()

    private let fragmentCountMax: Int
    /// Agreed with the peer; without it no message may be compressed.
    public let deflate: DeflateAgreement?
    /// There while a compressed message arrives, and with a client that keeps its context from the first one on.
    private var inflater: Inflater?
    private var phase = Phase.open
    private var input = ByteBuffer()
    private var message: WebSocketMessage?
    private var frame: OpenFrame?

    /// - Parameters:
    ///   - messageBytesMax: bytes of one message; a larger one is answered with 1009 when it is announced.
    ///   - fragmentCountMax: frames of one message; more are answered with 1008.
    ///   - deflate: what the handshake agreed on about compression.
    public init(messageBytesMax: Int, fragmentCountMax: Int, deflate: DeflateAgreement? = nil) {
        self.messageBytesMax = messageBytesMax
        self.fragmentCountMax = fragmentCountMax
        self.deflate = deflate
    }

    /// A close frame of ours is in `output` or sent; nothing may be sent behind it (RFC 6455 section 5.5.1).
    public var isClosing: Bool { phase != .open }

    /// There are bytes of which no event has told yet.
    public var hasBufferedInput: Bool { !input.isEmpty }

    /// Bytes that have been received or decompressed and of which no event has told yet.
    public var bufferedByteCount: Int { input.count + (message?.bytes.count ?? 0) }

    /// Takes what the peer has sent. After `.closed` it is dropped.
    public mutating func receive(_ bytes: UnsafeRawBufferPointer) {
        guard phase != .closed else { return }
        input.append(bytes)
    }

    /// The next event, or `nil` when more bytes are needed.
    public mutating func nextEvent() -> WebSocketEvent? {
        do throws(WebSocketViolation) {
            while phase != .closed {
                switch try step() {
                case .event(let event): return event
                case .goOn: continue
                case .needsBytes: return nil
                }
            }
            return nil
        } catch {
            // RFC 6455 section 7.1.7: fail the connection, with a close frame unless one has been sent.
            finish(answering: error.code, reason: error.reason)
            return .closed(error.code)
        }
    }

    /// Starts the closing handshake (RFC 6455 section 7.1.2): what the peer still sends is dropped until its close
    /// frame arrives. Without effect when the connection is closing already.
    public mutating func close(_ code: CloseCode, reason: String) {
        guard phase == .open else { return }
        output.append(WebSocketFrame.close(code, reason: reason))
        phase = .closing
        message = nil
        inflater = nil
    }

    /// Takes out the frames to be sent.
    public mutating func takeOutput() -> [UInt8] { output.readAll() }

    private mutating func step() throws(WebSocketViolation) -> Step {
        if let frame { return try receivePayload(of: frame) }
        let allowsCompression = deflate != nil
        switch input.withUnreadSpan({ WebSocketFrameHeader.decode($0, allowsCompression: allowsCompression) }) {
        case .incomplete: return .needsBytes
        case .violation(let violation): throw violation
        case .header(let header): return try header.opcode.isControl ? takeControl(header) : begin(header)
        }
    }

    // MARK: Data frames

    /// Judges a data frame by its header, before anything is stored for it.
    private mutating func begin(_ header: WebSocketFrameHeader) throws(WebSocketViolation) -> Step {
        if phase == .open { try checkSequence(header) }
        // RFC 6455 section 10.4. Neither number is the peer's announcement, so the difference is safe; below 0 nothing
        // fits.
        let isCompressed = message?.isCompressed ?? header.isCompressed
        let bytesMax = isCompressed ? Self.compressedBytesMax(ofMessage: messageBytesMax) : messageBytesMax
        guard header.payloadByteCount <= bytesMax - (message?.receivedByteCount ?? 0) else {
            throw .tooBig(messageBytesMax)
        }
        input.consume(header.byteCount)
        if phase == .open {
            if header.opcode == .continuation {
                message?.beginFragment()
            } else if header.isFinal, !header.isCompressed, input.count >= header.payloadByteCount {
                let payload = takeUnmasked(header.payloadByteCount, key: header.maskingKey, offset: 0)
                return .event(try WebSocketMessage.whole(payload, isText: header.opcode == .text))
            } else {
                message = WebSocketMessage(isText: header.opcode == .text, isCompressed: header.isCompressed)
            }
        }
        frame = OpenFrame(
            bytesLeft: header.payloadByteCount, maskingKey: header.maskingKey, isFinal: header.isFinal)
        return .goOn
    }

    /// RFC 6455 section 5.4: fragments of different messages do not mix.
    private func checkSequence(_ header: WebSocketFrameHeader) throws(WebSocketViolation) {
        guard (header.opcode == .continuation) == (message != nil) else {
            throw .init(
                .protocolError,
                message == nil ? "nothing is there to be continued" : "a message begins inside another")
        }
        guard (message?.fragmentCount ?? 0) < fragmentCountMax else {
            throw .init(.policyViolation, "a message has more than \(fragmentCountMax) fragments")
        }
    }

    /// Takes what is there of a data frame's payload.
    private mutating func receivePayload(of open: OpenFrame) throws(WebSocketViolation) -> Step {
        let byteCount = min(open.bytesLeft, input.count)
        guard byteCount > 0 || open.bytesLeft == 0 else { return .needsBytes }
        if phase == .closing {
            input.consume(byteCount)
        } else if byteCount > 0 {
            try append(takeUnmasked(byteCount, key: open.maskingKey, offset: open.offset))
        }
        guard byteCount == open.bytesLeft else {
            frame?.bytesLeft -= byteCount
            // Of the offset only its place within the four-byte mask is wanted.
            frame?.offset = (open.offset + byteCount) & 3
            return .needsBytes
        }
        frame = nil
        guard open.isFinal, message != nil else { return .goOn }
        try finishInflating()
        let event = try message?.finished()
        message = nil
        return event.map(Step.event) ?? .goOn
    }

    // MARK: Compressed messages

    /// What a message may have in bytes when it arrives, if it may have `byteCount` when it is decompressed. What
    /// cannot be made smaller becomes a little larger, and much larger where a client ends a block in each of many
    /// small frames; still there must be an end to bytes that mean nothing.
    private static func compressedBytesMax(ofMessage byteCount: Int) -> Int { byteCount * 2 + 1024 }

    private mutating func append(_ piece: [UInt8]) throws(WebSocketViolation) {
        guard message?.isCompressed == true else {
            try message?.append(piece)
            return
        }
        var inflater = inflater.take() ?? Inflater()
        try message?.append(compressed: piece, by: &inflater, bytesMax: messageBytesMax)
        self.inflater = inflater
    }

    private mutating func finishInflating() throws(WebSocketViolation) {
        guard message?.isCompressed == true, let deflate else { return }
        var inflater = inflater.take() ?? Inflater()
        try message?.finishInflating(by: &inflater, bytesMax: messageBytesMax)
        // Without context the next message begins afresh, and nothing is held until then.
        if !deflate.dropsClientContext { self.inflater = inflater }
    }

    private mutating func takeUnmasked(_ byteCount: Int, key: UInt32, offset: Int) -> [UInt8] {
        var bytes = input.read(byteCount)
        bytes.withUnsafeMutableBytes { WebSocketMask.apply(key, offset: offset, to: $0) }
        return bytes
    }

    // MARK: Control frames

    /// Handles a control frame once it is whole; it may come between the fragments of a message
    /// (RFC 6455 section 5.4).
    private mutating func takeControl(_ header: WebSocketFrameHeader) throws(WebSocketViolation) -> Step {
        guard input.count >= header.byteCount + header.payloadByteCount else { return .needsBytes }
        input.consume(header.byteCount)
        let payload = takeUnmasked(header.payloadByteCount, key: header.maskingKey, offset: 0)
        switch header.opcode {
        case .close:
            let code = try Self.closeCode(of: payload)
            finish(answering: code, reason: "")
            return .event(.closed(code))
        case .ping where phase == .open:
            // RFC 6455 section 5.5.3: of several unanswered pings only the latest needs its pong.
            output = ByteBuffer(WebSocketFrame.pong(payload))
            return .event(.ping)
        case .pong where phase == .open:
            return .event(.pong)
        case .ping, .pong, .continuation, .text, .binary:
            return .goOn
        }
    }

    /// The code of a sound close frame, which may be empty (RFC 6455 section 5.5.1).
    private static func closeCode(of payload: [UInt8]) throws(WebSocketViolation) -> CloseCode? {
        if payload.isEmpty { return nil }
        guard payload.count >= 2 else { throw .init(.protocolError, "a close frame has one byte") }
        let code = CloseCode(rawValue: UInt16(payload[0]) << 8 | UInt16(payload[1]))
        guard code.isValidOnTheWire else { throw .init(.protocolError, "a close code may not be sent") }
        guard isValidUTF8(Array(payload[2...])) else {
            throw .init(.invalidPayload, "the reason of a close frame is not UTF-8")
        }
        return code
    }

    /// The end: answers with a close frame unless ours has gone out, and lets everything else go.
    private mutating func finish(answering code: CloseCode?, reason: String) {
        if phase == .open { output.append(WebSocketFrame.close(code, reason: reason)) }
        phase = .closed
        input.removeAll()
        message = nil
        frame = nil
        inflater = nil
    }
}
