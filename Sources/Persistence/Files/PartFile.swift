internal import Base
internal import Channels
internal import Glibc
internal import Reactor

/// The open part of an upload. Used by one thread at a time.
final class PartFile: Sendable {
    private let descriptor: Descriptor
    private let parts: UploadParts

    init(_ descriptor: consuming Descriptor, parts: UploadParts) {
        self.descriptor = descriptor
        self.parts = parts
    }

    private var status: stat? {
        var status = stat()
        return fstat(descriptor.raw, &status) == 0 && status.st_mode & S_IFMT == S_IFREG ? status : nil
    }

    /// `nil` when it is no plain file.
    var byteCount: Int64? { status.map { Int64($0.st_size) } }

    /// It lies in the place of a whole file too, because a run that was killed had come so far. Nobody may write to it.
    var isPlaced: Bool { status.map { $0.st_nlink > 1 } ?? true }

    func write(_ bytes: [UInt8], at offset: Int64) throws(FileFailure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let place = offset + Int64(bytes.count - rest.count)
            let count = rest.withUnsafeBytes { pwrite(descriptor.raw, $0.baseAddress, $0.count, off_t(place)) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw parts.failure(SystemError("pwrite")) }
            rest = rest.dropFirst(count)
        }
    }

    /// What came is on disk when this returns.
    func sync() throws(FileFailure) {
        guard fdatasync(descriptor.raw) == 0 else { throw parts.failure(SystemError("fdatasync")) }
    }

    /// Throws away what is behind so many bytes.
    func cut(to byteCount: Int64) throws(FileFailure) {
        guard ftruncate(descriptor.raw, off_t(byteCount)) == 0 else { throw parts.failure(SystemError("ftruncate")) }
    }

    /// All of these bytes.
    func read(_ range: Range<Int64>) throws(FileFailure) -> [UInt8] {
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(range.upperBound - range.lowerBound)) { room, count in
            while count < room.count {
                let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(room)[count...])
                let got = pread(descriptor.raw, rest.baseAddress, rest.count, off_t(range.lowerBound) + off_t(count))
                if got < 0, errno == EINTR { continue }
                guard got > 0 else {
                    failed = true
                    break
                }
                count += got
            }
        }
        if failed { throw parts.failure(SystemError("pread")) }
        return bytes
    }
}
