internal import Base
package import Wire

/// Bytes that wait to be sent to one peer. A turn's frames gather here and leave in one write: a write costs as much as
/// copying hundreds of frames. Empty, it holds no memory.
package struct OutboundQueue {
    private var bytes: [UInt8] = []
    private var head = 0
    /// Where a frame begins, at or before the first that has not begun to leave; `nil` while there are only HTTP's
    /// bytes, which have no frames and stay together.
    private var frameStart: Int?
    private(set) var kind = Kind.webSocket

    package init() {}

    /// What the frames are, by which their lengths are found.
    package enum Kind: Sendable {
        case webSocket
        /// Pieces of an answer that is a stream of events.
        case events(StreamFraming)
    }

    package var count: Int { bytes.count - head }
    package var isEmpty: Bool { count == 0 }

    package mutating func append(_ more: [UInt8]) {
        if bytes.isEmpty, head == 0 {
            bytes = more
        } else {
            bytes.append(contentsOf: more)
        }
    }

    /// From here on all that is appended are whole frames.
    package mutating func beginFrames(_ kind: Kind = .webSocket) {
        self.kind = kind
        frameStart = bytes.count
    }

    /// Puts a frame before all others that have not begun to leave.
    package mutating func insertAhead(_ frame: [UInt8]) {
        guard let boundary = nextFrame, boundary < bytes.count else { return append(frame) }
        bytes.insert(contentsOf: frame, at: boundary)
    }

    /// Throws away all frames that have not begun to leave.
    package mutating func discardQueued() {
        guard let boundary = nextFrame, boundary < bytes.count else { return }
        bytes.removeSubrange(boundary...)
        consume(0)
    }

    package func withUnsentBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[head...])) }
    }

    package mutating func consume(_ byteCount: Int) {
        head += byteCount
        if head == bytes.count {
            bytes = []
            head = 0
            if frameStart != nil { frameStart = 0 }
        } else if head > 64 << 10 {
            dropSent()
        }
    }

    /// Gives back the memory of what has left, but for the beginning of the frame that is on its way.
    private mutating func dropSent() {
        guard var start = frameStart else {
            bytes.removeSubrange(..<head)
            head = 0
            return
        }
        while start < head, start + frameLength(at: start) <= head { start += frameLength(at: start) }
        let dropped = min(start, head)
        bytes.removeSubrange(..<dropped)
        head -= dropped
        frameStart = start - dropped
    }

    /// Where the first frame stands that has not begun to leave.
    private var nextFrame: Int? {
        guard var boundary = frameStart else { return nil }
        while boundary < head { boundary += frameLength(at: boundary) }
        return boundary
    }

    /// The length of one of our own frames; never more than there is.
    private func frameLength(at start: Int) -> Int {
        switch kind {
        case .webSocket: webSocketFrameLength(at: start)
        case .events(.chunks): chunkLength(at: start)
        case .events(.untilClose): blockLength(at: start)
        }
    }

    /// RFC 9112 section 7.1: the size as hexadecimal digits, and a line end behind it and behind the data.
    private func chunkLength(at start: Int) -> Int {
        let rest = bytes.count - start
        guard let end = bytes[start...].firstIndex(of: UInt8(ascii: "\r")),
            let size = Int(String(decoding: bytes[start..<end], as: UTF8.self), radix: 16), size < rest
        else { return rest }
        return min(rest, end - start + 2 + size + 2)
    }

    /// An event ends with an empty line and has none within.
    private func blockLength(at start: Int) -> Int {
        let lineFeed = UInt8(ascii: "\n")
        var index = start + 1
        while index < bytes.count {
            if bytes[index] == lineFeed, bytes[index - 1] == lineFeed { return index + 1 - start }
            index += 1
        }
        return bytes.count - start
    }

    /// RFC 6455 section 5.2, never masked.
    private func webSocketFrameLength(at start: Int) -> Int {
        let rest = bytes.count - start
        guard rest >= 2 else { return rest }
        switch bytes[start + 1] {
        case 126:
            guard rest >= 4 else { return rest }
            return min(rest, 4 + Int(bytes[start + 2]) << 8 + Int(bytes[start + 3]))
        case 127:
            guard rest >= 10 else { return rest }
            let length = bytes[start + 2..<start + 10].reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
            return length > UInt64(rest) ? rest : min(rest, 10 + Int(length))
        case let short:
            return min(rest, 2 + Int(short))
        }
    }
}
