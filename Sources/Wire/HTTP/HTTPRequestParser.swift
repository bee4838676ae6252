internal import Base

/// What a request parser has found next.
public enum HTTPRequestEvent: Sendable {
    case head(HTTPRequestHead)
    /// The next bytes of the body, as many as there were.
    case body([UInt8])
    /// The request is whole; what follows belongs to the next one.
    case end
    /// The peer broke the protocol. Answer and close; nothing comes after this.
    case violation(HTTPViolation)
}

/// The server's reading side of one HTTP/1.1 connection (RFC 9112): bytes in, events out. It takes the strict side
/// wherever the RFC leaves a choice, since leniency in framing is what request smuggling lives on. Between requests it
/// holds no memory.
public struct HTTPRequestParser: Sendable {
    /// Bytes of one chunk's size line; no known client sends more than the digits.
    private static let chunkLineBytesMax = 256
    /// Bytes of chunk extensions over a whole body, so that small chunks cannot carry a large load of them.
    private static let chunkExtensionBytesMax = 1024

    private enum Phase: Sendable {
        case requestLine
        case fields(HTTPRequestLine)
        case bodyStart(BodyLength)
        case body(bytesLeft: Int)
        case chunkSize
        case chunk(bytesLeft: Int)
        case chunkEnd
        case trailers
        case failed
    }

    private enum Step {
        case event(HTTPRequestEvent)
        case goOn
        case needsBytes
    }

    /// Bytes that the body of the current request may have; a larger one is answered with 413. May be changed for one
    /// request when its head has come, and falls back to the initial value at that request's end.
    public var bodyBytesMax: Int

    private let headBytesMax: Int
    private let headerCountMax: Int
    private let initialBodyBytesMax: Int
    private var phase = Phase.requestLine
    private var input = ByteBuffer()
    private var lines = LineScanner()
    private var headers = HTTPHeaders()
    /// What the head, or later the trailer section, may still take.
    private var headBytesLeft: Int
    private var trailerCount = 0
    private var hasSkippedEmptyLine = false
    private var chunkedBodyByteCount = 0
    private var chunkExtensionByteCount = 0

    /// - Parameters:
    ///   - headBytesMax: bytes of request line and fields together, and again of a trailer section.
    ///   - headerCountMax: fields of one request, and again of a trailer section.
    ///   - bodyBytesMax: bytes of one request's body.
    public init(headBytesMax: Int, headerCountMax: Int, bodyBytesMax: Int) {
        self.headBytesMax = headBytesMax
        self.headerCountMax = headerCountMax
        self.bodyBytesMax = bodyBytesMax
        initialBodyBytesMax = bodyBytesMax
        headBytesLeft = headBytesMax
    }

    /// Takes what the peer has sent. After a violation it is dropped.
    public mutating func receive(_ bytes: UnsafeRawBufferPointer) {
        if case .failed = phase { return }
        input.append(bytes)
    }

    /// The next event, or `nil` when more bytes are needed. Requests sent without waiting follow one another.
    public mutating func nextEvent() -> HTTPRequestEvent? {
        do throws(HTTPViolation) {
            while true {
                switch try step() {
                case .event(let event): return event
                case .goOn: continue
                case .needsBytes: return nil
                }
            }
        } catch {
            phase = .failed
            input.removeAll()
            headers = HTTPHeaders()
            return .violation(error)
        }
    }

    /// Nothing of a next request has been received.
    public var isBetweenRequests: Bool {
        if case .requestLine = phase { return input.isEmpty }
        return false
    }

    /// Bytes that have been received and of which no event has told.
    public var bufferedByteCount: Int { input.count }

    /// A head has been handed out whose body is not whole yet.
    public var isReceivingBody: Bool {
        switch phase {
        case .body, .chunkSize, .chunk, .chunkEnd, .trailers: true
        case .bodyStart(let length): length != .none && length != .length(0)
        case .requestLine, .fields, .failed: false
        }
    }

    /// Takes out the bytes behind the request, which after an upgrade belong to the next protocol (RFC 9110 section
    /// 7.8).
    public mutating func takeRemainder() -> [UInt8] { input.readAll() }

    private mutating func step() throws(HTTPViolation) -> Step {
        switch phase {
        case .requestLine: try readRequestLine()
        case .fields(let line): try readField(of: line)
        case .bodyStart(let length): try startBody(length)
        case .body(let bytesLeft): readBody(bytesLeft)
        case .chunkSize: try readChunkSize()
        case .chunk(let bytesLeft): readChunk(bytesLeft)
        case .chunkEnd: try readChunkEnd()
        case .trailers: try readTrailer()
        case .failed: .needsBytes
        }
    }

    // MARK: Head

    private mutating func readRequestLine() throws(HTTPViolation) -> Step {
        let tooLong = HTTPViolation(414, "the request line is too long")
        guard let line = try takeLine(bytesMax: headBytesLeft, orThrow: tooLong) else { return .needsBytes }
        if line.isEmpty, !hasSkippedEmptyLine {
            // RFC 9112 section 2.2: at least one empty line before the request is ignored. We ignore exactly one.
            hasSkippedEmptyLine = true
            return .goOn
        }
        headBytesLeft -= line.count + 2
        phase = .fields(try HTTPRequestLine(parsing: line))
        return .goOn
    }

