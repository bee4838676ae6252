public import Base
internal import Glibc

/// A directory of which plain files are opened by name, never anything beside or above it.
public struct FileTree: Sendable {
    public let path: String

    /// Fails when there is no such directory, or it cannot be looked into.
    public init(path: String) throws(SystemError) {
        self.path = path
        _ = try Self.root(path)
    }

    /// Opens the file to which the names lead from the directory. `nil` when there is none that may be had: names that
    /// begin with a dot are hidden, symbolic links are not followed, and only plain files are opened. Throws when the
    /// machine failed, or nearly all descriptors are taken.
    ///
    /// Each name is opened in the directory before it, so that nothing that is moved or linked meanwhile leads outside.
    /// The directory itself is opened afresh each time: another may be put in its place while the server runs, and the
    /// link that leads to it is the operator's own.
    public func open(_ names: [String]) throws(SystemError) -> OpenFile? {
        guard let last = names.last, names.allSatisfy(Self.isPlain) else { return nil }
        var directory = try Self.root(path)
        for name in names.dropLast() {
            guard let inner = try Self.open(name, in: directory, O_DIRECTORY) else { return nil }
            directory = inner
        }
        // Not to wait for the other end of a pipe that somebody has put there.
        guard let file = try Self.open(last, in: directory, O_NONBLOCK | O_NOCTTY) else { return nil }
        guard DescriptorRoom.isSpare(file.raw) else { throw SystemError("openat", code: EMFILE) }
        return OpenFile(adopting: file.release())
    }

    private static func isPlain(_ name: String) -> Bool {
        !name.isEmpty && !name.hasPrefix(".") && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == 0 }
    }

    private static func root(_ path: String) throws(SystemError) -> Descriptor {
        let raw = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard raw >= 0 else { throw SystemError("open") }
        return Descriptor(raw)
    }

    /// `nil` when it is not there, is a link, or may not be read.
    private static func open(
        _ name: String, in directory: borrowing Descriptor, _ flags: CInt
    ) throws(SystemError) -> Descriptor? {
        let raw = openat(directory.raw, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | flags)
        if raw >= 0 { return Descriptor(raw) }
        switch errno {
        // Also sockets, which cannot be opened.
        case ENOENT, ENOTDIR, ELOOP, EACCES, EPERM, ENAMETOOLONG, ENXIO: return nil
        default: throw SystemError("openat")
        }
    }
}
