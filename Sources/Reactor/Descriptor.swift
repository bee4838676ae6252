internal import Glibc

/// An open file descriptor, closed when its owner goes.
public struct Descriptor: ~Copyable, Sendable {
    public let raw: CInt

    public init(_ raw: CInt) { self.raw = raw }

    deinit { close(raw) }

    /// Hands the descriptor over as a number, for whoever closes it from now on.
    public consuming func release() -> CInt {
        let raw = raw
        discard self
        return raw
    }
}
