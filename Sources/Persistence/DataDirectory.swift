internal import Glibc
public import Reactor

/// The one directory that holds everything, and the lock that keeps a second server out of it.
public struct DataDirectory: ~Copyable, Sendable {
    public enum Failure: Error, CustomStringConvertible, Sendable {
        case inUse(path: String)
        /// A secret is not what was written.
        case damaged(path: String)
        case system(path: String, SystemError)

        public var description: String {
            switch self {
            case .inUse(let path): "\(path) is in use by another confab server"
            case .damaged(let path): KeySums.advice(path)
            case .system(let path, let error): "\(path): \(error)"
            }
        }
    }

    public let path: String
    private let lock: Descriptor

    /// Makes the directory where there is none (mode 0700) and takes its lock.
    public init(path: String) throws(Failure) {
        self.path = path
        lock = try Self.lock(path)
    }

    private static func lock(_ path: String) throws(Failure) -> Descriptor {
        let isNew = mkdir(path, 0o700) == 0
        if !isNew, errno != EEXIST { throw .system(path: path, SystemError("mkdir")) }
        let lockPath = path + "/confab.lock"
        let raw = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard raw >= 0 else { throw .system(path: lockPath, SystemError("open")) }
        let descriptor = Descriptor(raw)
        guard flock(descriptor.raw, LOCK_EX | LOCK_NB) == 0 else {
            if errno == EWOULDBLOCK { throw .inUse(path: path) }
            throw .system(path: lockPath, SystemError("flock"))
        }
        try sync(path)
        // A directory is as durable as its name in its parent. One that was there may be left from a start that was
        // interrupted here; but whoever else made it has answered for it, and its parent may be closed to us.
        if isNew { try sync(path + "/..") } else { try? sync(path + "/..") }
        return descriptor
    }

    public var databasePath: String { path + "/confab.db" }
    /// The index of what was said, which may be thrown away.
    public var searchPath: String { path + "/" + Self.searchName }
    static let searchName = "search.db"
    /// What is held back of the disk.
    public var reservePath: String { path + "/reserve" }
    /// The directory of uploaded files.
    public var filesPath: String { path + "/files" }
    /// The directory in which images are made small.
    public var thumbnailsPath: String { path + "/thumbnails" }
    /// The Unix socket by which the command line talks to the running server.
    public var controlPath: String { Self.controlPath(in: path) }

    public static func controlPath(in path: String) -> String { path + "/control.sock" }

    /// The secret kept in a file of its own (mode 0600), made by `make` on first use and synced before it is used. One
    /// whose name ends with `.key` is held to what was written.
    public func secret(named name: String, make: () -> [UInt8]) throws(Failure) -> [UInt8] {
        let file = path + "/" + name, isKey = KeySums.covers(name)
        if let kept = try Self.read(file) {
            guard !isKey || KeySums.admits(kept, of: name, in: path) else { throw .damaged(path: file) }
            return kept
        }
        let bytes = make()
        do throws(SystemError) {
            if isKey { try KeySums.expect(bytes, of: name, in: path) }
            try SmallFiles.write(bytes, to: file)
        } catch {
            throw .system(path: file, error)
        }
        return bytes
    }

    /// Takes a file of its own away, where it is there.
    public func remove(_ name: String) { unlink(path + "/" + name) }

    private static func read(_ file: String) throws(Failure) -> [UInt8]? {
        let raw = open(file, O_RDONLY | O_CLOEXEC)
        guard raw >= 0 else {
            if errno == ENOENT { return nil }
            throw .system(path: file, SystemError("open"))
        }
        let descriptor = Descriptor(raw)
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = bytes.withUnsafeMutableBytes { Glibc.read(descriptor.raw, $0.baseAddress, $0.count) }
        guard count >= 0 else { throw .system(path: file, SystemError("read")) }
        return Array(bytes[..<count])
    }

    private static func sync(_ directory: String) throws(Failure) {
        do throws(SystemError) { try SmallFiles.sync(directory) } catch { throw .system(path: directory, error) }
    }
}
