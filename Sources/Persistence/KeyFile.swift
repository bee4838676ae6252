internal import Glibc
public import Reactor

/// A file for secrets alone, in a directory of its own: whole or not there, and readable for nobody else.
public struct KeyFile: Sendable {
    public enum Failure: Error, CustomStringConvertible, Sendable {
        /// Others than its owner may read or write it.
        case open(path: String)
        case tooLong(path: String, bytesMax: Int)
        case system(path: String, SystemError)

        public var description: String {
            switch self {
            case .open(let path): "\(path) may be read by others than its owner; chmod go= \(path)"
            case .tooLong(let path, let bytesMax): "\(path) has more than \(bytesMax) bytes"
            case .system(let path, let error): "\(path): \(error)"
            }
        }
    }

    /// Bytes of such a file.
    private static let bytesMax = 64 << 10

    private let directory: String
    public var path: String { directory + "/signing.json" }

    /// - Parameter data: the data directory; this file lies in `keys` there.
    public init(in data: String) { directory = data + "/keys" }

    /// `nil` when there is none yet.
    public func read() throws(Failure) -> [UInt8]? {
        let raw = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard raw >= 0 else {
            if errno == ENOENT { return nil }
            throw .system(path: path, SystemError("open"))
        }
        let descriptor = Descriptor(raw)
        try Self.check(descriptor, path)
        var bytes = [UInt8](repeating: 0, count: Self.bytesMax + 1), count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor.raw, $0.baseAddress?.advanced(by: count), $0.count - count)
            }
            guard got >= 0 else { throw .system(path: path, SystemError("read")) }
            if got == 0 { break }
            count += got
        }
        guard count <= Self.bytesMax else { throw .tooLong(path: path, bytesMax: Self.bytesMax) }
        return Array(bytes[..<count])
    }

    /// Puts a new content in the place of the old one, and returns when that is durable.
    public func write(_ bytes: [UInt8]) throws(Failure) {
        if mkdir(directory, 0o700) != 0, errno != EEXIST { throw .system(path: directory, SystemError("mkdir")) }
        let temporary = path + ".new"
        let raw = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard raw >= 0 else { throw .system(path: temporary, SystemError("open")) }
        let descriptor = Descriptor(raw)
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor.raw, $0.baseAddress, $0.count) }
            guard count > 0 else { throw .system(path: temporary, SystemError("write")) }
            rest = rest.dropFirst(count)
        }
        guard fchmod(descriptor.raw, 0o600) == 0, fsync(descriptor.raw) == 0, rename(temporary, path) == 0 else {
            throw .system(path: path, SystemError("write"))
        }
        for directory in [directory, directory + "/.."] { try Self.sync(directory) }
    }

    private static func check(_ descriptor: borrowing Descriptor, _ path: String) throws(Failure) {
        var status = stat()
        guard fstat(descriptor.raw, &status) == 0 else { throw .system(path: path, SystemError("fstat")) }
        guard status.st_mode & 0o077 == 0 else { throw .open(path: path) }
    }

    private static func sync(_ directory: String) throws(Failure) {
        let raw = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard raw >= 0 else { throw .system(path: directory, SystemError("open")) }
        let descriptor = Descriptor(raw)
        guard fsync(descriptor.raw) == 0 else { throw .system(path: directory, SystemError("fsync")) }
    }
}
