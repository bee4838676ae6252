internal import Base

extension ByteBuffer {
    /// Lends the unread bytes with their bounds checked, also in release builds.
    func withUnreadSpan<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        // The buffer's storage is an array of bytes, so its memory is bound to them.
        withUnreadBytes { body($0.assumingMemoryBound(to: UInt8.self).span) }
    }
}
