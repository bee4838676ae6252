internal import Auth
internal import Base

/// A link that lets whoever has it read one file for a while, with the rights of who made it and no others. It is kept
/// nowhere: the server's own key says that it is one of ours.
struct FileLink: Equatable, Sendable {
    var file: String
    var maker: UserID
    var expiresAt: Timestamp

    private static let purpose: StaticString = "a link to a file"
    /// Bytes before the code: who made it, and when it ends.
    private static let headByteCount = 16

    init(file: String, maker: UserID, expiresAt: Timestamp) {
        self.file = file
        self.maker = maker
        self.expiresAt = expiresAt
    }

    /// `nil` when the text is no link to this file that was made with this key.
    init?(_ text: String, to file: String, key: ProofKey) {
        guard let bytes = Base64.decodeURLSafe(text.utf8), bytes.count == Self.headByteCount + Digest.byteCount,
            Secret(Self.code(file, bytes.prefix(Self.headByteCount), key)).matches(
                Array(bytes.dropFirst(Self.headByteCount))),
            let maker = UserID(rawValue: Self.number(bytes[0..<8]))
        else { return nil }
        self.init(file: file, maker: maker, expiresAt: Timestamp(milliseconds: Self.number(bytes[8..<16])))
    }

    func text(key: ProofKey) -> String {
        let head = Self.bytes(maker.rawValue) + Self.bytes(expiresAt.milliseconds)
        return Base64.encodeURLSafe(head + Self.code(file, head[...], key))
    }

    private static func code(_ file: String, _ head: ArraySlice<UInt8>, _ key: ProofKey) -> [UInt8] {
        key.derive(purpose, [Array(file.utf8), Array(head)])
    }

    private static func bytes(_ number: Int64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int64 { bytes.reduce(0) { $0 << 8 | Int64($1) } }
}