    private mutating func readField(of line: HTTPRequestLine) throws(HTTPViolation) -> Step {
        let tooLong = HTTPViolation(431, "the header fields are too large")
        guard let field = try takeLine(bytesMax: headBytesLeft, orThrow: tooLong) else { return .needsBytes }
        headBytesLeft -= field.count + 2
        guard field.isEmpty else {
            guard headers.fields.count < headerCountMax else { throw HTTPViolation(431, "there are too many headers") }
            let parsed = try HTTPHeaders.Field(parsing: field)
            headers.add(parsed.name, parsed.value)
            return .goOn
        }
        let head = try HTTPRequestHead(line: line, headers: headers)
        headers = HTTPHeaders()
        phase = .bodyStart(head.bodyLength)
        return .event(.head(head))
    }

    /// Takes out one line without its end, or nothing when it is not whole.
    private mutating func takeLine(bytesMax: Int, orThrow tooLong: HTTPViolation) throws(HTTPViolation) -> [UInt8]? {
        var scanner = lines
        let outcome = input.withUnreadSpan { scanner.scan($0, bytesMax: bytesMax) }
        lines = scanner
        switch outcome {
        case .incomplete: return nil
        case .tooLong: throw tooLong
        case .malformed: throw HTTPViolation(400, "a line has a control character or a malformed end")
        case .line(let byteCount):
            let line = input.read(byteCount)
            input.consume(2)
            return line
        }
    }

    // MARK: Body

    private mutating func startBody(_ length: BodyLength) throws(HTTPViolation) -> Step {
        switch length {
        case .none: return endRequest()
        case .length(let byteCount):
            guard byteCount <= bodyBytesMax else { throw Self.bodyTooLarge }
            phase = .body(bytesLeft: byteCount)
        case .chunked: phase = .chunkSize
        }
        return .goOn
    }

    private mutating func readBody(_ bytesLeft: Int) -> Step {
        guard bytesLeft > 0 else { return endRequest() }
        guard !input.isEmpty else { return .needsBytes }
        let bytes = takeBytes(upTo: bytesLeft)
        phase = .body(bytesLeft: bytesLeft - bytes.count)
        return .event(.body(bytes))
    }

    private mutating func readChunkSize() throws(HTTPViolation) -> Step {
        let tooLong = HTTPViolation(400, "a chunk's extensions are too long")
        guard let line = try takeLine(bytesMax: Self.chunkLineBytesMax, orThrow: tooLong) else { return .needsBytes }
        let header = try ChunkHeader(parsing: line)
        chunkExtensionByteCount += header.extensionByteCount
        guard chunkExtensionByteCount <= Self.chunkExtensionBytesMax else { throw tooLong }
        if header.byteCount == 0 {
            headBytesLeft = headBytesMax
            phase = .trailers
            return .goOn
        }
        guard header.byteCount <= bodyBytesMax - chunkedBodyByteCount else { throw Self.bodyTooLarge }
        chunkedBodyByteCount += header.byteCount
        phase = .chunk(bytesLeft: header.byteCount)
        return .goOn
    }

    private mutating func readChunk(_ bytesLeft: Int) -> Step {
        guard !input.isEmpty else { return .needsBytes }
        let bytes = takeBytes(upTo: bytesLeft)
        phase = bytes.count == bytesLeft ? .chunkEnd : .chunk(bytesLeft: bytesLeft - bytes.count)
        return .event(.body(bytes))
    }

    /// RFC 9112 section 7.1: CR LF, and nothing but it, stands behind a chunk's data.
    private mutating func readChunkEnd() throws(HTTPViolation) -> Step {
        guard input.isEmpty || input[0] == .carriageReturn, input.count < 2 || input[1] == .lineFeed else {
            throw HTTPViolation(400, "a chunk is longer than its size")
        }
        guard input.count >= 2 else { return .needsBytes }
        input.consume(2)
        phase = .chunkSize
        return .goOn
    }

    /// RFC 9112 section 7.1.2: trailer fields may be discarded; they are still held to the grammar and to bounds.
    private mutating func readTrailer() throws(HTTPViolation) -> Step {
        let tooLarge = HTTPViolation(431, "the trailer fields are too large")
        guard let line = try takeLine(bytesMax: headBytesLeft, orThrow: tooLarge) else { return .needsBytes }
        guard !line.isEmpty else { return endRequest() }
        headBytesLeft -= line.count + 2
        trailerCount += 1
        guard trailerCount <= headerCountMax else { throw tooLarge }
        _ = try HTTPHeaders.Field(parsing: line)
        return .goOn
    }

    private mutating func endRequest() -> Step {
        phase = .requestLine
        headBytesLeft = headBytesMax
        trailerCount = 0
        hasSkippedEmptyLine = false
        chunkedBodyByteCount = 0
        chunkExtensionByteCount = 0
        bodyBytesMax = initialBodyBytesMax
        return .event(.end)
    }

    private mutating func takeBytes(upTo byteCount: Int) -> [UInt8] {
        input.count <= byteCount ? input.readAll() : input.read(byteCount)
    }

    private static let bodyTooLarge = HTTPViolation(413, "the body is too large")
}
