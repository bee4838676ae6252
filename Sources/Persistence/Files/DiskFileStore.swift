internal import Auth
internal import Base
internal import Channels
internal import Glibc
internal import Reactor
internal import Telemetry

/// Files in a directory: `ab/abcd…` for what has the hash `abcd…`, and `incoming/` for what is on its way. A file is
/// written there, synced, renamed, and its directory synced, so that a name never stands for less than all its bytes.
struct DiskFileStore: FileStore {
    let path: String
    let log: Logger

    private var incoming: String { path + "/incoming" }

    /// Makes the directories where there are none (mode 0700), and removes what a run that was killed has left in
    /// `incoming`.
    init(path: String, log: Logger) throws(SystemError) {
        self.path = path
        self.log = log
        try Self.makeDirectory(path)
        try Self.makeDirectory(path + "/incoming")
        for name in Self.names(in: incoming) { unlink(incoming + "/" + name) }
    }

    func begin() throws(FileFailure) -> any IncomingBlob { try beginBlob() }

    func beginBlob() throws(FileFailure) -> DiskBlob {
        var random = RandomSource.system
        let temporary = incoming + "/" + random.bytes(16).hexadecimal
        let raw = Glibc.open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard raw >= 0 else { throw failure(SystemError("open")) }
        let blob = DiskBlob(store: self, path: temporary, descriptor: raw)
        guard DescriptorRoom.isSpare(raw) else { throw .overloaded }
        return blob
    }

    /// A second name for the same bytes, which costs nothing; a copy where the file system has no second names.
    func place(fileAt path: String, _ blob: Blob) throws(FileFailure) {
        var random = RandomSource.system
        let temporary = incoming + "/" + random.bytes(16).hexadecimal
        let (directory, file) = place(of: blob.sha256)
        // Where both names are of one file already, rename leaves both.
        defer { unlink(temporary) }
        guard link(path, temporary) == 0 else {
            let error = SystemError("link")
            guard [EPERM, EOPNOTSUPP, EXDEV, EMLINK].contains(error.code) else { throw failure(error) }
            return try copy(fileAt: path, blob)
        }
        do throws(SystemError) {
            try Self.makeDirectory(directory)
            guard rename(temporary, file) == 0 else { throw SystemError("rename") }
            try Self.sync(directory)
        } catch {
            throw failure(error)
        }
    }

    func open(_ sha256: [UInt8]) throws(FileFailure) -> OpenFile {
        guard let file = try openIfThere(place(of: sha256).file) else { throw failure(SystemError("open")) }
        return file
    }

    func openIfThere(_ path: String) throws(FileFailure) -> OpenFile? {
        let raw = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard raw >= 0 else {
            if errno == ENOENT { return nil }
            throw failure(SystemError("open"))
        }
        guard DescriptorRoom.isSpare(raw) else {
            Glibc.close(raw)
            throw .overloaded
        }
        guard let file = OpenFile(adopting: raw) else { throw .broken }
        return file
    }

    func remove(_ sha256: [UInt8]) -> Bool {
        guard unlink(place(of: sha256).file) != 0, errno != ENOENT else { return true }
        _ = failure(SystemError("unlink"))
        return false
    }

    func parts() -> [String] { Self.names(in: path).filter { $0.utf8.count == 2 } }

    func hashes(in part: String) -> [[UInt8]] {
        Self.names(in: path + "/" + part).compactMap(\.hexadecimalBytes).filter { $0.count == Digest.byteCount }
    }

    // MARK: Places

    func place(of sha256: [UInt8]) -> (directory: String, file: String) {
        let name = sha256.hexadecimal, directory = path + "/" + name.prefix(2)
        return (directory, directory + "/" + name)
    }

    /// Makes a directory with its name as durable as what will stand in it.
    static func makeDirectory(_ path: String) throws(SystemError) {
        guard mkdir(path, 0o700) == 0 else {
            if errno == EEXIST { return }
            throw SystemError("mkdir")
        }
        try sync(path + "/..")
    }

    static func sync(_ path: String) throws(SystemError) {
        let raw = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard raw >= 0 else { throw SystemError("open") }
        let descriptor = Descriptor(raw)
        guard fsync(descriptor.raw) == 0 else { throw SystemError("fsync") }
    }

    static func names(in path: String) -> [String] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }

    /// What the caller is told; the log has the rest.
    func failure(_ error: SystemError) -> FileFailure { FileFailure(error, log) }
}

extension FileFailure {
    /// What the caller is told; the log has the rest.
    init(_ error: SystemError, _ log: Logger) {
        switch error.code {
        case ENOSPC, EDQUOT: self = .full
        case EMFILE, ENFILE: self = .overloaded
        default:
            log.error("a file could not be kept", ["why": "\(error)"])
            self = .broken
        }
    }
}
