@testable import Wire

/// What a request parser makes of some bytes, comparable: pieces of a body are joined, since how they are cut means
/// nothing.
struct RequestTrace: Equatable {
    enum Entry: Equatable {
        case head([String])
        case body([UInt8])
        case end
        case violation(HTTPViolation)
    }

    static let headBytesMax = 512
    static let headerCountMax = 12
    static let bodyBytesMax = 256

    private(set) var entries: [Entry] = []
    private(set) var heads: [HTTPRequestHead] = []

    static func == (one: RequestTrace, other: RequestTrace) -> Bool { one.entries == other.entries }

    /// - Parameter factor: how much more than the usual bounds is allowed.
    init(of bytes: [UInt8], cutEvery size: Int = .max, factor: Int = 1) throws(BrokenPromise) {
        var parser = HTTPRequestParser(
            headBytesMax: Self.headBytesMax * factor, headerCountMax: Self.headerCountMax,
            bodyBytesMax: Self.bodyBytesMax * factor)
        for piece in size == .max ? [bytes[...]] : bytes.cut(every: size) {
            piece.withUnsafeBytes { parser.receive($0) }
            while let event = parser.nextEvent() { note(event) }
            try promise(
                parser.bufferedByteCount < Self.headBytesMax * factor, "what waits for its rest is less than a head")
        }
        guard case .violation = entries.last else { return }
        bytes.withUnsafeBytes { parser.receive($0) }
        try promise(parser.nextEvent() == nil, "nothing comes after a violation")
        try promise(parser.bufferedByteCount == 0, "nothing is kept after a violation")
    }

    private mutating func note(_ event: HTTPRequestEvent) {
        switch event {
        case .head(let head):
            heads.append(head)
            entries.append(.head(head.facts))
        case .body(let bytes):
            if case .body(let before) = entries.last {
                entries[entries.count - 1] = .body(before + bytes)
            } else {
                entries.append(.body(bytes))
            }
        case .end: entries.append(.end)
        case .violation(let violation): entries.append(.violation(violation))
        }
    }

    /// The body of the first request, where that came to its end.
    var firstBody: [UInt8]? {
        var body: [UInt8] = []
        for entry in entries {
            switch entry {
            case .head: continue
            case .body(let bytes): body = bytes
            case .end: return body
            case .violation: return nil
            }
        }
        return nil
    }

    /// The same whichever way the bytes arrive, and within the bounds.
    static func checked(_ bytes: [UInt8]) throws(BrokenPromise) -> RequestTrace {
        let trace = try RequestTrace(of: bytes)
        for size in bytes.pieceSizes {
            try promise(try RequestTrace(of: bytes, cutEvery: size) == trace, "it does not matter how bytes are cut")
        }
        for (index, entry) in trace.entries.enumerated() {
            switch entry {
            case .head, .end: continue
            case .body(let bytes):
                try promise(!bytes.isEmpty && bytes.count <= bodyBytesMax, "a body stays within its bound")
            case .violation(let violation):
                try promise(index == trace.entries.count - 1, "a violation comes last")
                try promise(
                    [400, 413, 414, 417, 431, 501, 505].contains(violation.status), "a violation has its status")
            }
        }
        return trace
    }
}
