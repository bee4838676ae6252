internal import Glibc

/// An open file descriptor, closed when its owner goes.
public struct Descriptor: ~Copyable, Sendable {
    public let raw: CInt

    public init(_ raw: CInt) { self.raw = raw }

    deinit { close(raw) }

    /// Writes all of the bytes, waiting for the disk or the peer as long as it takes.
    public func write(_ bytes: [UInt8]) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(raw, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SystemError("write") }
            rest = rest.dropFirst(count)
        }
    }

    /// Hands the descriptor over as a number, for whoever closes it from now on.
    public consuming func release() -> CInt {
        let raw = raw
        discard self
        return raw
    }
}
