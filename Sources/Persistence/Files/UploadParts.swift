internal import Auth
internal import Base
internal import Channels
internal import Glibc
internal import Reactor
internal import Telemetry

/// What has come of uploads that are not whole: a file for each, named by the upload's id, in a directory that is
/// always this machine's. How much of such a file counts is said by the upload's row alone.
struct UploadParts: Sendable {
    let path: String
    let log: Logger

    /// Makes the directory where there is none (mode 0700).
    init(path: String, log: Logger) throws(SystemError) {
        self.path = path
        self.log = log
        try DiskFileStore.makeDirectory(path)
    }

    func path(of id: String) -> String { path + "/" + id }

    /// Opens the part of an upload for writing; it is made when nothing of it counts yet.
    /// - Throws: `.notFound` when it has fewer bytes than count.
    func open(_ id: String, holding received: Int64) throws(FileFailure) -> PartFile {
        let isNew = received == 0
        let raw = Glibc.open(path(of: id), O_RDWR | O_CLOEXEC | O_NOFOLLOW | (isNew ? O_CREAT : 0), 0o600)
        guard raw >= 0 else {
            if errno == ENOENT { throw .notFound }
            throw failure(SystemError("open"))
        }
        let part = PartFile(Descriptor(raw), parts: self)
        guard DescriptorRoom.isSpare(raw) else { throw .overloaded }
        guard let byteCount = part.byteCount, byteCount >= received else { throw .notFound }
        // Its name is on disk before it is told that anything of it is.
        if isNew {
            do throws(SystemError) { try DiskFileStore.sync(path) } catch { throw failure(error) }
        }
        return part
    }

    /// Whether so many bytes are there.
    func holds(_ received: Int64, of id: String) -> Bool {
        var status = stat()
        return received == 0 || stat(path(of: id), &status) == 0 && status.st_size >= received
    }

    func remove(_ id: String) {
        if unlink(path(of: id)) != 0, errno != ENOENT { _ = failure(SystemError("unlink")) }
    }

    /// Has the parts removed of which no upload is left.
    func sweep(on pool: WorkPool<FileReader>) {
        // What the pool refuses goes with the next, or at the next start.
        _ = pool.submit { reader in
            for id in DiskFileStore.names(in: path) where reader.isOpen(upload: id) == false { remove(id) }
        }
    }

    /// What the caller is told; the log has the rest.
    func failure(_ error: SystemError) -> FileFailure { FileFailure(error, log) }
}
