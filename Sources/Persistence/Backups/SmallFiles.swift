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

    /// Puts a new content, readable for nobody else, in the place of the old one, and returns when that is durable.
    static func write(_ bytes: [UInt8], to path: String) throws(SystemError) {
        let temporary = path + ".new"
        let raw = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard raw >= 0 else { throw SystemError("open") }
        let descriptor = Descriptor(raw)
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor.raw, $0.baseAddress, $0.count) }
            guard count > 0 else { throw SystemError("write") }
            rest = rest.dropFirst(count)
        }
        guard fchmod(descriptor.raw, 0o600) == 0 else { throw SystemError("fchmod") }
        guard fsync(descriptor.raw) == 0 else { throw SystemError("fsync") }
        guard rename(temporary, path) == 0 else { throw SystemError("rename") }
        try sync(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
    }

    /// Makes new names in a directory as durable as what they name.
    static func sync(_ directory: String) throws(SystemError) {
        let raw = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard raw >= 0 else { throw SystemError("open") }
        let descriptor = Descriptor(raw)
        guard fsync(descriptor.raw) == 0 else { throw SystemError("fsync") }
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
