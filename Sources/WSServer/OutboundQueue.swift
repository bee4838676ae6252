internal import Base

/// Bytes that wait to be sent to one peer. A turn's frames gather here and leave in one write: a write costs as much as
/// copying hundreds of frames. Empty, it holds no memory.
struct OutboundQueue {
    private var bytes: [UInt8] = []
    private var head = 0
    /// Where a WebSocket frame begins, at or before the first that has not begun to leave; `nil` while there are only
    /// HTTP's bytes, which have no frames and stay together.
    private var frameStart: Int?

    var count: Int { bytes.count - head }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ more: [UInt8]) {
        if bytes.isEmpty, head == 0 {
            bytes = more
        } else {
            bytes.append(contentsOf: more)
        }
    }

    /// From here on all that is appended are whole WebSocket frames.
    mutating func beginFrames() { frameStart = bytes.count }

    /// Puts a frame before all others that have not begun to leave.
    mutating func insertAhead(_ frame: [UInt8]) {
        guard let boundary = nextFrame, boundary < bytes.count else { return append(frame) }
        bytes.insert(contentsOf: frame, at: boundary)
    }

    /// Throws away all frames that have not begun to leave.
    mutating func discardQueued() {
        guard let boundary = nextFrame, boundary < bytes.count else { return }
        bytes.removeSubrange(boundary...)
        consume(0)
    }

    func withUnsentBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[head...])) }
    }

    mutating func consume(_ byteCount: Int) {
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

    /// The length of one of our own frames (RFC 6455 section 5.2, never masked); never more than there is.
    private func frameLength(at start: Int) -> Int {
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
