internal import Base
internal import Glibc
internal import Reactor

/// The small files of a data directory that belong into a backup: `*.key` and whatever lies in `keys/`. They are taken
/// as they are found, so that nobody has to remember a new one here.
enum SmallFiles {
    static func names(in data: String) -> [String] {
        let names =
            DiskFileStore.names(in: data).filter { $0.hasSuffix(".key") }
            + DiskFileStore.names(in: data + "/keys").filter { !$0.hasSuffix(".new") }.map { "keys/\($0)" }
        return Array(names.filter(BackupFormat.isSmallName).sorted().prefix(BackupFormat.smallCountMax))
    }

    /// `nil` when there is no plain file of that path, or it is not small.
    static func read(_ path: String) -> [UInt8]? {
        let raw = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard raw >= 0, let file = OpenFile(adopting: raw),
            Int64(file.byteCount) <= BackupFormat.smallByteCountMax
        else { return nil }
        return file.read(0..<file.byteCount)
    }
}
