internal import Base

/// The server's own key for what it gives out for a short time: short codes are kept under it, because a few digits
/// would be guessed from any hash without a key, and what is derived from it needs not be kept at all. It stands in a
/// file beside the database, so that the database alone opens nothing.
public struct ProofKey: Sendable {
    /// Bytes.
    public static let byteCount = 32

    private let key: Secret

    /// - Parameter bytes: `byteCount` random bytes, or more.
    public init(_ bytes: [UInt8]) throws(WeakKey) {
        guard bytes.count >= Self.byteCount else {
            throw WeakKey(byteCount: bytes.count, bytesMin: Self.byteCount)
        }
        key = Secret(bytes)
    }

    /// 32 bytes that depend on the key, on what they are for, and on every part: each is preceded by its length, so
    /// that no two lists of parts are read as the same.
    public func derive(_ purpose: StaticString, _ parts: [[UInt8]]) -> [UInt8] {
        var text = Array("\(purpose)\0".utf8)
        for part in parts {
            text.append(decimal: UInt64(part.count))
            text.append(0)
            text += part
        }
        return Digest.hmacSHA256(key: key, text)
    }

    public func derive(_ purpose: StaticString, _ parts: String...) -> [UInt8] {
        derive(purpose, parts.map { Array($0.utf8) })
    }
}
