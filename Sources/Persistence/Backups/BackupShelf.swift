internal import Auth
internal import Base
internal import Glibc
internal import Reactor

/// The directory that backups are kept in. What else lies there is left alone.
struct BackupShelf: Sendable {
    let directory: String
    /// So many stay, the newest.
    let keptCount: Int

    private static let prefix = "confab-"
    private static let suffix = ".tar"

    /// Makes the directory where there is none (mode 0700), and takes away what a killed run has left unfinished.
    func prepare() throws(BackupFailure) {
        do throws(SystemError) {
            try DiskFileStore.makeDirectory(directory)
        } catch {
            throw BackupFailure(error, at: directory)
        }
        for name in DiskFileStore.names(in: directory)
        where name.hasPrefix(Self.prefix) && name.hasSuffix(Self.suffix + BackupWriter.partialSuffix) {
            unlink(directory + "/" + name)
        }
    }

    /// Such as `confab-20261121T220500412Z.tar`: in the order of time.
    func path(at now: Timestamp) -> String {
        let time = now.rfc3339.filter { $0.isNumber || $0.isLetter }
        return "\(directory)/\(Self.prefix)\(time)\(Self.suffix)"
    }

    /// The newest first.
    func list() -> [Backup] {
        DiskFileStore.names(in: directory).filter { $0.hasPrefix(Self.prefix) && $0.hasSuffix(Self.suffix) }
            .sorted(by: >).compactMap { name in
                var status = stat()
                let path = directory + "/" + name
                guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
                let madeAt = Timestamp(milliseconds: Int64(status.st_mtim.tv_sec) * 1_000)
                return Backup(path: path, byteCount: Int64(status.st_size), madeAt: madeAt)
            }
    }

    /// Takes away the oldest of those that are too many.
    func prune() {
        for backup in list().dropFirst(keptCount) { unlink(backup.path) }
    }
}
