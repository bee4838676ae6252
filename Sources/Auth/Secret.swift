internal import COpenSSL

/// Bytes that nobody else may learn: compared in constant time only, and never printed. There is no `==`, so that a
/// comparison that stops at the first difference cannot be written by accident.
public struct Secret: Sendable {
    private let bytes: [UInt8]

    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Bytes. The length is not kept secret.
    public var count: Int { bytes.count }

    /// Whether the bytes are the same. The time taken depends on the length only.
    public func matches(_ other: [UInt8]) -> Bool {
        guard bytes.count == other.count else { return false }
        return bytes.withUnsafeBytes { mine in
            other.withUnsafeBytes { CRYPTO_memcmp(mine.baseAddress, $0.baseAddress, mine.count) == 0 }
        }
    }

    /// Lends the bytes for the length of the call.
    public func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try bytes.withUnsafeBytes(body)
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "‹secret›" }
    public var debugDescription: String { description }
    /// Empty, so that `dump` and failed expectations show nothing either.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
