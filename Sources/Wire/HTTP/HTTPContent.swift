public import Base

/// What stands behind a response's head: bytes in memory, or a part of an open file that is read as the peer takes it.
public enum HTTPContent: Sendable {
    case bytes([UInt8])
    case file(FilePart)

    public var count: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .file(let part): part.count
        }
    }

    public var isEmpty: Bool { count == 0 }

    /// A part of it, counted from its beginning; must lie within it.
    public func part(_ range: Range<Int>) -> HTTPContent {
        switch self {
        case .bytes(let bytes): .bytes(Array(bytes[range]))
        case .file(let part): .file(part.part(range))
        }
    }
}

/// Some of the bytes of an open file.
public struct FilePart: Sendable {
    public let file: OpenFile
    /// Those that are left.
    public private(set) var range: Range<Int>

    /// The whole file, as long as it was when it was opened.
    public init(_ file: OpenFile) {
        self.file = file
        range = 0..<file.byteCount
    }

    public var count: Int { range.count }
    public var isEmpty: Bool { range.isEmpty }

    /// A part of this part, counted from its beginning; must lie within it.
    public func part(_ inner: Range<Int>) -> FilePart {
        precondition(inner.lowerBound >= 0 && inner.upperBound <= count, "a part that is not there")
        var part = self
        part.range = range.lowerBound + inner.lowerBound..<range.lowerBound + inner.upperBound
        return part
    }

    /// Reads the next bytes, at most so many, and goes on behind them; `nil` when the file has become shorter or cannot
    /// be read.
    public mutating func next(bytesMax: Int) -> [UInt8]? {
        let piece = range.prefix(bytesMax)
        guard let bytes = file.read(piece) else { return nil }
        range = piece.upperBound..<range.upperBound
        return bytes
    }
}
