/// How the pieces of an answer are told apart whose length nobody knows when it begins.
public enum StreamFraming: Hashable, Sendable {
    /// Each piece is a chunk, and an empty one is the last (RFC 9112 section 7.1).
    case chunks
    /// Pieces follow one another until the connection ends, for those who speak HTTP/1.0 (RFC 9112 section 6.3).
    case untilClose

    /// What a client understands that asked in this version.
    public init(for version: HTTPVersion) { self = version == .http11 ? .chunks : .untilClose }

    /// Bytes as one piece. No bytes are no piece: an empty chunk would be the last.
    public func piece(_ bytes: [UInt8]) -> [UInt8] {
        guard self == .chunks, !bytes.isEmpty else { return bytes }
        let size = String(bytes.count, radix: 16).utf8
        var piece: [UInt8] = []
        piece.reserveCapacity(size.count + bytes.count + 4)
        piece.append(contentsOf: size)
        piece.append(contentsOf: Self.lineEnd)
        piece.append(contentsOf: bytes)
        piece.append(contentsOf: Self.lineEnd)
        return piece
    }

    /// What says that nothing is missing, where it can be said.
    public var end: [UInt8] { self == .chunks ? Array("0\r\n\r\n".utf8) : [] }

    private static let lineEnd: [UInt8] = [.carriageReturn, .lineFeed]
}
