internal import Glibc
public import Reactor

/// A file for secrets alone, in a directory of its own: whole or not there, and readable for nobody else.
public struct KeyFile: Sendable {
    public enum Failure: Error, CustomStringConvertible, Sendable {
        /// Others than its owner may read or write it.
        case open(path: String)
        case tooLong(path: String, bytesMax: Int)
        /// It is not what was written.
        case damaged(path: String)
        case system(path: String, SystemError)

        public var description: String {
            switch self {
            case .open(let path): "\(path) may be read by others than its owner; chmod go= \(path)"
            case .tooLong(let path, let bytesMax): "\(path) has more than \(bytesMax) bytes"
            case .damaged(let path): KeySums.advice(path)
            case .system(let path, let error): "\(path): \(error)"
            }
        }
    }

    /// Bytes of such a file.
    private static let bytesMax = 64 << 10

    private let data: String
    private let name = "keys/signing.json"
    public var path: String { data + "/" + name }

    /// - Parameter data: the data directory; this file lies in `keys` there.
    public init(in data: String) { self.data = data }

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
        let content = Array(bytes[..<count])
        guard KeySums.admits(content, of: name, in: data) else { throw .damaged(path: path) }
        return content
    }

    /// Puts a new content in the place of the old one, and returns when that is durable.
    public func write(_ bytes: [UInt8]) throws(Failure) {
        do throws(SystemError) {
            try KeySums.expect(bytes, of: name, in: data)
            try SmallFiles.write(bytes, to: path)
            // The directory may be as new as the file.
            try SmallFiles.sync(data)
        } catch {
            throw .system(path: path, error)
        }
    }

    private static func check(_ descriptor: borrowing Descriptor, _ path: String) throws(Failure) {
        var status = stat()
        guard fstat(descriptor.raw, &status) == 0 else { throw .system(path: path, SystemError("fstat")) }
        guard status.st_mode & 0o077 == 0 else { throw .open(path: path) }
    }
}
