internal import Glibc

/// A plain file that is open for reading, closed when nobody holds it any more. Reading says where, so that many may
/// read from it at once.
public final class OpenFile: Sendable {
    private let descriptor: CInt
    /// Bytes that it had when it was opened.
    public let byteCount: Int
    /// When it was last written to, in nanoseconds since 1970-01-01T00:00:00Z.
    public let modifiedNanoseconds: Int64

    /// Takes a descriptor over. `nil`, and the descriptor is closed, when it is not that of a plain file.
    public init?(adopting descriptor: CInt) {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size >= 0 else {
            close(descriptor)
            return nil
        }
        self.descriptor = descriptor
        byteCount = Int(status.st_size)
        let (seconds, isFar) = Int64(status.st_mtim.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
        modifiedNanoseconds = isFar ? 0 : seconds &+ Int64(status.st_mtim.tv_nsec)
    }

    deinit { close(descriptor) }

    /// Lends the descriptor for the length of the call.
    public func withDescriptor<Result>(_ body: (CInt) throws -> Result) rethrows -> Result { try body(descriptor) }

    /// The bytes of a range; `nil` when the file does not have all of them any more, or the disk does not give them.
    public func read(_ range: Range<Int>) -> [UInt8]? {
        guard !range.isEmpty else { return [] }
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { room, count in
            while count < range.count {
                let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(room)[count...])
                let got = pread(descriptor, rest.baseAddress, rest.count, off_t(range.lowerBound + count))
                if got < 0, errno == EINTR { continue }
                guard got > 0 else { break }
                count += got
            }
        }
        return bytes.count == range.count ? bytes : nil
    }
}
