internal import Auth
internal import Base

/// A place of the journal as clients are given it: they must not learn how much is said where they are not. It goes
/// with a random number, and is hidden and signed by the key of the data directory.
struct SearchCursor: Sendable {
    let key: [UInt8]

    func seal(_ place: Int64) -> String {
        var random = RandomSource.system
        let nonce = random.bytes(8)
        let hidden = zip(Self.bytes(place), code(for: nonce)).map { $0 ^ $1 }
        return Base64.encodeURLSafe(nonce + hidden + code(for: nonce + hidden))
    }

    /// `nil` for what this server has not given.
    func open(_ text: String) -> Int64? {
        guard let bytes = Base64.decodeURLSafe(text.utf8), bytes.count == 24 else { return nil }
        let nonce = Array(bytes[..<8]), hidden = Array(bytes[8..<16])
        guard Secret(code(for: nonce + hidden)).matches(Array(bytes[16...])) else { return nil }
        return zip(hidden, code(for: nonce)).reduce(0) { $0 << 8 | Int64($1.0 ^ $1.1) }
    }

    private func code(for bytes: [UInt8]) -> [UInt8] {
        Array(Digest.hmacSHA256(key: Secret(key), Array("search".utf8) + bytes).prefix(8))
    }

    private static func bytes(_ place: Int64) -> [UInt8] {
        withUnsafeBytes(of: place.bigEndian) { Array($0) }
    }
}
